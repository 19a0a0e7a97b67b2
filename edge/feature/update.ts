import type { LogEvent } from '../../shared/contract/event.ts';
import type { ItemId, SiteId } from '../../shared/contract/id.ts';
import type { OnlinePlace } from '../../shared/contract/key.ts';
import type { Arm } from '../../shared/contract/traffic.ts';
import { isCounted } from '../../shared/feature/aggregate/aggregate.ts';
import { type EntityPlan, entityKey } from '../../shared/feature/entity.ts';
import type { EventItem } from '../../shared/feature/event.ts';
import type { OnlineEvent, Ports } from '../port.ts';
import type { Serving } from '../registry/serving.ts';
import type { LiveDefinitions } from './live.ts';
import { itemPlace, type OnlinePlans, onlinePlans } from './place.ts';

/** Keeps the online store up to date. */
export interface OnlineUpdates {
  /**
   * Adds events of the log to the states of their entities, each once however often this is called with it.
   * @throws Error when not everything was done: to do it again is safe.
   */
  add(site: SiteId, events: readonly LogEvent[]): Promise<void>;
}

export interface UpdateServices {
  readonly ports: Pick<Ports, 'online' | 'nowMs'>;
  readonly live: LiveDefinitions;
  readonly itemsOf: ItemLookup;
}

/** Items as releases have them, one by one. @throws Error when a release cannot be opened now. */
export type ItemLookup = (site: SiteId, arms: readonly Arm[]) => Promise<(id: ItemId) => EventItem>;

/** Visitors that are updated at once. */
const visitorsAtOnce = 25;

export function createOnlineUpdates({ ports, live, itemsOf }: UpdateServices): OnlineUpdates {
  return {
    async add(site, rows) {
      const { arms, definitions } = await live.of(site);
      const plans = onlinePlans(definitions);
      if (!plans) return;
      const itemOf = needsItems(plans) ? await itemsOf(site, arms) : (id: ItemId) => ({ id });
      const events = rows.map((row): OnlineEvent => ({ ...featureEvent(row), item: itemOf(row.item) }));
      const nowMs = ports.nowMs();
      const update = (place: OnlinePlace, own: readonly EntityPlan[], added: readonly OnlineEvent[]) =>
        ports.online.update(site, place, { plans: own, events: added, nowMs });
      const { item } = plans;
      const shards = item ? Map.groupBy(countedBy([item], events), (event) => itemPlace(event.item?.id ?? '').shard) : [];
      const items = Array.from(shards, ([shard, own]) => update({ kind: 'item', shard }, item ? [item] : [], own));
      await Promise.all([...items, addVisitors(plans, events, update)]);
    },
  };
}

type Update = (place: OnlinePlace, plans: readonly EntityPlan[], events: readonly OnlineEvent[]) => Promise<number>;

/** The visitor first: it knows up to when it is forgotten, and nothing person-level is kept of what came before. */
async function addVisitors(plans: OnlinePlans, events: readonly OnlineEvent[], update: Update): Promise<void> {
  const { user, userItem, session, named } = plans;
  const visitor = [user, userItem].filter((plan) => plan !== undefined);
  const others = [session, ...named].filter((plan) => plan !== undefined);
  const users = [...Map.groupBy(countedBy([...visitor, ...others], events), (event) => event.user ?? '')];
  for (let from = 0; from < users.length; from += visitorsAtOnce)
    await Promise.all(
      users.slice(from, from + visitorsAtOnce).map(async ([key, own]) => {
        const forgottenMs = await update({ kind: 'user', key }, visitor, own);
        const kept = own.filter(({ receivedMs }) => receivedMs > forgottenMs);
        await Promise.all(
          others.map(async (plan) => {
            const { ref } = plan;
            for (const [key, group] of Map.groupBy(countedBy([plan], kept), (event) => entityKey(ref, event))) {
              if (key === undefined) continue;
              const place =
                ref.entity === 'named' ? ({ kind: 'named', name: ref.key, key } as const) : ({ kind: 'session', key } as const);
              await update(place, [plan], group);
            }
          }),
        );
      }),
    );
}

const countedBy = (plans: readonly EntityPlan[], events: readonly OnlineEvent[]): readonly OnlineEvent[] =>
  events.filter((event) => plans.some(({ features }) => features.some((feature) => isCounted(feature, event))));

function featureEvent({ id, type, tMs, receivedMs, user, session, surface, value, quantity, entities }: LogEvent): OnlineEvent {
  return {
    id,
    type,
    tMs,
    receivedMs,
    user,
    session,
    ...(surface !== undefined && { surface }),
    ...(value !== undefined && { value }),
    ...(quantity !== undefined && { quantity }),
    ...(entities !== undefined && { entities }),
  };
}

/** Whether an aggregate reads an attribute of the event's item. */
const needsItems = ({ named, ...plans }: OnlinePlans): boolean =>
  [...Object.values(plans), ...named].some(({ features }) =>
    features.some(
      ({ aggregate }) =>
        'attribute' in aggregate || ('of' in aggregate && ['price', 'categories', 'brand'].includes(String(aggregate.of))),
    ),
  );

/** Items as the first release of the plan that knows them has them. */
export function releaseItems(serving: Serving): ItemLookup {
  const open = async (site: SiteId, arm: Arm) => {
    const { release } = await serving.forArm(site, arm);
    if (release?.id !== arm.release) throw new Error(`release ${arm.release} cannot be opened now`);
    return release.open;
  };
  return async (site, arms) => {
    const opened = await Promise.all(arms.map((arm) => open(site, arm)));
    return (id) => {
      for (const { ordinalOf, items } of opened) {
        const item = items[ordinalOf(id) ?? -1];
        if (!item) continue;
        const { categories, brand, price } = item;
        return { id, categories, ...(brand !== undefined && { brand }), ...(price !== undefined && { price }) };
      }
      return { id };
    };
  };
}
