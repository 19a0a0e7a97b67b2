import type { LogEvent } from '../../shared/contract/event.ts';
import type { ItemId, Ordinal, SiteId, UserKey } from '../../shared/contract/id.ts';
import type { Item } from '../../shared/contract/item.ts';
import type { FeatureDefinition, FeatureSetDocument } from '../../shared/feature/definition.ts';
import { type FeatureSet, openFeatureSet } from '../../shared/feature/set.ts';
import type { Env } from '../env.ts';
import { readOnline } from '../feature/read.ts';
import { createOnlineUpdates } from '../feature/update.ts';
import { durableOnline } from './online.ts';

export { OnlineState } from '../state/online.ts';
export { TrendingShard } from '../state/trending.ts';

const site = 'bench' as SiteId;

/** What is measured: the consumer's update and the cascade's read of the online store, over its Durable Objects, without log, queue and release. */
let opened:
  | { readonly set: FeatureSet; readonly items: readonly Item[]; readonly ordinals: ReadonlyMap<string, number> }
  | undefined;

interface Setup {
  readonly document: FeatureSetDocument;
  readonly items: readonly Item[];
}
interface Update {
  readonly events: readonly LogEvent[];
  readonly nowMs: number;
}
interface Read {
  readonly user: UserKey;
  readonly items: readonly ItemId[];
  readonly nowMs: number;
}

/** The entry that `vitrine bench features` starts in place of worker.ts; never deployed. */
export default {
  async fetch(request, env) {
    const { pathname } = new URL(request.url);
    if (pathname === '/v1/hello') return new Response('hello');
    const body: unknown = await request.json();
    if (pathname === '/setup') return setUp(body as Setup);
    if (!opened) return new Response('not set up', { status: 409 });
    const { set, items, ordinals } = opened;
    const online = durableOnline(env.ONLINE);
    if (pathname === '/update') {
      const { events, nowMs } = body as Update;
      const definitions: readonly FeatureDefinition[] = set.definitionOf.edge;
      const live = { of: async () => ({ arms: [], definitions }) };
      const itemsOf = async () => (id: ItemId) => items[ordinals.get(id) ?? -1] ?? { id };
      await createOnlineUpdates({ ports: { online, nowMs: () => nowMs }, live, itemsOf }).add(site, events);
      return new Response(null, { status: 204 });
    }
    const { user, items: ids, nowMs } = body as Read;
    const candidates = {
      ordinals: Uint32Array.from(ids, (id) => ordinals.get(id) as number),
    };
    const answer = await readOnline({ request: { site, user }, open: { features: set, items }, candidates, nowMs }, { online });
    const values = Object.fromEntries(
      Object.entries(answer.online).map(([name, value]) => [name, typeof value === 'number' ? [value] : [...value]]),
    );
    return Response.json({ values, degraded: answer.degraded });
  },
} satisfies ExportedHandler<Env>;

function setUp({ document, items }: Setup): Response {
  const ordinals = new Map(items.map(({ id }, ordinal): [string, Ordinal] => [id, ordinal as Ordinal]));
  opened = { set: openFeatureSet(document), items, ordinals };
  return new Response(null, { status: 204 });
}
