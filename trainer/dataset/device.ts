import { limit } from '../../shared/contract/limit.ts';
import type { HistoryEvent } from '../../shared/feature/history.ts';
import { keptEvents } from '../../shared/feature/kept.ts';
import type { FeatureSet } from '../../shared/feature/set.ts';
import { createUserState, type UserState, updateUser } from '../../shared/feature/user.ts';

/** A visitor's own device in the past: what it keeps, and what features are made of there. */
export interface PastDevice {
  add(event: HistoryEvent): void;
  /** As of the events so far. */
  state(): UserState;
  /** What it keeps, oldest first. */
  events(): readonly HistoryEvent[];
}

/** What is pushed out is looked for when so many events came, or when somebody asks. */
const trimmedAt = 2 * limit.historyEvents;

/** A device keeps a bounded history; when it forgets something, it makes its features anew from what is left, and so does this. */
export function createPastDevice(set: FeatureSet): PastDevice {
  let events: HistoryEvent[] = [];
  let state = createUserState(set);
  let isStale = false;
  const trim = () => {
    const kept = keptEvents(events);
    isStale ||= kept.length < events.length;
    events = kept;
  };
  return {
    add(event) {
      events.push(event);
      if (events.length === trimmedAt) trim();
      if (!isStale) updateUser(set, state, event);
    },
    events() {
      trim();
      return events;
    },
    state() {
      trim();
      if (isStale) {
        state = createUserState(set);
        for (const event of events) updateUser(set, state, event);
        isStale = false;
      }
      return state;
    },
  };
}
