import type { Ordinal } from '../../shared/contract/id.ts';
import type { Item } from '../../shared/contract/item.ts';
import type { ReleaseDelta } from '../../shared/release/delta.ts';
import type { OpenRelease } from '../../shared/release/open.ts';
import { top } from '../../shared/retrieval/top.ts';
import { rowOf } from '../../shared/vector/table.ts';
import { contentModel } from '../candidate/content.ts';
import type { Interactions } from '../candidate/interactions.ts';

/** Items that a new one is put between. */
const neighbours = 20;

/** Without folding in or an encoder, vectors of a release are of length 1. */
export const keepsLengths = ({ vectors, encoderModel }: OpenRelease): boolean =>
  vectors.fold !== undefined || encoderModel !== undefined;

export interface Placed {
  /** [added x dim], row-major; zeros where nothing is alike. */
  readonly values: Float32Array;
  readonly similar: ReleaseDelta['similar'];
}

/**
 * Where new items belong by what the site says of them: the `content` model's cosines of words, categories and brand with the items of the release; their
 * vectors are the means of those neighbours' vectors, weighted by the cosines, of length 1 where those of the release are.
 */
export async function placeByContent(open: OpenRelease, added: readonly Item[], gone: ReadonlySet<Ordinal>): Promise<Placed> {
  const { vectors, items } = open;
  const { dim } = vectors;
  const raw = keepsLengths(open);
  const all = [...items, ...added];
  const values = new Float32Array(added.length * dim);
  const lists: { readonly ordinals: Uint32Array; readonly scores: Float32Array }[] = [];
  const nobody = nothingOf(all.length);
  const hasWords = contentModel.refusal({} as never, { items: all }) === undefined;
  if (hasWords && added.length > 0) {
    const context = { seed: 0, throughMs: 0, threads: 1, items: all, warn: () => undefined };
    const settings = contentModel.defaults({} as never);
    const model = await contentModel.fit(nobody, settings, context);
    const scores = new Float32Array(all.length);
    const every = Uint32Array.from(items.keys());
    for (const k of added.keys()) {
      model.score([{ user: -1, items: Int32Array.of(items.length + k), tMs: Float64Array.of(0), nowMs: 1 }], scores);
      for (const ordinal of gone) scores[ordinal] = Number.NaN;
      const list = top(every, finite(scores), items.length, neighbours);
      lists.push(list);
      place(values.subarray(k * dim, (k + 1) * dim), list);
    }
  }

  function place(into: Float32Array, list: { readonly ordinals: Uint32Array; readonly scores: Float32Array }): void {
    for (const [i, ordinal] of list.ordinals.entries()) {
      const row = rowOf(vectors, ordinal);
      const length = raw ? 1 : Math.hypot(...row);
      for (let d = 0; length > 0 && d < dim; d++)
        into[d] = (into[d] as number) + ((list.scores[i] as number) * (row[d] as number)) / length;
    }
    const size = raw ? list.scores.reduce((sum, score) => sum + score, 0) : Math.hypot(...into);
    for (let d = 0; size > 0 && d < dim; d++) into[d] = (into[d] as number) / size;
  }

  return { values, similar: rowsOf(lists, added.length) };
}

/** Items without a common word score -Infinity: they are nobody's neighbours. */
const finite = (scores: Float32Array) => scores.map((score) => (score > 0 ? score : Number.NaN));

function rowsOf(lists: readonly { readonly ordinals: Uint32Array; readonly scores: Float32Array }[], rows: number) {
  const offsets = new Uint32Array(rows + 1);
  for (let row = 0; row < rows; row++) offsets[row + 1] = (offsets[row] as number) + (lists[row]?.ordinals.length ?? 0);
  const ordinals = Uint32Array.from(lists.flatMap((list) => [...list.ordinals]));
  return { offsets, ordinals, scores: Float32Array.from(lists.flatMap((list) => [...list.scores])) };
}

const nothingOf = (items: number): Interactions => ({
  n: 0,
  users: 0,
  items,
  user: new Int32Array(0),
  item: new Int32Array(0),
  tMs: new Float64Array(0),
  weight: new Float32Array(0),
});
