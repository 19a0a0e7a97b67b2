/** What is known of one trial: some settings on some share of the data. */
export interface Trial<Candidate> {
  readonly candidate: Candidate;
  readonly share: number;
  /** Higher is better; undefined: the fit refused the settings. */
  readonly value: number | undefined;
}

export interface Halving<Candidate> {
  /** In the order of their turn; the first is the one to beat and is tried at every rung. */
  readonly candidates: readonly Candidate[];
  /** Shares of the data by rung, ascending; the last is 1. */
  readonly shares: readonly number[];
  /** Of the candidates of a rung, one of so many goes on to the next. */
  readonly eta: number;
  try(candidate: Candidate, share: number): Promise<Trial<Candidate>>;
  /** Share of the time that is used up, in [0, 1] and beyond. */
  spent(): number;
}

/**
 * Successive halving (Jamieson and Talwalkar 2016, "Non-stochastic best arm identification and hyperparameter optimization"): many candidates on little
 * data, the best of them on more, the best of those on all. Every rung may take an equal part of the time; a trial that has begun is finished, and
 * every rung tries at least the candidate to beat and the best of the rung before.
 * @returns the trials of the last rung, best first; the first candidate is among them, so that the best is never worse than it.
 */
export async function successiveHalving<Candidate>(search: Halving<Candidate>): Promise<readonly Trial<Candidate>[]> {
  const { candidates, shares, eta } = search;
  const [incumbent] = candidates;
  if (incumbent === undefined) throw new RangeError('successiveHalving: no candidate');
  let entrants = candidates;
  let trials: Trial<Candidate>[] = [];
  for (const [rung, share] of shares.entries()) {
    trials = [];
    for (const candidate of entrants) {
      if (trials.length >= 2 && search.spent() >= (rung + 1) / shares.length) break;
      trials.push(await search.try(candidate, share));
    }
    trials.sort((a, b) => (b.value ?? Number.NEGATIVE_INFINITY) - (a.value ?? Number.NEGATIVE_INFINITY));
    const best = trials.slice(0, Math.max(1, Math.ceil(trials.length / eta))).map(({ candidate }) => candidate);
    entrants = [incumbent, ...best.filter((candidate) => candidate !== incumbent)];
  }
  return trials;
}

/**
 * Shares of the rungs: powers of 1/eta up to 1, the least of them still having `least` users: with fewer, a figure tells more of who was drawn than of the
 * settings.
 */
export function sharesFor(users: number, least: number, eta: number): number[] {
  const shares = [1];
  while (users * (shares[0] as number) >= least * eta) shares.unshift((shares[0] as number) / eta);
  return shares;
}
