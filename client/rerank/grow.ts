import type { DisplayItem, Pack, PrivateReference } from '../../shared/contract/pack.ts';
import { type SourceName, sourceNames } from '../../shared/contract/surface.ts';
import { finalValue } from '../../shared/feature/final.ts';
import type { HistoryItem } from '../../shared/feature/history.ts';
import { seedEvaluator } from '../../shared/feature/seed.ts';
import { servedValues } from '../../shared/feature/served.ts';
import type { FeatureSet } from '../../shared/feature/set.ts';
import { toBase64 } from '../../shared/model/base64.ts';
import type { PrivateIndex } from '../../shared/release/private.ts';
import type { Artifacts } from './artifact.ts';
import { bytesOf } from './base64.ts';
import { decodeColumns, historyItem } from './columns.ts';

export interface FindInput {
  readonly pack: Pack;
  readonly set: FeatureSet;
  /** What the visitor cared for, newest first, each item once. */
  readonly interest: readonly HistoryItem[];
  readonly artifacts: Pick<Artifacts, 'get'>;
  /** Folder of the client's parts. */
  readonly base: string;
  readonly nowMs: number;
}

/** An item that was found, with what ranking needs of it. */
export interface Found {
  readonly item: DisplayItem;
  readonly score: number;
  readonly vector: Int8Array;
  readonly scale: number;
  readonly catalog: Float32Array;
}

/** The columns of the pack with more candidates at their ends, and what the edge left out because it knows nobody's interest. */
export function grown(
  input: FindInput,
  { columns }: PrivateIndex,
  near: readonly Found[],
  found: readonly Found[],
): Partial<Pack> {
  const { pack, set, nowMs, interest } = input;
  const n = found.length;
  const width = set.served.length;
  const own = decodeColumns(pack, width);
  const nearest: SourceName = 'nearest';
  const candidates = [...own.candidates, ...found.map((one) => historyItemOf(one, pack.release))];
  const served = new Float32Array(candidates.length * width);
  served.set(own.served);
  served.set(
    servedValues(set, {
      n,
      ordinals: Uint32Array.from(found.keys()),
      catalog: { columns, n, values: Float32Array.from(found.flatMap(({ catalog }) => [...catalog])) },
      items: found.map(({ item }) => item),
      sourceScores: { [nearest]: found.map(({ score }) => score) },
      nowMs,
      device: 'other',
      timeZoneMinutes: 0,
      surface: pack.surface,
    }),
    own.served.length,
  );
  const scoreOf = new Map(near.map(({ item, score }) => [item.id, score]));
  for (const feature of set.definitionOf.edge) {
    const column = set.served.indexOf(feature.name);
    const fill = (from: number, value: (i: number) => number) => {
      for (let i = from; i < candidates.length; i++) served[i * width + column] = value(i);
    };
    if ('seeds' in feature) {
      const value = seedEvaluator(feature, interest);
      fill(0, (i) => finalValue(feature, value(candidates[i] as HistoryItem)));
    } else if ('source' in feature && feature.source === nearest)
      fill(0, (i) => finalValue(feature, scoreOf.get((candidates[i] as HistoryItem).id) ?? Number.NaN));
    else if (!ofCandidate.has(feature.entity)) fill(pack.items.length, () => own.served[column] ?? Number.NaN);
  }
  const { dim } = pack.vectors;
  const data = new Int8Array(n * dim);
  for (const [i, { vector }] of found.entries()) data.set(vector, i * dim);
  const more = (list: readonly number[], value: number) => [...list, ...found.map(() => value)];
  const { items, scores, sources, propensities, served: edgeServed, vectors } = pack;
  const reference = pack.private as PrivateReference;
  const signed = { items, scores, sources, propensities, served: edgeServed, vectors };
  return {
    private: { signed, ...reference },
    items: [...pack.items, ...found.map(({ item }) => item)],
    scores: more(pack.scores, Number.NaN),
    sources: more(pack.sources, 1 << sourceNames.indexOf(nearest)),
    propensities: more(pack.propensities, 1),
    served: joined('', served),
    vectors: {
      dim,
      data: joined(pack.vectors.data, data),
      scales: joined(
        pack.vectors.scales,
        Float32Array.from(found, ({ scale }) => scale),
      ),
    },
  };
}

/** What is of the request and not of a candidate, the edge has said of all of them alike. */
const ofCandidate: ReadonlySet<string> = new Set(['item', 'candidate', 'userItem']);

const historyItemOf = ({ item, vector, scale }: Found, space: string): HistoryItem => ({
  ...historyItem(item),
  vector: Float32Array.from(vector, (value) => value * scale),
  space,
});

/** Base64 of the bytes of both. */
function joined(before: string, { buffer, byteOffset, byteLength }: ArrayBufferView): string {
  const first = bytesOf(before);
  const bytes = new Uint8Array(first.length + byteLength);
  bytes.set(first);
  bytes.set(new Uint8Array(buffer, byteOffset, byteLength), first.length);
  return toBase64(bytes);
}
