import type { EventType } from '../shared/contract/event.ts';
import type { ItemId } from '../shared/contract/id.ts';
import { limit } from '../shared/contract/limit.ts';
import type { DisplayItem, Pack } from '../shared/contract/pack.ts';
import type { Command, TrackedEvent } from './command.ts';
import type { Act } from './observe/act.ts';
import { DwellWatch } from './observe/dwell.ts';
import { fetchPack } from './pack/fetch.ts';
import { packKey, recommendUrl } from './pack/request.ts';
import { Placement } from './placement.ts';
import { defineRail, railRequest } from './render/rail.ts';
import { Connection } from './rerank/connect.ts';
import type { Deed } from './rerank/protocol.ts';
import type { Settings } from './settings.ts';
import { edgeSlate, type Lapse, propensityOf } from './slate.ts';
import { type Fact, Visitor } from './visitor.ts';

/** Milliseconds that the worker has to take note of something or to find an old pack. */
const noteMs = 1000;

/** What a visitor wants more of; these items are the seeds of the next request. */
const seedTypes: ReadonlySet<EventType> = new Set(['click', 'cart', 'purchase', 'play']);
/** After these every rail is reranked at once. */
const decisive: ReadonlySet<EventType> = new Set([...seedTypes, 'hide', 'rating', 'conversion']);

/**
 * One page view: pack -> edge order -> rerank -> device order -> observe -> outbox.
 * @returns what runs the page's commands
 */
