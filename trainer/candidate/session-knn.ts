import { top } from '../../shared/retrieval/top.ts';
import { checkMixture, type Mixture, newestDistinct } from './by-neighbours.ts';
import { checkInteractions, groupBy, type Interactions } from './interactions.ts';
import type { CandidateModel, FittedModel, History } from './model.ts';
import { checkOut } from './same-for-all.ts';
import { isShort } from './sequences.ts';

export interface SessionKnnSettings extends Mixture {
  /** Sessions that speak. */
  readonly neighbours: number;
  /** They are chosen among so many: the newest that share an item with the history. */
  readonly sample: number;
  /** An item d places from the newest shared one counts e^(-d / reach); Infinity: wherever it is. */
  readonly reach: number;
  /** Items before the newest shared one count so much of those after it. */
  readonly backward: number;
  /** The newest shared item itself counts so much. */
  readonly repeat: number;
  /** A session that ended so many days before now counts half; Infinity: whenever it was. */
  readonly halfLifeDays: number;
  /** Exponent of the rarity log(sessions / sessions with the item) of shared items. */
  readonly rarity: number;
  /** Exponent of the rarity of the items that are recommended. */
  readonly targetRarity: number;
}

/** Below this an item's share of a neighbour's voice is not worth a memory access. */
const silence = 1e-3;
const dayMs = 86_400_000;

/**
 * Session k-nearest-neighbours (Jannach and Ludewig 2017; position weights as in their vector-multiplication variant V-SKNN 2018, closeness in the neighbour
 * and session age as in STAN, Garg et al. 2019). A session is all interactions of one user of the log; the neighbours of a history s are the sessions n
 * with the greatest
 *
 *   sim(s, n) = sum over shared items of decay^rank * rarity^r / sqrt(|n|)
 *
 * and score(j) = sum over neighbours of sim * 2^(-age / halfLife) * e^(-|place(j) - place of the newest shared item| / reach).
 */
export const sessionKnnModel: CandidateModel<SessionKnnSettings> = {
  name: 'session-knn',
  summary: 'what sessions like this one contain besides',
  defaults({ users, interactions, ordered }) {
    // In a long history what is far from the shared item says nothing.
    const short = isShort({ users, interactions });
    return {
      neighbours: short ? 500 : 100,
      sample: short ? 5000 : 1000,
      last: ordered ? 20 : 100,
      decay: ordered ? (short ? 0.5 : 0.8) : 1,
      reach: ordered ? 4 : Number.POSITIVE_INFINITY,
      backward: ordered ? 0.5 : 1,
      repeat: short ? 0.1 : 0,
      halfLifeDays: Number.POSITIVE_INFINITY,
      rarity: 1,
      targetRarity: 0,
    };
  },
  space: {
    neighbours: [50, 100, 200, 500, 1000],
    sample: [500, 1000, 2500, 5000],
    last: [5, 10, 20, 50],
    decay: { from: 0.4, to: 1, scale: 'linear' },
    reach: [1, 2, 4, 8, 16, Number.POSITIVE_INFINITY],
    backward: [0, 0.25, 0.5, 1],
    repeat: [0, 0.1, 1],
    halfLifeDays: [1, 7, 30, 180, Number.POSITIVE_INFINITY],
    rarity: [0, 0.5, 1],
    targetRarity: [0, 0.25, 0.5],
  },
  cost: ({ interactions, items, users }) => ({ seconds: interactions * 2e-7, bytes: 40 * interactions + 8 * items + 40 * users }),
  refusal: () => undefined,
  async fit(log, settings) {
    check(settings);
    checkInteractions(log);
    return fitted(indexOf(log), settings);
  },
};

function check(settings: SessionKnnSettings): void {
  const { neighbours, sample, reach, backward, repeat, halfLifeDays, rarity, targetRarity } = settings;
  checkMixture('session-knn', settings);
  for (const [name, value] of Object.entries({ neighbours, sample }))
    if (!(Number.isInteger(value) && value >= 1))
      throw new RangeError(`session-knn: ${name}, a whole number above 0, expected, not ${value}`);
  for (const [name, value] of Object.entries({ reach, halfLifeDays }))
    if (!(value > 0)) throw new RangeError(`session-knn: ${name} above 0 expected, not ${value}`);
  for (const [name, value] of Object.entries({ backward, repeat, rarity, targetRarity }))
    if (!(value >= 0 && value <= 10)) throw new RangeError(`session-knn: ${name} in [0, 10] expected, not ${value}`);
}

/** Sessions end to end, the one that ended last at the end: a greater place is a newer one. */
interface SessionIndex {
  readonly items: number;
  readonly sessions: number;
  /** By user of the log; -1: no session. */
  readonly sessionOfUser: Int32Array;
  /** By place. */
  readonly session: Int32Array;
  readonly item: Int32Array;
  /** By session: first place, [sessions + 1]. */
  readonly starts: Int32Array;
  /** By session: when it ended. */
  readonly endMs: Float64Array;
  /** Places of item i: places[offsets[i] .. offsets[i + 1]], ascending. */
  readonly offsets: Int32Array;
  readonly places: Int32Array;
  /** log(1 + sessions / sessions with the item). */
  readonly rarity: Float64Array;
}

