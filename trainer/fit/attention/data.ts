import { eventTypes } from '../../../shared/contract/event.ts';
import type { HistoryItem } from '../../../shared/feature/history.ts';
import { attributeReader, historyInput, rememberedShape } from '../../../shared/feature/remembered.ts';
import type { HistoryInput } from '../../../shared/model/history.ts';
import type { AttentionData } from '../network/data.ts';
import type { RankingRows } from '../rows.ts';

/** Rows of which it is known what they are and what the visitor did before. */
export type RememberedRows = RankingRows & Required<Pick<RankingRows, 'items' | 'catalogue' | 'tMs' | 'histories'>>;

export const isRemembered = (rows: RankingRows): rows is RememberedRows =>
  Boolean(rows.items && rows.catalogue && rows.tMs && rows.histories);

/** What the device would read for each list, by the function that it runs. */
export function historiesOf({ items, catalogue, tMs, histories, offsets }: RememberedRows): (list: number) => HistoryInput {
  const known = new Map<HistoryItem, readonly number[]>();
  const read = attributeReader();
  const attributes = (item: HistoryItem) => {
    const found = known.get(item) ?? read(item);
    known.set(item, found);
    return found;
  };
  const itemOf = (ordinal: number) => catalogue[ordinal] as HistoryItem;
  return (list) => {
    const candidates = Array.from(items.subarray(offsets[list], offsets[list + 1]), itemOf);
    const [from, to] = [histories.offsets[list] as number, histories.offsets[list + 1] as number];
    const events = Array.from({ length: to - from }, (_, i) => ({
      type: eventTypes[histories.types[from + i] as number] as (typeof eventTypes)[number],
      tMs: histories.tMs[from + i] as number,
      item: itemOf(histories.items[from + i] as number),
    }));
    return historyInput(candidates, events, tMs[list] as number, attributes);
  };
}

/** The same for all lists, as the kernels read it. */
export function attentionData(rows: RememberedRows): AttentionData {
  const inputOf = historiesOf(rows);
  const inputs = Array.from({ length: rows.lists }, (_, q) => inputOf(q));
  const { attributes, context } = rememberedShape;
  const offsets = new Uint32Array(rows.lists + 1);
  let pairs = 0;
  for (const [q, { events, similarity }] of inputs.entries()) {
    offsets[q + 1] = (offsets[q] as number) + events;
    pairs += similarity.length;
  }
  const events = offsets[rows.lists] as number;
  const all = {
    attributes,
    context,
    candidateIds: new Int32Array(rows.labels.length * attributes),
    offsets,
    historyIds: new Int32Array(events * attributes),
    eventContext: new Float32Array(events * context),
    similarity: new Float32Array(pairs),
  };
  let pair = 0;
  for (const [q, input] of inputs.entries()) {
    const event = offsets[q] as number;
    all.candidateIds.set(input.candidateAttributes, (rows.offsets[q] as number) * attributes);
    all.historyIds.set(input.historyAttributes, event * attributes);
    all.eventContext.set(input.historyContext, event * context);
    all.similarity.set(input.similarity, pair);
    pair += input.similarity.length;
  }
  return all;
}
