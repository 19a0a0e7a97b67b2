import type { Ordinal } from '../../shared/contract/id.ts';
import type { OnlinePlace } from '../../shared/contract/key.ts';
import { limit } from '../../shared/contract/limit.ts';
import type { Degraded } from '../../shared/contract/pack.ts';
import type { RecommendRequest } from '../../shared/contract/request.ts';
import type { EntityPlan } from '../../shared/feature/entity.ts';
import type { OpenRelease } from '../../shared/release/open.ts';
import type { Blended } from '../../shared/retrieval/blend.ts';
import { within } from '../deadline.ts';
import type { OnlineReadings, Ports } from '../port.ts';
import { type ItemCopy, readCopies } from './item-copy.ts';
import { itemPlace, type OnlinePlans, plansOf } from './place.ts';

/** Raw values by feature name: one per candidate for entity item and userItem, one for all otherwise; NaN = missing. */
export type OnlineValues = Readonly<Record<string, Float64Array | number>>;

export interface OnlineInput {
  readonly request: Pick<RecommendRequest, 'site' | 'user' | 'session' | 'entities'>;
  readonly open: Pick<OpenRelease, 'features' | 'items'>;
  readonly candidates: Pick<Blended, 'ordinals'>;
  /** Of the release, for items whose shard does not answer. */
  readonly copies?: readonly ItemCopy[];
  readonly nowMs: number;
}

/** One call to one place: some rows of some plans. */
interface Ask {
  readonly place: OnlinePlace;
  readonly reads: readonly {
    readonly plan: EntityPlan;
    readonly keys: readonly string[];
    /** Candidates of the keys; absent: the one key is of the request. */
    readonly rows?: readonly number[];
  }[];
}

/**
 * Values of the online store for a request, all places at once, a call each. Without a user or a session (without consent) nothing person-level is read.
 * What is not there in time (of items: nor in their copies), or is older than its feature's time to live, is missing, counted and named. Never throws.
 */
export async function readOnline(
  input: OnlineInput,
  ports: Pick<Ports, 'online'>,
): Promise<{ readonly online: OnlineValues; readonly degraded: readonly Degraded[] }> {
  const plans = plansOf(input.open.features);
  if (!plans) return { online: {}, degraded: [] };
  const n = input.candidates.ordinals.length;
  const online: Record<string, Float64Array | number> = {};
  const tally = new Map<string, { count: number; readonly features: Set<string> }>();
  const missing = (reason: string, name: string, count: number) => {
    const entry = tally.get(reason) ?? { count: 0, features: new Set() };
    tally.set(reason, entry);
    entry.count += count;
    entry.features.add(name);
  };
  const fill = ({ plan, keys, rows }: Ask['reads'][number], { values, stale }: OnlineReadings) => {
    const width = plan.features.length;
    for (const [column, { name }] of plan.features.entries()) {
      const held = online[name];
      const into = held instanceof Float64Array ? held : new Float64Array(n).fill(Number.NaN);
      for (const k of keys.keys()) if (rows) into[rows[k] as number] = values[k * width + column] as number;
      online[name] = rows ? into : (values[column] as number);
      const count = keys.reduce((sum, _, k) => sum + (stale[k * width + column] as number), 0);
      if (count > 0) missing('stale', name, count);
    }
  };
  /** Of a place that did not answer: copies of items, as far as there are. */
  const instead = (read: Ask['reads'][number], reason: string) => {
    const { plan, keys, rows } = read;
    const { copies = [], candidates, nowMs } = input;
    const isCopied = plan.ref.entity === 'item' && rows !== undefined && copies.length > 0;
    if (isCopied) {
      const ordinals = rows.map((row) => candidates.ordinals[row] as Ordinal);
      fill(read, readCopies(plan, copies, ordinals, nowMs));
    }
    for (const { name } of plan.features) missing(isCopied ? 'item-copy' : `${reason}:${plan.ref.entity}`, name, keys.length);
  };
  await Promise.all(
    asksOf(plans, input).map(async (ask) => {
      const answer = await call(ask, input, ports);
      for (const [r, read] of ask.reads.entries())
        if (typeof answer !== 'string') fill(read, answer[r] as OnlineReadings);
        else instead(read, answer);
    }),
  );
  const degraded = Array.from(
    tally,
    ([reason, { count, features }]): Degraded => ({ stage: 'features', reason, count, features: [...features].sort() }),
  );
  return { online, degraded: degraded.sort((a, b) => (a.reason < b.reason ? -1 : 1)) };
}

function asksOf({ item, user, userItem, session, named }: OnlinePlans, { request, open, candidates }: OnlineInput): Ask[] {
  const ids = Array.from(candidates.ordinals, (ordinal) => open.items[ordinal]?.id ?? '');
  const asks: Ask[] = [];
  if (item) {
    const shards = Map.groupBy(ids.keys(), (row) => itemPlace(ids[row] as string).shard);
    for (const [shard, rows] of shards)
      asks.push({ place: { kind: 'item', shard }, reads: [{ plan: item, keys: rows.map((row) => ids[row] as string), rows }] });
  }
  if (request.user !== undefined && (user || userItem)) {
    const key = request.user;
    const pairs = { keys: ids.map((id) => JSON.stringify([key, id])), rows: [...ids.keys()] };
    const reads = [...(user ? [{ plan: user, keys: [key] }] : []), ...(userItem ? [{ plan: userItem, ...pairs }] : [])];
    asks.push({ place: { kind: 'user', key }, reads });
  }
  if (request.session !== undefined && session) {
    const key = request.session;
    asks.push({ place: { kind: 'session', key }, reads: [{ plan: session, keys: [key] }] });
  }
  for (const plan of named) {
    const name = plan.ref.key;
    const { [name]: key } = request.entities ?? {};
    if (key !== undefined) asks.push({ place: { kind: 'named', name, key }, reads: [{ plan, keys: [key] }] });
  }
  return asks;
}

async function call(
  { place, reads }: Ask,
  { request, nowMs }: OnlineInput,
  { online }: Pick<Ports, 'online'>,
): Promise<readonly OnlineReadings[] | 'store-late' | 'store-failed'> {
  const asked = reads.map(({ plan, keys }) => ({ plan, keys }));
  try {
    return (await within(limit.sourceDeadlineMs, online.read(request.site, place, asked, nowMs))) ?? 'store-late';
  } catch (error) {
    console.warn('online', error);
    return 'store-failed';
  }
}
