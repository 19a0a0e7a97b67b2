import type { EventType } from '../shared/contract/event.ts';
import type { ItemId } from '../shared/contract/id.ts';
import { limit } from '../shared/contract/limit.ts';
import type { DisplayItem } from '../shared/contract/pack.ts';
import { makesSeen, showsInterest } from '../shared/policy/interest.ts';
import type { Command, Kept, TrackedEvent } from './command.ts';
import type { Act } from './observe/act.ts';
import { DwellWatch } from './observe/dwell.ts';
import { fetchPack } from './pack/fetch.ts';
import { packKey, recommendUrl } from './pack/request.ts';
import { Placement } from './placement.ts';
import { defineRail, railRequest } from './render/rail.ts';
import { Connection } from './rerank/connect.ts';
import type { Deed } from './rerank/protocol.ts';
import type { Settings } from './settings.ts';
import { edgeSlate, propensityOf, type ShownSlate } from './slate.ts';
import { type Fact, Visitor } from './visitor.ts';

/** Milliseconds that the worker has to take note of something or to find an old pack. */
const noteMs = 1000;

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
  const dwell = new DwellWatch<ItemId>((item, value) => void happened(factOf({ type: 'dwell', item }, value), undefined));

  /** The edge's slate for a rail. @throws when there is no answer in time */
  async function ask(placement: Placement): Promise<ShownSlate> {
    const request = railRequest(placement.rail);
    const started = performance.now();
    // Of a private rail the edge does not learn who asks and what they cared for.
    const identity = placement.rail.hasAttribute('private') ? undefined : visitor.identity();
    const pack = await fetchPack(recommendUrl(settings, request, identity));
    const timing: Record<string, number> = { fetch: performance.now() - started };
    for (const [stage, ms] of Object.entries(pack.timing ?? {})) timing[`edge.${stage}`] = ms;
    return edgeSlate(pack, pack.degraded, timing);
  }

  /** The last slate that was kept for a rail, with why it is needed; undefined when there is none. */
  async function lastSlate({ rail }: Placement, reason: string): Promise<ShownSlate | undefined> {
    if (!visitor.consent) return undefined;
    const pack = await worker.call(noteMs, (remote) => remote.store.lastPack(packKey(railRequest(rail)))).catch(() => undefined);
    return pack && edgeSlate(pack, [...pack.degraded, { stage: 'pack', reason }], {});
  }

  /** For a later page without an edge. Only now: a first order of the device needs no database. */
  function keep({ rail }: Placement, { pack }: ShownSlate): void {
    if (visitor.consent) note((remote) => remote.store.keepPack(packKey(railRequest(rail)), pack));
  }

  /** Shows the edge's order; then the device's. Without an answer the page keeps what it had. */
  async function present(placement: Placement): Promise<void> {
    const turn = ++placement.turn;
    const slate = await ask(placement).catch((error: Error) => lastSlate(placement, error.name));
    if (placement.turn !== turn) return;
    if (!slate?.pack.items.length) return placement.restore();
    placement.show(slate, false);
    await improve(placement, slate, false);
    keep(placement, slate);
  }

  /**
   * Asks for candidates around what the visitor just chose. What is on screen stays until the device has ordered the new ones, and for good
   * if that takes longer than an answer to the visitor's own act may.
   */
  async function renew(placement: Placement): Promise<void> {
    if (!placement.slate?.pack.rerank) return;
    const turn = ++placement.turn;
    const started = performance.now();
    const slate = await ask(placement).catch(() => undefined);
    if (!slate || placement.turn !== turn) return;
    placement.renewal = slate.pack;
    await improve(placement, slate, true, limit.rerankDeadlineMs - (performance.now() - started));
    keep(placement, slate);
  }

  /** Shows the device's order of a slate, in time or not at all. */
  async function improve(
    placement: Placement,
    before: ShownSlate | undefined,
    byVisitor: boolean,
    deadlineMs: number = limit.rerankDeadlineMs,
  ): Promise<void> {
    if (!before?.pack.rerank || deadlineMs <= 0) return;
    const round = ++placement.round;
    const { pack } = before;
    const started = performance.now();
    const lapsed = (reason: string | undefined) => [
      ...before.degraded.filter(({ stage }) => stage !== 'rerank'),
      ...(reason ? [{ stage: 'rerank', reason } as const] : []),
    ];
    let reason: string;
    try {
      const explain = placement.rail.hasAttribute('explain');
      const answer = await worker.call(deadlineMs, (remote) => remote.rerank({ pack, nowMs: Date.now(), explain }));
      if (!placement.awaits(pack, round)) return;
      if (answer.ok) {
        const { device } = answer;
        Object.assign(pack, device.more);
        const timing = { ...before.timing, ...device.timing, rerank: performance.now() - started };
        const degraded = lapsed(device.lapse);
        return placement.show({ ...before, order: 'device', places: device.order, device, degraded, timing }, !byVisitor);
      }
      reason = answer.reason;
    } catch (error) {
      reason = (error as Error).name === 'DeadlineExceeded' ? 'late' : 'no-worker';
    }
    // Of candidates that were never on screen nothing is said: the ones that are remain as they were.
    if (placement.slate?.pack !== pack || placement.round !== round) return;
    placement.show({ ...before, degraded: lapsed(reason) }, true);
  }

  const improveAll = () => Promise.all([...placements].map((placement) => improve(placement, placement.slate, true)));
  const renewAll = () => Promise.all([...placements].map(renew));
  const note = (work: Parameters<typeof worker.call<void>>[1]) => worker.call(noteMs, work).catch(() => {});

  /** Local history first, then the rails: what was just done already counts. */
  async function remember(deed: Deed): Promise<void> {
    const { type } = deed;
    if (showsInterest(type)) visitor.addSeed(deed.item);
    await note((remote) => remote.record(deed));
    if (!makesSeen(type)) return;
    await improveAll();
    // Seeds go to the edge with consent only; without it the candidates would be the same.
    if (showsInterest(type) && visitor.consent) await renewAll();
  }

  /** Something happened to an item: reported with consent, remembered on this device in any case. `display`: what the page knows of it. */
  function happened(fact: Fact, display: DisplayItem | undefined, token?: string): Promise<Kept> {
    const { type, item, value } = fact as Fact & { readonly value?: number };
    const kept = visitor.log(fact, token);
    void remember({ type, tMs: Date.now(), item, ...valuePart(value), ...(display && { display }) });
    return kept;
  }

  function acted({ slate }: Placement, index: number, { type, position, value }: Act): void {
    const display = slate?.pack.items[index];
    if (!slate || !display) return;
    const { pack, order } = slate;
    const shown = { type, item: display.id, surface: pack.surface, slate: pack.slate, position };
    if (type !== 'impression') return void happened(factOf(shown, value), display, pack.token);
    const impression = `${pack.slate} ${display.id}`;
    if (reported.has(impression)) return;
    reported.add(impression);
    void happened({ ...shown, type, propensity: propensityOf(slate, index), order }, display, pack.token);
  }

  function track({ type, item: name, value, quantity }: TrackedEvent, done?: (kept: Kept) => void): void {
    const item = String(name) as ItemId;
    if (type === 'view') dwell.start(item);
    const kept = happened(factOf({ type, item, ...(quantity && { quantity }) }, value), shownItem(item));
    if (done) void kept.then(done);
  }

  function shownItem(item: ItemId): DisplayItem | undefined {
    for (const { slate } of placements) {
      const found = slate?.pack.items.find(({ id }) => id === item);
      if (found) return found;
    }
    return undefined;
  }

  // Storage is read from disk once, in a task that does nothing else.
  setTimeout(() => {
    visitor.identity();
    void visitor.settle();
  });
  defineRail({
    opened(rail) {
      // Once, however many attributes changed together: a rail that is upgraded reports each of them and its connection.
      if (opening.has(rail)) return;
      opening.add(rail);
      // Each rail in a task of its own: together they would hold up the page.
      setTimeout(() => {
        opening.delete(rail);
        if (!rail.isConnected) return;
        const placement = placementOf.get(rail) ?? new Placement(rail, acted);
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

  return ([name, argument, done]) => {
    if (name === 'track' && argument) track(argument, done);
    if (name === 'consent') void visitor.setConsent(argument === 'granted').then(improveAll);
    if (name === 'forget') void visitor.forget().then(improveAll);
    if (name === 'flush' || name === 'status') void visitor.report(name === 'flush').then(argument, () => {});
  };
}

const valuePart = (value: number | undefined) => (value === undefined ? {} : { value });

/** An event of any type; where the type needs a value and none was given, it is 0. */
function factOf(event: Omit<Fact, 'type'> & { readonly type: EventType; readonly quantity?: number }, value?: number): Fact {
  const { type } = event;
  const needed = type === 'dwell' || type === 'play' || type === 'rating' ? 0 : undefined;
  return { ...event, ...valuePart(value ?? needed) } as Fact;
}
