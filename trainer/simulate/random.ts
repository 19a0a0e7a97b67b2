/** A seeded stream of random numbers. The same seed gives the same stream on every machine. */
export interface Random {
  /** Uniform in [0, 1), 32 bits. */
  next(): number;
  /** Uniform whole number in [0, n). */
  below(n: number): number;
  /** Standard normal. */
  normal(): number;
  /** Exponential with mean 1. */
  exponential(): number;
  /** Poisson with a small mean (below 30). */
  poisson(mean: number): number;
  /** True with this probability. */
  chance(probability: number): boolean;
  /** One of a non-empty list. */
  pick<T>(list: readonly T[]): T;
  /** Index with probability proportional to its weight (>= 0, not all 0). */
  weighted(weights: ArrayLike<number>): number;
  /** An independent stream, decided by this stream's seed and the label alone. */
  fork(label: string): Random;
}

/** Seeds a stream; every number of the seed counts. */
export const createRandom = (seed: number): Random => streamOf(seed >>> 0, Math.floor(seed / 2 ** 32) >>> 0);

function streamOf(low: number, high: number): Random {
  const next = sfc32(low, high);
  const random: Random = {
    next,
    below: (n) => Math.floor(next() * n),
    // Box-Muller; 1 - next() keeps the logarithm finite.
    normal: () => Math.sqrt(-2 * Math.log(1 - next())) * Math.cos(2 * Math.PI * next()),
    exponential: () => -Math.log(1 - next()),
    poisson(mean) {
      // Knuth: as many uniform factors as stay above e^-mean.
      const floor = Math.exp(-mean);
      let count = 0;
      for (let product = next(); product > floor; product *= next()) count++;
      return count;
    },
    chance: (probability) => next() < probability,
    pick(list) {
      const value = list[Math.floor(next() * list.length)];
      if (value === undefined) throw new RangeError('pick: the list is empty');
      return value;
    },
    weighted(weights) {
      let total = 0;
      for (let i = 0; i < weights.length; i++) total += weights[i] as number;
      let left = next() * total;
      for (let i = 0; i < weights.length; i++) {
        left -= weights[i] as number;
        if (left < 0) return i;
      }
      return weights.length - 1;
    },
    fork: (label) => streamOf(hash(label, low), hash(label, high ^ 0x9e3779b9)),
  };
  return random;
}

/** FNV-1a over UTF-16 code units, seeded. */
function hash(text: string, seed: number): number {
  let h = (0x811c9dc5 ^ seed) >>> 0;
  for (let i = 0; i < text.length; i++) h = Math.imul(h ^ text.charCodeAt(i), 0x01000193) >>> 0;
  return h;
}

/** sfc32 (C. Doty-Humphrey, PractRand), with its customary warm-up of 12 draws. */
function sfc32(low: number, high: number): () => number {
  let a = 0;
  let b = low | 0;
  let c = high | 0;
  let counter = 1;
  const next = () => {
    const sum = (((a + b) | 0) + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = (c << 21) | (c >>> 11);
    c = (c + sum) | 0;
    return (sum >>> 0) / 2 ** 32;
  };
  for (let i = 0; i < 12; i++) next();
  return next;
}