/** Of an item's visits in one session the last counts. */
function indexOf(log: Interactions): SessionIndex {
  const byUser = groupBy(log.user, log.users);
  const ends = Int32Array.from({ length: log.users }, (_, u) => byUser.entries[(byUser.offsets[u + 1] as number) - 1] ?? -1);
  const order = Int32Array.from(ends.keys())
    .filter((u) => byUser.offsets[u] !== byUser.offsets[u + 1])
    .sort((a, b) => (ends[a] as number) - (ends[b] as number));
  const sessionOfUser = new Int32Array(log.users).fill(-1);
  const starts = new Int32Array(order.length + 1);
  const session = new Int32Array(log.n);
  const item = new Int32Array(log.n);
  const lastIn = new Int32Array(log.items).fill(-1);
  let n = 0;
  for (const [s, u] of order.entries()) {
    sessionOfUser[u] = s;
    const start = byUser.offsets[u] as number;
    let write = n;
    for (let at = (byUser.offsets[u + 1] as number) - 1; at >= start; at--) {
      const i = log.item[byUser.entries[at] as number] as number;
      if (lastIn[i] === s) continue;
      lastIn[i] = s;
      session[write] = s;
      item[write++] = i;
    }
    item.subarray(n, write).reverse();
    n = write;
    starts[s + 1] = n;
  }
  const items = item.slice(0, n);
  const { offsets, entries } = groupBy(items, log.items);
  const rarity = Float64Array.from({ length: log.items }, (_, i) => {
    const count = (offsets[i + 1] as number) - (offsets[i] as number);
    return count === 0 ? 0 : Math.log1p(order.length / count);
  });
  return {
    items: log.items,
    sessions: order.length,
    sessionOfUser,
    session: session.slice(0, n),
    item: items,
    starts,
    endMs: Float64Array.from(order, (u) => log.tMs[ends[u] as number] as number),
    offsets,
    places: entries,
    rarity,
  };
}

function fitted(index: SessionIndex, settings: SessionKnnSettings): FittedModel {
  const { items, sessions, sessionOfUser, session, item, starts, endMs, offsets, places } = index;
  const { sample, neighbours, decay, reach, backward, repeat } = settings;
  const power = (exponent: number) => index.rarity.map((value) => (exponent === 0 ? 1 : value ** exponent));
  const speaks = power(settings.rarity);
  const spoken = power(settings.targetRarity);
  const far = Math.min(Math.ceil(-reach * Math.log(silence)), item.length);
  const closeness = Float64Array.from({ length: far + 1 }, (_, d) => Math.exp(-d / reach));
  const similarity = new Float64Array(sessions);
  /** Place of the newest shared item, by session. */
  const shared = new Int32Array(sessions);
  const touched = new Uint32Array(sessions);

  const gather = (history: History): number => {
    const own = history.user >= 0 ? sessionOfUser[history.user] : -1;
    let count = 0;
    let weight = 1;
    for (const i of newestDistinct(history, settings.last)) {
      const value = weight * (speaks[i] as number);
      const first = Math.max(offsets[i] as number, (offsets[i + 1] as number) - sample);
      for (let at = (offsets[i + 1] as number) - 1; at >= first; at--) {
        const place = places[at] as number;
        const s = session[place] as number;
        if (s === own) continue;
        if (similarity[s] === 0) {
          touched[count++] = s;
          shared[s] = place;
        }
        similarity[s] = (similarity[s] as number) + value;
      }
      weight *= decay;
    }
    return count;
  };

  const speak = (s: number, voice: number, out: Float32Array): void => {
    const centre = shared[s] as number;
    const from = Math.max(starts[s] as number, centre - far);
    const to = Math.min(starts[s + 1] as number, centre + far + 1);
    for (let place = from; place < to; place++) {
      const distance = place - centre;
      const share =
        distance === 0 ? repeat : distance < 0 ? backward * (closeness[-distance] as number) : (closeness[distance] as number);
      const j = item[place] as number;
      out[j] = (out[j] as number) + voice * share * (spoken[j] as number);
    }
  };

  return {
    bytes: 16 * session.length + 28 * sessions + 8 * items * 3,
    score(histories, out) {
      checkOut(histories, out, items);
      out.fill(0);
      for (const [h, history] of histories.entries()) {
        const row = out.subarray(h * items, (h + 1) * items);
        const count = gather(history);
        const candidates = touched.subarray(0, count);
        // The newest sessions have the greatest numbers.
        if (count > sample) candidates.sort();
        const newest = candidates.subarray(Math.max(0, count - sample));
        const closest = new Float32Array(newest.length);
        for (const [c, s] of newest.entries())
          closest[c] = (similarity[s] as number) / Math.sqrt((starts[s + 1] as number) - (starts[s] as number));
        const nearest = top(newest, closest, newest.length, neighbours);
        for (const [c, s] of nearest.ordinals.entries()) {
          const ageDays = Math.max(0, history.nowMs - (endMs[s] as number)) / dayMs;
          speak(s, (nearest.scores[c] as number) * 2 ** (-ageDays / settings.halfLifeDays), row);
        }
        for (const s of candidates) similarity[s] = 0;
      }
      for (let at = 0; at < out.length; at++) if (out[at] === 0) out[at] = Number.NEGATIVE_INFINITY;
    },
    artifact: {},
  };
}
