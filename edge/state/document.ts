import type { AggregateState } from '../../shared/feature/aggregate/kind.ts';
import {
  createEntity,
  type EntityPlan,
  type EntityRef,
  type EntityState,
  readEntity,
  updateEntity,
} from '../../shared/feature/entity.ts';
import type { OnlineEvent, OnlineReadings } from '../port.ts';

/**
 * What is stored of one entity: the aggregates of every definition that is or lately was live, each with the time when it was last kept up to date. Ids of
 * events are remembered beside it, for as long as an event may come again: a list in the document would forget too soon.
 */
export interface EntityDocument {
  readonly version: EntityState['version'];
  readonly aggregates: Record<string, AggregateState>;
  /** By key of the plan. */
  readonly updatedMs: Record<string, number>;
}

/** Name of a kind of entity in the store. */
export const kindOf = (ref: EntityRef): string => (ref.entity === 'named' ? `named:${ref.key}` : ref.entity);

/** Longer than any copy of a traffic plan is old. */
const overlapMs = 10 * 60_000;

/** @param text JSON; undefined: an entity without events, as one whose document is of another format is. */
export function parseDocument(text: string | undefined): EntityDocument {
  const { version } = createEntity();
  const stored = text === undefined ? undefined : (JSON.parse(text) as EntityDocument);
  return stored?.version === version ? stored : { version, aggregates: {}, updatedMs: {} };
}

/**
 * Adds events that were not added before. An aggregate that no live definition keeps up to date misses events from now on: it leaves, so that a definition
 * that comes back begins anew and does not go on with a gap. Others may still know the plan before, so it stays for some minutes.
 */
export function addToDocument(plan: EntityPlan, document: EntityDocument, events: readonly OnlineEvent[], nowMs: number): void {
  const { version, aggregates, updatedMs } = document;
  const state: EntityState = { version, ids: [], aggregates };
  for (const event of events) updateEntity(plan, state, event);
  const live = new Set(plan.keys);
  for (const key of Object.keys(aggregates)) {
    if (live.has(key)) updatedMs[key] = nowMs;
    else if (nowMs - (updatedMs[key] ?? 0) > overlapMs) {
      delete aggregates[key];
      delete updatedMs[key];
    }
  }
}

/** Values of some entities, in the order of the documents. */
export function readDocuments(plan: EntityPlan, documents: readonly EntityDocument[], nowMs: number): OnlineReadings {
  const width = plan.features.length;
  const values = new Float64Array(documents.length * width);
  const ages = new Float64Array(values.length);
  const stale = new Uint8Array(values.length);
  for (const [row, { version, aggregates }] of documents.entries())
    for (const [column, reading] of readEntity(plan, { version, ids: [], aggregates }, nowMs).entries()) {
      const at = row * width + column;
      values[at] = reading.value;
      ages[at] = reading.ageMs;
      stale[at] = Number(reading.stale);
    }
  return { values, ages, stale };
}
