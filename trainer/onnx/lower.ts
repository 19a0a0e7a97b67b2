import { type Attribute, type Node, type Tensor, treeOperator } from '../../shared/model/graph.ts';
import { Failure } from '../failure.ts';
import type { ForeignModel, ForeignNode } from './foreign.ts';
import { node, vector, whole } from './graph.ts';

/** What a foreign graph becomes: operators of our list, as far as there are such. */
export interface Lowered {
  readonly nodes: Node[];
  readonly constants: Map<string, Tensor>;
  /** Values that were two columns of chances, of not and of yes, and are the second alone now: what follows may only pass them on. */
  readonly chances: ReadonlySet<string>;
}

interface Writer extends Lowered {
  readonly chances: Set<string>;
  /** Adds a constant under a new name. */
  constant(tensor: Tensor): string;
  /** A name for what is between. */
  between(): string;
}

const refuse = (what: string): never => {
  throw new Failure('bad-input', `the model ${what}`);
};
const axesOf = (attribute: Attribute | undefined): readonly number[] | undefined =>
  attribute?.kind === 'ints' ? attribute.value : undefined;
const floatsOf = ({ attributes }: ForeignNode, name: string): readonly number[] => {
  const found = attributes[name];
  if (found?.kind === 't') return Array.from(found.value.data);
  return found?.kind === 'floats' ? found.value : [];
};
const intsOf = ({ attributes }: ForeignNode, name: string): readonly number[] => axesOf(attributes[name]) ?? [];
const textOf = ({ attributes }: ForeignNode, name: string): string => {
  const found = attributes[name];
  return found?.kind === 's' ? found.value : '';
};
const without = (attributes: ForeignNode['attributes'], ...names: readonly string[]): ForeignNode['attributes'] =>
  Object.fromEntries(Object.entries(attributes).filter(([name]) => !names.includes(name)));

type Lower = (writer: Writer, foreign: ForeignNode, model: ForeignModel) => void;

/** Makes the node's output 0 of its input 0, unchanged. */
const pass: Lower = ({ nodes, chances }, { inputs: [x = ''], outputs: [y = ''] }) => {
  nodes.push(node('Identity', [x], y));
  if (chances.has(x)) chances.add(y);
};

/** Before ai.onnx 13 these had their axes as an attribute; ReduceSum alone of the two reductions changed with it. */
const axesAsInput: Lower = ({ nodes, constant }, { op, inputs: [x = '', given], outputs: [y = ''], attributes }) => {
  const axes = axesOf(attributes.axes);
  const second = axes ? [constant(whole(...axes))] : given ? [given] : [];
  nodes.push(node(op, [x, ...second], y, without(attributes, 'axes')));
};

/** Before ai.onnx 11 limits were attributes. */
const clip: Lower = ({ nodes, constant }, { inputs, outputs: [y = ''], attributes: { min, max } }) => {
  const scalar = (value: number) => constant({ type: 'float', shape: [], data: Float32Array.of(value) });
  const limits = [min, max].map((limit) => (limit?.kind === 'f' ? scalar(limit.value) : ''));
  nodes.push(node('Clip', limits.some(Boolean) ? [inputs[0] ?? '', ...limits] : inputs, y));
};

/** (x - offset) scale. */
const scaler: Lower = ({ nodes, constant, between }, foreign) => {
  const [x = '', y = ''] = [foreign.inputs[0], foreign.outputs[0]];
  const centred = between();
  nodes.push(node('Sub', [x, constant(vector(Float32Array.from(floatsOf(foreign, 'offset'))))], centred));
  nodes.push(node('Mul', [centred, constant(vector(Float32Array.from(floatsOf(foreign, 'scale'))))], y));
};

/** NaN becomes the value of its column. */
const imputer: Lower = ({ nodes, constant, between }, foreign) => {
  const [x = '', y = ''] = [foreign.inputs[0], foreign.outputs[0]];
  const replaced = foreign.attributes.replaced_value_float;
  if (replaced?.kind === 'f' && !Number.isNaN(replaced.value)) refuse(`imputes ${replaced.value}, not missing values`);
  const missing = between();
  nodes.push(node('IsNaN', [x], missing));
  nodes.push(node('Where', [missing, constant(vector(Float32Array.from(floatsOf(foreign, 'imputed_value_floats')))), x], y));
};

