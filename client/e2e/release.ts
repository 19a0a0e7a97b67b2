import { createFeatureSet } from '../../shared/feature/create.ts';
import type { FeatureDefinition } from '../../shared/feature/definition.ts';
import { attributeRows, rememberedShape } from '../../shared/feature/remembered.ts';
import { plainRankKernel } from '../../shared/kernel/rank-plain.ts';
import { toBase64 } from '../../shared/model/base64.ts';
import { kernelEngine } from '../../shared/model/engine.ts';
import type { GoldenCase, GoldenDocument } from '../../shared/model/golden.ts';
import { encodeHistory, type HistoryInput } from '../../shared/model/history.ts';
import { attentionRankerModel } from '../../trainer/onnx/attention.ts';
import { denseRankerModel } from '../../trainer/onnx/dense.ts';
import { treeEnsembleModel } from '../../trainer/onnx/tree.ts';
import { createRandom } from '../../trainer/random.ts';
import { goldenHistory } from '../../trainer/release/golden.ts';
import type { EdgeRelease } from './edge.ts';

const definitions: readonly FeatureDefinition[] = [
  { name: 'popularity', entity: 'item', aggregate: { kind: 'count' }, events: ['click'], placement: 'catalog' },
  {
    name: 'genre',
    entity: 'userItem',
    match: { attribute: 'categories', last: 10 },
    events: ['click', 'cart'],
    placement: 'device',
  },
  { name: 'taste', entity: 'userItem', cosine: 'mean', last: 10, decay: 0.9, events: ['click', 'cart'], placement: 'device' },
  { name: 'deeds', entity: 'user', aggregate: { kind: 'count' }, events: ['click', 'cart'], placement: 'device' },
];
export const features = createFeatureSet({
  definitions,
  light: ['popularity'],
  heavy: ['popularity', 'genre', 'taste', 'deeds'],
});

const columns = features.heavy;
const bytes = (value: unknown) => new TextEncoder().encode(JSON.stringify(value));

/**
 * Score = popularity + 300 genre + 30 taste, as the one layer of a dense ranker; or through hidden layers of which only the first
 * unit passes it on.
 */
function model(featureHash: string, hidden: readonly number[]): Uint8Array {
  let inputs = 2 * columns.length;
  const layers = [...hidden, 1].map((outputs, i) => {
    const weights = new Float32Array(inputs * outputs);
    if (i === 0) for (const [row, weight] of [1, 300, 30].entries()) weights[row * outputs] = weight;
    else weights[0] = 1;
    inputs = outputs;
    return { weights, bias: new Float32Array(outputs) };
  });
  const ones = new Float32Array(columns.length).fill(1);
  return denseRankerModel({
    columns,
    featureHash,
    mean: new Float32Array(columns.length),
    std: ones,
    layers,
    activation: 'relu',
  });
}

/** Score = 1 where popularity > 100, else 0, as a tree. */
const treeModel = (featureHash: string): Uint8Array =>
  treeEnsembleModel({
    columns,
    featureHash,
    trees: [
      {
        feature: [0, 0, 0],
        threshold: [100, 0, 0],
        left: [1, -1, -1],
        right: [2, -1, -1],
        missingLeft: [0, 0, 0],
        value: [0, 0, 1],
      },
    ],
    base: 0,
  });

/** Score = popularity + 1000 times the cosine of what the candidate attends to, which is what it is most like. */
function attentionModel(featureHash: string): Uint8Array {
  const dim = 8;
  const { attributes, context } = rememberedShape;
  const weights = new Float32Array(2 * columns.length + 3 * dim + 1);
  weights[0] = 1;
  weights[weights.length - 1] = 1000;
  const square = new Float32Array(dim * dim);
  return attentionRankerModel({
    columns,
    featureHash,
    mean: new Float32Array(columns.length),
    std: new Float32Array(columns.length).fill(1),
    history: { attributes, context },
    attention: {
      dim,
      table: new Float32Array(attributeRows * dim),
      query: square,
      value: square,
      contextValue: new Float32Array(context * dim),
      contextBias: new Float32Array(context),
      similarityWeight: 4,
    },
    layers: [{ weights, bias: new Float32Array(1) }],
    blend: [1],
  });
}

function goldenCase(heavy: Uint8Array): GoldenCase {
  const engine = kernelEngine(heavy, plainRankKernel());
  const rows = 3;
  const values = Float32Array.from({ length: rows * columns.length }, (_, i) => (i % 5 === 4 ? Number.NaN : i / 4));
  const history = engine.history && goldenHistory(engine.history, createRandom(1, 'golden'));
  // Golden histories of releases are for 32 rows.
  const past = history && { ...history, ...firstRows(history, rows) };
  const scores = engine.run(values, rows, past);
  const inputs = { rows, features: toBase64(new Uint8Array(values.buffer)), ...(past && { history: encodeHistory(past) }) };
  return { ...inputs, scores: [...scores] };
}

const firstRows = ({ events, similarity, candidateAttributes }: HistoryInput, rows: number) => ({
  similarity: similarity.slice(0, rows * events),
  candidateAttributes: candidateAttributes.slice(0, rows * rememberedShape.attributes),
});

/** What a release may differ in, from itself and from the rest of its parts. */
export interface ReleaseFault {
  /** Of the pack. */
  readonly featureHash?: string;
  /** In the model's metadata. */
  readonly modelHash?: string;
  readonly goldenScore?: number;
  readonly engine?: 'kernel' | 'onnx';
  /** Units of hidden layers, for a larger network of the same scores. */
  readonly hidden?: readonly number[];
  /** A network that reads the history, in place of one of features. */
  readonly attention?: boolean;
  /** A tree that prefers items above popularity 100, in place of the network. */
  readonly trees?: boolean;
}

/**
 * A release whose heavy ranker prefers unpopular items (so that the device's order is the reverse of the edge's) and, far more, the
 * genres of what the visitor clicked.
 */
export function testRelease(fault: ReleaseFault = {}): EdgeRelease {
  const hash = fault.modelHash ?? features.hash;
  const heavy = fault.trees ? treeModel(hash) : fault.attention ? attentionModel(hash) : model(hash, fault.hidden ?? []);
  const golden = goldenCase(heavy);
  const scores = fault.goldenScore === undefined ? golden.scores : [fault.goldenScore, ...golden.scores.slice(1)];
  const document: GoldenDocument = { version: 1, light: golden, heavy: { ...golden, scores } };
  return {
    featureHash: fault.featureHash ?? features.hash,
    served: (ordinal) => [ordinal],
    heavy,
    features: bytes(features),
    golden: bytes(document),
    engine: fault.engine ?? 'kernel',
  };
}
