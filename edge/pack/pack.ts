import type { Sha256 } from '../../shared/contract/id.ts';
import {
  type Degraded,
  displayItem,
  type FileReference,
  type Pack,
  type PrivateReference,
  packDigestText,
  packVersion,
  type SlateAnswer,
} from '../../shared/contract/pack.ts';
import type { FileRole } from '../../shared/contract/release.ts';
import type { Slate } from '../../shared/contract/slate.ts';
import type { Surface } from '../../shared/contract/surface.ts';
import { pickServed } from '../../shared/feature/served.ts';
import type { ServedValues } from '../../shared/feature/values.ts';
import { toBase64 } from '../../shared/model/base64.ts';
import type { OpenRelease } from '../../shared/release/open.ts';
import type { Blended } from '../../shared/retrieval/blend.ts';
import { sha256Native } from './digest.ts';
import type { SlateHead } from './head.ts';
import type { Signer } from './token.ts';

/** What the answer says of its making. */
export interface Outcome {
  readonly degraded: readonly Degraded[];
  readonly timing: Readonly<Record<string, number>>;
}

/** What the cascade found. A slate's candidate is an index of `candidates`. */
export interface Cascade {
  readonly open: OpenRelease;
  readonly surface: Surface;
  readonly candidates: Blended;
  readonly served: ServedValues;
  readonly slate: Slate<number>;
  readonly count: number;
  /** What has changed since the release. */
  readonly delta?: Sha256 | undefined;
}

/** Columns of the slate: index i of each belongs to its entry i. */
export interface Columns {
  readonly items: Pack['items'];
  readonly scores: readonly number[];
  readonly sources: readonly number[];
  readonly propensities: readonly number[];
  /** Base64 Float32 [n x s]. */
  readonly served: string;
}

const bytesOf = (array: ArrayBufferView) => new Uint8Array(array.buffer, array.byteOffset, array.byteLength);

export function columnsOf({ open, candidates, served, slate }: Cascade): Columns {
  const { entries } = slate;
  const rows = entries.map(({ candidate }) => candidate);
  const items = rows.flatMap((row) => open.items[candidates.ordinals[row] as number] ?? []);
  return {
    items: items.map(displayItem),
    scores: entries.map(({ score }) => score),
    sources: rows.map((row) => candidates.sources[row] as number),
    propensities: entries.map(({ propensity }) => propensity),
    served: toBase64(bytesOf(pickServed(open.features, served, rows))),
  };
}

/** The signed pack of candidates that a device reranks. */
export async function packDevice(
  head: SlateHead,
  cascade: Cascade,
  columns: Columns,
  outcome: Outcome,
  signer: Signer | undefined,
): Promise<Pack> {
  const { open, surface, candidates, slate, count, delta } = cascade;
  const ordinals = slate.entries.map(({ candidate }) => candidates.ordinals[candidate] as number);
  const pack = {
    v: packVersion,
    ...head,
    featureHash: open.features.hash,
    rules: surface.rules,
    rerank: surface.rerank,
    count,
    ...columns,
    vectors: vectorColumns(open, ordinals),
    ...(surface.rerank && { model: modelOf(open) }),
    ...(surface.retrieval === 'private' && { private: privateOf(open, surface, delta) }),
    ...outcome,
  } satisfies Omit<Pack, 'token'>;
  return { ...pack, token: await tokenOf(head, packDigestText(pack), signer) };
}

/** The signed finished slate for clients that do not rerank. Its digest binds ids, scores and propensities. */
export async function packEdge(
  head: SlateHead,
  columns: Columns,
  outcome: Outcome,
  signer: Signer | undefined,
): Promise<SlateAnswer> {
  const { slate, surface, release, arm } = head;
  const { scores, propensities } = columns;
  const items = columns.items.map((item, i) => ({ ...item, score: scores[i] as number, propensity: propensities[i] as number }));
  const vectors = { dim: 0, data: '', scales: '' };
  const digestText = packDigestText({ items, scores, propensities, served: '', vectors });
  return { v: packVersion, slate, surface, release, arm, items, ...outcome, token: await tokenOf(head, digestText, signer) };
}

async function tokenOf(head: SlateHead, digestText: string, signer: Signer | undefined): Promise<string> {
  if (!signer) return '';
  return await signer.sign({ ...head, digest: await sha256Native(digestText) });
}

function vectorColumns({ vectors }: OpenRelease, ordinals: readonly number[]): Pack['vectors'] {
  const { dim } = vectors;
  const data = new Int8Array(ordinals.length * dim);
  for (const [i, ordinal] of ordinals.entries()) data.set(vectors.data.subarray(ordinal * dim, (ordinal + 1) * dim), i * dim);
  const scales = Float32Array.from(ordinals, (ordinal) => vectors.scales[ordinal] as number);
  return { dim, data: toBase64(bytesOf(data)), scales: toBase64(bytesOf(scales)) };
}

function referenceTo({ manifest }: OpenRelease, role: FileRole): FileReference {
  const file = manifest.files.find((entry) => entry.role === role);
  if (!file) throw new Error(`the manifest names no ${role} file`);
  return { sha256: file.sha256 as string, bytes: file.bytes };
}

function privateOf(open: OpenRelease, { sources }: Surface, delta: Sha256 | undefined): PrivateReference {
  const found = sources.find(({ source }) => source === 'nearest')?.limit ?? 0;
  return { index: referenceTo(open, 'private'), limit: found, ...(delta && { delta }) };
}

function modelOf(open: OpenRelease): NonNullable<Pack['model']> {
  const { manifest } = open;
  const reference = (role: FileRole) => referenceTo(open, role);
  return { heavy: reference('heavy'), features: reference('features'), golden: reference('golden'), engine: manifest.engine };
}