/** gamma (x - mean) / sqrt(variance + epsilon) + beta, of constants. */
const batchNormalisation: Lower = ({ nodes, constant, between }, { inputs, outputs: [y = ''], attributes }, { constants }) => {
  const [x = '', ...names] = inputs;
  const [gamma, beta, mean, variance] = names.map(
    (name) => constants.get(name)?.data ?? refuse(`normalises by ${name}, which it computes`),
  );
  const epsilon = attributes.epsilon?.kind === 'f' ? attributes.epsilon.value : 1e-5;
  const scale = Float32Array.from(gamma ?? [], (value, c) => value / Math.sqrt((variance?.[c] as number) + epsilon));
  const shift = scale.map((value, c) => (beta?.[c] as number) - value * (mean?.[c] as number));
  const scaled = between();
  nodes.push(node('Mul', [x, constant(vector(scale))], scaled), node('Add', [scaled, constant(vector(shift))], y));
};

/** A classifier's or regressor's last step. */
function transformed({ nodes }: Writer, transform: string, raw: string, output: string): void {
  if (transform !== '' && transform !== 'NONE' && transform !== 'LOGISTIC') refuse(`ends in the transform ${transform}`);
  nodes.push(node(transform === 'LOGISTIC' ? 'Sigmoid' : 'Identity', [raw], output));
}

/** Coefficients as [columns x 1]; of two classes those of the second. */
const linear =
  (output: number): Lower =>
  (writer, foreign) => {
    const { nodes, constant, between, chances } = writer;
    const [coefficients, intercepts] = [floatsOf(foreign, 'coefficients'), floatsOf(foreign, 'intercepts')];
    const targets = output === 0 ? 1 : Math.max(1, intsOf(foreign, 'classlabels_ints').length, intercepts.length);
    if (targets > 2) refuse(`tells ${targets} classes apart, and a ranker has one score`);
    const isPair = output === 1 && intercepts.length === 2;
    const columns = coefficients.length / (isPair ? 2 : 1);
    const own = Float32Array.from(isPair ? coefficients.slice(columns) : coefficients);
    const raw = between();
    const weights = constant({ type: 'float', shape: [columns, 1], data: own });
    const bias = constant(vector(Float32Array.of((isPair ? intercepts[1] : intercepts[0]) ?? 0)));
    nodes.push(node('Gemm', [foreign.inputs[0] ?? '', weights, bias], raw));
    const name = foreign.outputs[output] ?? '';
    transformed(writer, textOf(foreign, 'post_transform'), raw, name);
    if (output === 1) chances.add(name);
  };

const ensembleColumns = ['treeids', 'nodeids', 'featureids', 'modes', 'truenodeids', 'falsenodeids', 'missing_value_tracks_true'];

/** Trees of a classifier with two classes as those of a regressor: the leaves of the second class, or of the only one that has any. */
const trees =
  (kind: 'target' | 'class', output: number): Lower =>
  (writer, foreign) => {
    const { nodes, between, chances } = writer;
    const ids = intsOf(foreign, `${kind}_ids`);
    const classes = [...new Set(ids)];
    if (classes.length > (kind === 'class' ? 2 : 1) || Math.max(0, ...classes) > 1)
      refuse(`has trees for ${classes.length} ${kind === 'class' ? 'classes' : 'targets'}, and a ranker has one score`);
    const own = classes.length === 2 ? 1 : classes[0];
    const kept = [...ids.keys()].filter((i) => ids[i] === own);
    const pick = <Value>(values: readonly Value[]): Value[] => kept.map((i) => values[i] as Value);
    const base = floatsOf(foreign, 'base_values');
    const ints = (value: readonly number[]): Attribute => ({ kind: 'ints', value });
    const floats = (value: readonly number[]): Attribute => ({ kind: 'floats', value });
    const given = ensembleColumns.map((name) => `nodes_${name}`).filter((name) => foreign.attributes[name]);
    const attributes: Record<string, Attribute> = {
      ...Object.fromEntries(given.map((name) => [name, foreign.attributes[name] as Attribute])),
      n_targets: { kind: 'i', value: 1 },
      aggregate_function: { kind: 's', value: textOf(foreign, 'aggregate_function') || 'SUM' },
      post_transform: { kind: 's', value: 'NONE' },
      base_values: floats(base.length === 2 ? base.slice(1) : base.length === 1 ? base : [0]),
      nodes_values: floats(floatsOf(foreign, 'nodes_values')),
      target_treeids: ints(pick(intsOf(foreign, `${kind}_treeids`))),
      target_nodeids: ints(pick(intsOf(foreign, `${kind}_nodeids`))),
      target_ids: ints(kept.map(() => 0)),
      target_weights: floats(pick(floatsOf(foreign, `${kind}_weights`))),
    };
    const raw = between();
    nodes.push(node(treeOperator, [foreign.inputs[0] ?? ''], raw, attributes));
    const name = foreign.outputs[output] ?? '';
    transformed(writer, textOf(foreign, 'post_transform'), raw, name);
    if (kind === 'class') chances.add(name);
  };

