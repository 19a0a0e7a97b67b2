import type * as tf from '@tensorflow/tfjs';
import type { Node, Tensor } from '../../../shared/model/graph.ts';
import { encodeModel } from '../../onnx/encode.ts';
import { node, type RankerColumns, rankerGraph, vector, whole } from '../../onnx/graph.ts';
import { standardisedInput } from '../../onnx/standardised.ts';
import type { Standard } from '../standardise.ts';

export interface TrainedNetwork {
  readonly network: tf.LayersModel;
  readonly standard: Standard;
}

/** Layers that have a counterpart in the operator list. Dropout does nothing after training. */
const supportedLayers = [
  'InputLayer',
  'Dense',
  'Activation',
  'ReLU',
  'LeakyReLU',
  'BatchNormalization',
  'Dropout',
  'Concatenate',
  'Add',
  'Multiply',
] as const;

const activations: Readonly<Record<string, string | undefined>> = { relu: 'Relu', sigmoid: 'Sigmoid', tanh: 'Tanh' };

interface Writer {
  readonly nodes: Node[];
  readonly constants: Map<string, Tensor>;
}

/** What a layer's configuration says. */
const configOf = (layer: tf.layers.Layer): Readonly<Record<string, unknown>> => layer.getConfig();
const plural = (one: tf.SymbolicTensor | tf.SymbolicTensor[]): tf.SymbolicTensor[] => [one].flat();

/** Why a network cannot be exported, by name of what is in the way; undefined: it can. */
export function networkFault(network: tf.LayersModel, width: number): string | undefined {
  const [input, ...inputs] = network.inputs;
  const [output, ...outputs] = network.outputs;
  const shapes = `input [rows, ${width}] and one output [rows, 1]`;
  const isPlain = input && output && inputs.length + outputs.length === 0;
  if (!isPlain || input.shape.length !== 2 || input.shape[1] !== width || output.shape.length !== 2 || output.shape[1] !== 1)
    return `a network has one ${shapes}; this one has ${JSON.stringify(network.inputs.map(({ shape }) => shape))} and ${JSON.stringify(network.outputs.map(({ shape }) => shape))}`;
  const faults = network.layers.flatMap((layer) => layerFault(layer) ?? []);
  return faults.length === 0
    ? undefined
    : `${faults.join('; ')}. Layers that a ranker may have: ${supportedLayers.join(', ')}; activations: linear, ${Object.keys(activations).join(', ')}`;
}

function layerFault(layer: tf.layers.Layer): string | undefined {
  const kind = layer.getClassName();
  if (!supportedLayers.some((name) => name === kind)) return `layer ${layer.name} is a ${kind}, which is not supported`;
  const { activation, axis, maxValue } = configOf(layer);
  if (typeof activation === 'string' && activation !== 'linear' && !activations[activation])
    return `layer ${layer.name} has the activation ${activation}, which is not supported`;
  if (typeof axis === 'number' && axis !== -1 && axis !== 1) return `layer ${layer.name} works along axis ${axis}, not 1`;
  return typeof maxValue === 'number' ? `layer ${layer.name} has a maxValue, which is not supported` : undefined;
}

/** A trained network as a ranker's ONNX. @param network without a `networkFault`. */
export function encodeNetwork({ network, standard }: TrainedNetwork, columns: RankerColumns): Uint8Array<ArrayBuffer> {
  const { nodes, constants } = standardisedInput(standard, 'x');
  const writer: Writer = { nodes, constants };
  const names = new Map<tf.SymbolicTensor, string>(network.inputs.map((input) => [input, 'x']));
  const nameOf = (tensor: tf.SymbolicTensor): string => {
    const known = names.get(tensor);
    if (known !== undefined) return known;
    const inputs = plural(tensor.inputs).map(nameOf);
    const name = writeLayer(writer, tensor.sourceLayer, inputs, `y${names.size}`);
    names.set(tensor, name);
    return name;
  };
  const raw = nameOf(network.outputs[0] as tf.SymbolicTensor);
  constants.set('last', whole(1));
  nodes.push(node('Squeeze', [raw, 'last'], 'score'));
  return encodeModel(rankerGraph(columns, nodes, constants));
}

/** Adds what a layer does to `inputs`. @returns the name of its result, which begins with `name`. */
function writeLayer(writer: Writer, layer: tf.layers.Layer, inputs: readonly string[], name: string): string {
  const { nodes, constants } = writer;
  const [x = ''] = inputs;
  const weights = layer.getWeights().map((weight) => ({ shape: weight.shape, data: weight.dataSync() as Float32Array }));
  const constant = (suffix: string, tensor: Tensor): string => {
    constants.set(`${name}.${suffix}`, tensor);
    return `${name}.${suffix}`;
  };
  const config = configOf(layer);
  switch (layer.getClassName()) {
    case 'Dense': {
      const [kernel, bias] = weights;
      const outputs = kernel?.shape[1] as number;
      const operands = [
        x,
        constant('w', { type: 'float', shape: kernel?.shape ?? [], data: Float32Array.from(kernel?.data ?? []) }),
        constant('b', vector(bias ? Float32Array.from(bias.data) : new Float32Array(outputs))),
      ];
      nodes.push(node('Gemm', operands, name));
      return activated(writer, config.activation, name);
    }
    case 'Activation':
      return activated(writer, config.activation, x);
    case 'ReLU':
      nodes.push(node('Relu', [x], name));
      return name;
    case 'LeakyReLU':
      nodes.push(node('LeakyRelu', [x], name, { alpha: { kind: 'f', value: config.alpha as number } }));
      return name;
    case 'BatchNormalization': {
      const { scale, shift } = normalisation(layer, weights);
      nodes.push(node('Mul', [x, constant('scale', vector(scale))], `${name}.scaled`));
      nodes.push(node('Add', [`${name}.scaled`, constant('shift', vector(shift))], name));
      return name;
    }
    case 'Concatenate':
      nodes.push(node('Concat', inputs, name, { axis: { kind: 'i', value: 1 } }));
      return name;
    case 'Add':
    case 'Multiply': {
      const op = layer.getClassName() === 'Add' ? 'Add' : 'Mul';
      return inputs.slice(1).reduce((sum, other, i) => {
        const result = `${name}.${i}`;
        nodes.push(node(op, [sum, other], result));
        return result;
      }, x);
    }
    default:
      return x;
  }
}

function activated({ nodes }: Writer, activation: unknown, x: string): string {
  const op = activations[String(activation)];
  if (!op) return x;
  nodes.push(node(op, [x], `${x}.activated`));
  return `${x}.activated`;
}

/** Batch normalisation after training is a scale and a shift per column. */
function normalisation(layer: tf.layers.Layer, weights: readonly { readonly data: Float32Array }[]) {
  const { scale: hasScale, center: hasShift, epsilon } = configOf(layer) as { scale: boolean; center: boolean; epsilon: number };
  const rest = weights.map(({ data }) => data);
  const gamma = hasScale ? rest.shift() : undefined;
  const beta = hasShift ? rest.shift() : undefined;
  const [mean, variance] = rest as [Float32Array, Float32Array];
  const scale = variance.map((value, c) => (gamma?.[c] ?? 1) / Math.sqrt(value + epsilon));
  return { scale, shift: scale.map((value, c) => (beta?.[c] ?? 0) - value * (mean[c] as number)) };
}
