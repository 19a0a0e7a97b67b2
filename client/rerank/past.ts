import type { ItemId } from '../../shared/contract/id.ts';
import { limit } from '../../shared/contract/limit.ts';
import type { Pack } from '../../shared/contract/pack.ts';
import { deviceValues } from '../../shared/feature/device.ts';
import type { HistoryEvent, HistoryItem } from '../../shared/feature/history.ts';
import type { FeatureSet } from '../../shared/feature/set.ts';
import { createUserState, type UserState, updateUser } from '../../shared/feature/user.ts';
import type { DeviceValues } from '../../shared/feature/values.ts';
import { makesSeen, showsInterest } from '../../shared/policy/interest.ts';
import { type Calibration, calibrationTo } from '../../shared/policy/rule/calibration.ts';
import { tasteOf } from '../../shared/policy/taste.ts';
import { loadPart } from '../part.ts';
import type { Artifacts } from './artifact.ts';
import type { DeviceOrder, WorkerSettings } from './protocol.ts';

export { askItem } from './ask.ts';

/** Milliseconds that candidates found here may take: the order has still to be made. What comes later is there for the next one. */
const findMs = 800;

/**
 * A history as features and policy see it. Loaded with the first event, or where there is a history: what ranks a first visit needs none
 * of it.
 */
export class Past {
  /** Of the feature set. */
  readonly hash: string;
  readonly #set: FeatureSet;
  readonly #state: UserState;
  /** The history, oldest first. */
  events: readonly HistoryEvent[];

  /** Replays the events, oldest first, which takes milliseconds and stays right when the feature set changes with a release. */
  constructor(set: FeatureSet, events: readonly HistoryEvent[]) {
    this.hash = set.hash;
    this.#set = set;
    this.#state = createUserState(set);
    this.events = events;
    for (const event of events) updateUser(set, this.#state, event);
  }

  /** Takes note of one more event. `events`: the history with it. */
  add(event: HistoryEvent, events: readonly HistoryEvent[]): void {
    this.events = events;
    updateUser(this.#set, this.#state, event);
  }

  /** See deviceValues. */
  values(candidates: readonly HistoryItem[], nowMs: number): DeviceValues {
    return deviceValues(this.#set, this.#state, candidates, nowMs);
  }

  /** Adds to the candidates of a private surface what the device finds: see private.ts. @returns what it added to the pack, or why nothing */
  async find(
    pack: Pack,
    artifacts: Artifacts | undefined,
    settings: WorkerSettings | undefined,
  ): Promise<Pick<DeviceOrder, 'more' | 'lapse'> | undefined> {
    if (!pack.private || !artifacts || !settings) return undefined;
    const { base } = settings;
    const nowMs = Date.now();
    const [set, interest] = [this.#set, this.#interest().slice(0, limit.seeds)];
    const finding = loadPart(base, 'private').then((part) => part.findNear({ pack, set, interest, artifacts, base, nowMs }));
    const late = new Promise<undefined>((resolve) => setTimeout(resolve, findMs));
    try {
      const more = await Promise.race([finding, late]);
      Object.assign(pack, more);
      return more ? { more } : { lapse: 'find-late' };
    } catch {
      return { lapse: 'find-failed' };
    }
  }

  /** Items that `excludeSeen` drops. */
  seen(): ReadonlySet<ItemId> {
    return new Set(this.events.filter(({ type }) => makesSeen(type)).map(({ item }) => item.id));
  }

  /** Items that the visitor does not want to see, whatever the surface's rules. */
  hidden(): ReadonlySet<ItemId> {
    return new Set(this.events.filter(({ type }) => type === 'hide').map(({ item }) => item.id));
  }

  /** To the visitor's categories, by what was last cared for. */
  calibration(): Calibration {
    return calibrationTo(tasteOf(this.#interest()));
  }

  /** Newest first, each item once. */
  #interest(): HistoryItem[] {
    const items = new Map<ItemId, HistoryItem>();
    for (const { type, item } of this.events.toReversed())
      if (showsInterest(type) && !items.has(item.id)) items.set(item.id, item);
    return [...items.values()];
  }
}