export function start(settings: Settings): (command: Command) => void {
  const worker = new Connection(settings);
  const visitor = new Visitor(settings, worker);
  const placements = new Set<Placement>();
  const placementOf = new WeakMap<HTMLElement, Placement>();
  const opening = new Set<HTMLElement>();
  const reported = new Set<string>();
  const dwell = new DwellWatch<ItemId>((item, value) => {
    visitor.log({ type: 'dwell', item, value });
    void remember({ type: 'dwell', tMs: Date.now(), item, value });
  });

  /** Asks the edge and shows its order; then the device's. Without an answer the page keeps what it had. */
  async function present(placement: Placement): Promise<void> {
    const turn = ++placement.turn;
    const request = railRequest(placement.rail);
    const started = performance.now();
    const lapses: Lapse[] = [];
    let pack: Pack | undefined;
    try {
      pack = await fetchPack(recommendUrl(settings, request, visitor.identity()));
      if (visitor.consent) note((remote) => remote.keepPack(packKey(request), pack as Pack));
    } catch (error) {
      lapses.push({ stage: 'pack', reason: (error as Error).name });
      if (visitor.consent) pack = await worker.call(noteMs, (remote) => remote.lastPack(packKey(request))).catch(() => undefined);
    }
    if (placement.turn !== turn) return;
    if (!pack?.items.length) return placement.restore();
    const timing: Record<string, number> = { fetch: performance.now() - started };
    for (const [stage, ms] of Object.entries(pack.timing ?? {})) timing[`edge.${stage}`] = ms;
    placement.show(edgeSlate(pack, [...pack.degraded, ...lapses], timing), false);
    if (pack.rerank) await improve(placement, false);
  }

  /** Shows the device's order of the pack that is there, in time or not at all. */
  async function improve(placement: Placement, byVisitor: boolean): Promise<void> {
    const before = placement.slate;
    if (!before?.pack.rerank) return;
    const round = ++placement.round;
    const { pack } = before;
    const started = performance.now();
    let reason: string;
    try {
      const explain = placement.rail.hasAttribute('explain');
      const answer = await worker.call(limit.rerankDeadlineMs, (remote) => remote.rerank({ pack, nowMs: Date.now(), explain }));
      if (!placement.awaits(pack, round)) return;
      if (answer.ok) {
        const { device } = answer;
        const timing = { ...before.timing, ...device.timing, rerank: performance.now() - started };
        return placement.show({ ...before, order: 'device', places: device.order, device, timing }, !byVisitor);
      }
      reason = answer.reason;
    } catch (error) {
      reason = (error as Error).name === 'DeadlineExceeded' ? 'late' : 'no-worker';
    }
    const degraded = [...before.degraded.filter(({ stage }) => stage !== 'rerank'), { stage: 'rerank', reason }];
    if (placement.awaits(pack, round)) placement.show({ ...before, degraded }, true);
  }

  const improveAll = () => Promise.all([...placements].map((placement) => improve(placement, true)));
  const note = (work: Parameters<typeof worker.call<void>>[1]) => worker.call(noteMs, work).catch(() => {});

  /** Local history first, then the rails: what was just done already counts. */
  async function remember(deed: Deed): Promise<void> {
    if (seedTypes.has(deed.type)) visitor.addSeed(deed.item);
    await note((remote) => remote.record(deed));
    if (decisive.has(deed.type)) await improveAll();
  }

  function viewable({ slate }: Placement, index: number, position: number): void {
    const display = slate?.pack.items[index];
    if (!slate || !display || reported.has(`${slate.pack.slate} ${display.id}`)) return;
    reported.add(`${slate.pack.slate} ${display.id}`);
    const { pack, order } = slate;
    const propensity = propensityOf(slate, index);
    visitor.log(
      { type: 'impression', item: display.id, surface: pack.surface, slate: pack.slate, position, propensity, order },
      pack.token,
    );
    void remember({ type: 'impression', tMs: Date.now(), item: display.id, display });
  }

  function acted({ slate }: Placement, act: Act, index: number): void {
    const display = slate?.pack.items[index];
    if (!slate || !display) return;
    const { pack } = slate;
    const shown = { item: display.id, surface: pack.surface, slate: pack.slate, position: act.position };
    visitor.log(factOf(act.type, act.value, shown), pack.token);
    void remember({ type: act.type, tMs: Date.now(), item: display.id, display, ...valuePart(act) });
  }

  function track(tracked: TrackedEvent): void {
    const item = String(tracked.item) as ItemId;
    visitor.log({
      ...factOf(tracked.type, tracked.value, { item }),
      ...(tracked.quantity ? { quantity: tracked.quantity } : {}),
    } as Fact);
    if (tracked.type === 'view') dwell.start(item);
    const display = shownItem(item);
    void remember({ type: tracked.type, tMs: Date.now(), item, ...valuePart(tracked), ...(display ? { display } : {}) });
  }

  function shownItem(item: ItemId): DisplayItem | undefined {
    for (const { slate } of placements) {
      const found = slate?.pack.items.find(({ id }) => id === item);
      if (found) return found;
    }
    return undefined;
  }

  // Storage is read from disk once, in a task that does nothing else.
  setTimeout(() => visitor.identity());
  defineRail({
    opened(rail) {
      // Once, however many attributes changed together: a rail that is upgraded reports each of them and its connection.
      if (opening.has(rail)) return;
      opening.add(rail);
      // Each rail in a task of its own: together they would hold up the page.
      setTimeout(() => {
        opening.delete(rail);
        if (!rail.isConnected) return;
        const placement = placementOf.get(rail) ?? new Placement(rail, { viewable, acted });
        placementOf.set(rail, placement);
        placements.add(placement);
        present(placement).catch(() => placement.restore());
      });
    },
    closed(rail) {
      const placement = placementOf.get(rail);
      if (!placement) return;
      placements.delete(placement);
      placement.turn++;
      placement.restore();
    },
  });

  return ([name, argument]) => {
    if (name === 'track' && argument) track(argument);
    if (name === 'consent') void visitor.setConsent(argument === 'granted').then(improveAll);
    if (name === 'forget') void visitor.forget().then(improveAll);
    if (name === 'flush') void visitor.flush().then((report) => argument?.(report));
  };
}

const valuePart = ({ value }: { readonly value?: number }) => (value === undefined ? {} : { value });

/** An event of any type; where the type needs a value and none was given, it is 0. */
function factOf(type: EventType, value: number | undefined, shown: Omit<Fact, 'type'>): Fact {
  const needed = type === 'dwell' || type === 'play' || type === 'rating';
  return {
    ...shown,
    type,
    ...valuePart(value === undefined && needed ? { value: 0 } : value === undefined ? {} : { value }),
  } as Fact;
}
