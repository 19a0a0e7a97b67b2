import { limit } from '../../shared/contract/limit.ts';
import type { RankKernel } from '../../shared/kernel/kernel.ts';
import { kernelEngine } from '../../shared/model/engine.ts';
import type { Node, Tensor } from '../../shared/model/graph.ts';
import { Failure } from '../failure.ts';
import { encodeModel } from './encode.ts';
import { type ForeignModel, type ForeignPort, readForeign, withoutMaps } from './foreign.ts';
import { node, type RankerColumns, rankerGraph, vector, whole } from './graph.ts';
import { lower } from './lower.ts';

export interface ImportOptions {
  /** Features in the order of the model's columns; undefined: by the names of its inputs, or its own list, or the ranker's order. */
  readonly columns?: readonly string[];
  /** Name of the score's output; undefined: the only one, or the last of numbers. */
  readonly output?: string;
  /** What a missing feature is to the model; undefined: NaN. */
  readonly fill?: number;
}

export interface ImportedRanker {
  /** As ONNX by the rankers' convention. */
  readonly model: Uint8Array<ArrayBuffer>;
  /** Features that it reads, in the order of its columns. */
  readonly columns: readonly string[];
  /** The model as it came, but for maps: what the other has to agree with. */
  readonly original: Uint8Array;
  readonly foreign: ForeignModel;
  /** Its score's output. */
  readonly output: string;
}

/**
 * A ranker that was made elsewhere (PyTorch, LightGBM, scikit-learn and the like) as one of ours: input columns matched to features, operators of other
 * versions and of ai.onnx.ml rewritten, the score as [rows].
 * @param ranker columns and hash of the feature set that it is to be of.
 * @throws Failure `bad-input` that names the input, operator, type or size that is in the way.
 */
export function importRanker(
  bytes: Uint8Array,
  ranker: RankerColumns,
  kernel: RankKernel,
  options: ImportOptions = {},
): ImportedRanker {
  if (bytes.length > limit.modelBytes)
    throw new Failure('bad-input', `the model is ${bytes.length} bytes, more than ${limit.modelBytes}`);
  const original = withoutMaps(bytes);
  const read = readForeign(original);
  const output = outputOf(read, options.output);
  const foreign = { ...read, outputs: read.outputs.filter(({ name }) => name === output) };
  const given = matchInputs(foreign, ranker.columns, options.columns);
  const lowered = lower(foreign);
  const constants = new Map(lowered.constants);
  const before = inputNodes(foreign.inputs, given, ranker.columns, constants, options.fill);
  let fault = '';
  for (const ending of endings) {
    const after = ending(output, constants);
    const made = encodeModel(rankerGraph(ranker, [...before, ...lowered.nodes, ...after], constants));
    try {
      const engine = kernelEngine(made, kernel);
      engine.run(new Float32Array(3 * engine.columns), 3);
      return { model: made, columns: given, original, foreign, output };
    } catch (error) {
      if ((error as Error).name !== 'ModelRefused') throw error;
      fault ||= (error as Error).message;
    }
  }
  throw new Failure(
    'bad-input',
    `the model cannot be run: ${fault}`,
    'docs/models.md lists the operators that a ranker may have.',
  );
}

function outputOf({ outputs }: ForeignModel, asked: string | undefined): string {
  const names = outputs.map(({ name }) => name);
  if (asked !== undefined && !names.includes(asked))
    throw new Failure('bad-input', `the model has no output ${asked}`, `It has ${names.join(', ')}.`);
  // Classifiers give a label first and chances second.
  const numbers = outputs.filter(({ type }) => type === 'float' || type === 'double');
  const found = asked ?? (names.length === 1 ? names[0] : numbers.at(-1)?.name);
  if (found === undefined)
    throw new Failure('bad-input', `none of the outputs ${names.join(', ')} is a score`, 'Name one with --output.');
  return found;
}