/** Of chances that sum to 1 already. */
const normaliser: Lower = (writer, foreign, model) => {
  if (!writer.chances.has(foreign.inputs[0] ?? '')) refuse('has a Normalizer of what is not chances');
  pass(writer, foreign, model);
};

const flatten: Lower = ({ nodes, constant }, { inputs: [x = ''], outputs: [y = ''] }) => {
  nodes.push(node('Reshape', [x, constant(whole(0, -1))], y));
};

/** A tensor as large as another, of one value: that value alone, which spreads over whatever it meets. */
const constantOfShape: Lower = ({ constants }, { outputs: [y = ''], attributes: { value } }) => {
  const tensor = value?.kind === 't' ? value.value : undefined;
  constants.set(y, { type: tensor?.type ?? 'float', shape: [], data: tensor ? tensor.data.slice(0, 1) : new Float32Array(1) });
};

const lowerings: Readonly<Record<string, Lower>> = {
  Dropout: pass,
  // Whoever needs the shape itself is refused: it is not defined.
  Shape: () => undefined,
  ConstantOfShape: constantOfShape,
  Normalizer: normaliser,
  Flatten: flatten,
  Squeeze: axesAsInput,
  Unsqueeze: axesAsInput,
  ReduceSum: axesAsInput,
  Clip: clip,
  Scaler: scaler,
  Imputer: imputer,
  BatchNormalization: batchNormalisation,
  LinearRegressor: linear(0),
  LinearClassifier: linear(1),
  TreeEnsembleRegressor: trees('target', 0),
  TreeEnsembleClassifier: trees('class', 1),
  ArrayFeatureExtractor: ({ nodes }, { inputs, outputs: [y = ''] }) => {
    nodes.push(node('Gather', inputs, y, { axis: { kind: 'i', value: 1 } }));
  },
  FeatureVectorizer: ({ nodes }, { inputs, outputs: [y = ''] }) => {
    nodes.push(node('Concat', inputs, y, { axis: { kind: 'i', value: 1 } }));
  },
};

/** Operators of other versions and of ai.onnx.ml in those of our list. What has no counterpart stays as it is: the engine refuses it by name. */
export function lower(model: ForeignModel): Lowered {
  const constants = new Map(model.constants);
  const nodes: Node[] = [];
  const chances = new Set<string>();
  let count = 0;
  const between = () => `vitrine.${count++}`;
  const constant = (tensor: Tensor): string => {
    const name = between();
    constants.set(name, tensor);
    return name;
  };
  const writer: Writer = { nodes, constants, chances, between, constant };
  const needed = neededOf(model);
  for (const foreign of model.nodes) {
    const { op, inputs, outputs, attributes } = foreign;
    if (!outputs.some((name) => needed.has(name))) continue;
    const chance = inputs.find((name) => chances.has(name));
    const own = lowerings[op];
    if (chance !== undefined && own !== pass && own !== normaliser && op !== 'Identity')
      refuse(`computes ${op} of the chances of a classifier; export their second column, or the raw scores`);
    if (op === 'Constant' && attributes.value?.kind === 't') constants.set(outputs[0] ?? '', attributes.value.value);
    else if (op === 'Identity') pass(writer, foreign, model);
    else if (own) own(writer, foreign, model);
    else nodes.push(node(op, inputs, outputs[0] ?? '', attributes));
  }
  return writer;
}

/** Values that lead to an output. Labels of classifiers lead nowhere once their output is left out. */
function neededOf({ nodes, outputs }: ForeignModel): ReadonlySet<string> {
  const needed = new Set(outputs.map(({ name }) => name));
  for (const { inputs, outputs: made } of nodes.toReversed())
    if (made.some((name) => needed.has(name))) for (const name of inputs) needed.add(name);
  return needed;
}