/** The feature of each column, over all inputs. */
function matchInputs(
  { inputs, metadata }: ForeignModel,
  features: readonly string[],
  asked: readonly string[] | undefined,
): readonly string[] {
  const widths = inputs.map(widthOf);
  const total = widths.reduce((sum, width) => sum + width, 0);
  const listed = metadata['vitrine.features']?.split(',');
  const isNamed = inputs.length > 1 || (inputs.length === 1 && total === 1);
  const columns = asked ?? (isNamed ? inputs.map(({ name }) => name) : (listed ?? features));
  const unknown = columns.filter((name) => !features.includes(name));
  if (unknown.length > 0)
    throw new Failure(
      'bad-input',
      `the model reads ${unknown.join(', ')}, which ${unknown.length === 1 ? 'is no feature' : 'are no features'} of this ranker`,
      `It has ${features.join(', ')}. Name the model's columns with --columns.`,
    );
  if (columns.length !== total)
    throw new Failure(
      'bad-input',
      `the model reads ${total} columns, and ${columns.length} are named: ${columns.join(', ')}`,
      'Name the features of its columns, in their order, with --columns.',
    );
  return columns;
}

/** Columns of an input. */
function widthOf({ name, type, shape }: ForeignPort): number {
  if (type === 'other') throw new Failure('bad-input', `the model's input ${name} is not of numbers`);
  const [, width = 1, ...others] = shape ?? [];
  if (!shape || shape.length > 2 || others.length > 0)
    throw new Failure('bad-input', `the model's input ${name} is not [rows, columns]`);
  if (shape.length === 2 && shape[1] === undefined)
    throw new Failure(
      'bad-input',
      `the model's input ${name} does not say how many columns it has`,
      'Export it with a fixed number.',
    );
  return width;
}

/** From "features" to what the model calls its inputs. */
function inputNodes(
  inputs: readonly ForeignPort[],
  given: readonly string[],
  features: readonly string[],
  constants: Map<string, Tensor>,
  fill: number | undefined,
): Node[] {
  const nodes: Node[] = [];
  let source = 'features';
  if (fill !== undefined) {
    constants.set('vitrine.fill', { type: 'float', shape: [], data: Float32Array.of(fill) });
    nodes.push(node('IsNaN', ['features'], 'vitrine.missing'));
    nodes.push(node('Where', ['vitrine.missing', 'vitrine.fill', 'features'], 'vitrine.filled'));
    source = 'vitrine.filled';
  }
  let first = 0;
  for (const [i, port] of inputs.entries()) {
    const width = widthOf(port);
    const places = given.slice(first, first + width).map((name) => features.indexOf(name));
    first += width;
    const isWhole = places.length === features.length && places.every((place, at) => place === at);
    const chosen = isWhole ? source : `vitrine.input.${i}`;
    if (!isWhole) {
      constants.set(`vitrine.columns.${i}`, whole(...places));
      nodes.push(node('Gather', [source, `vitrine.columns.${i}`], chosen, { axis: { kind: 'i', value: 1 } }));
    }
    const isFlat = port.shape?.length === 1;
    if (isFlat) {
      constants.set('vitrine.flat', whole(-1));
      nodes.push(node('Reshape', [chosen, 'vitrine.flat'], port.name));
    } else if (port.type === 'int') nodes.push(node('Cast', [chosen], port.name, { to: { kind: 'i', value: 7 } }));
    else nodes.push(node('Identity', [chosen], port.name));
  }
  return nodes;
}

/** How an output becomes [rows]: from [rows, 1], from [rows], or the second of two columns. */
const endings: readonly ((output: string, constants: Map<string, Tensor>) => Node[])[] = [
  (output, constants) => {
    constants.set('vitrine.last', whole(1));
    return [node('Squeeze', [output, 'vitrine.last'], 'score')];
  },
  (output) => [node('Identity', [output], 'score')],
  (output, constants) => {
    constants.set('vitrine.second', whole(1));
    constants.set('vitrine.half', vector(Float32Array.of(0, 1)));
    return [
      node('Mul', [output, 'vitrine.half'], 'vitrine.pair'),
      node('ReduceSum', ['vitrine.pair', 'vitrine.second'], 'score', { keepdims: { kind: 'i', value: 0 } }),
    ];
  },
];
