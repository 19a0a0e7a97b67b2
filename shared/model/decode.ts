import { limit } from '../contract/limit.ts';
import { allowed, opsets, treeOperator } from './allow.ts';
import { type Attribute, type ElementType, type Graph, type Node, type Port, sizeOf, type Tensor } from './graph.ts';
import {
  type AttributeMessage,
  attributeType,
  dataType,
  modelSchema,
  type NodeMessage,
  type TensorMessage,
  type ValueMessage,
} from './proto.ts';
import { read } from './read.ts';
import { ModelRefused } from './refused.ts';

const elementTypes = new Map<number, ElementType>([
  [dataType.float, 'float'],
  [dataType.int32, 'int'],
  [dataType.int64, 'int'],
  [dataType.bool, 'bool'],
]);

function elementType(type: number, name: string): ElementType {
  const found = elementTypes.get(type);
  if (!found) throw new ModelRefused('unsupported-type', `data type ${type} of ${name}`);
  return found;
}

/** Counts down what a model may hold in all. */
interface Budget {
  parameters: number;
}

function spend(budget: Budget, parameters: number): void {
  budget.parameters -= parameters;
  if (!(budget.parameters >= 0)) throw new ModelRefused('too-large', `more than ${limit.modelParameters} parameters`);
}

/** int64 or bool or int32 from its raw little-endian bytes. */
function rawInteger(view: DataView, at: number, bytes: number): number {
  if (bytes === 1) return view.getUint8(at);
  const low = view.getInt32(at, true);
  return bytes === 4 ? low : view.getInt32(at + 4, true) * 2 ** 32 + (low >>> 0);
}

function tensorOf(message: TensorMessage, budget: Budget): Tensor {
  const { name, dims, rawData } = message;
  if (message.location || message.external.length) throw new ModelRefused('external-data', `tensor ${name}`);
  const type = elementType(message.dataType, name);
  if (dims.length > 8 || dims.some((size) => !(size >= 0 && size <= limit.modelParameters))) {
    throw new ModelRefused('bad-shape', `tensor ${name} [${dims}]`);
  }
  const size = sizeOf(dims);
  spend(budget, size);
  const listed =
    type === 'float' ? message.floatData : message.dataType === dataType.int64 ? message.int64Data : message.int32Data;
  const data = type === 'float' ? new Float32Array(size) : new Float64Array(size);
  const width = message.dataType === dataType.int64 ? 8 : type === 'bool' ? 1 : 4;
  if (listed.length === size) data.set(listed);
  else if (rawData.length === size * width) {
    const view = new DataView(rawData.buffer, rawData.byteOffset, rawData.length);
    for (let i = 0; i < size; i++) data[i] = type === 'float' ? view.getFloat32(i * 4, true) : rawInteger(view, i * width, width);
  } else throw new ModelRefused('bad-shape', `tensor ${name} [${dims}] has other data`);
  return { type, shape: dims, data };
}

function attributeOf(message: AttributeMessage, budget: Budget): Attribute {
  const { type } = message;
  for (const kind of ['floats', 'ints', 'strings'] as const) {
    if (type !== attributeType[kind]) continue;
    spend(budget, message[kind].length);
    return { kind, value: message[kind] } as Attribute;
  }
  if (type === attributeType.f) return { kind: 'f', value: message.f };
  if (type === attributeType.i) return { kind: 'i', value: message.i };
  if (type === attributeType.s) return { kind: 's', value: message.s };
  if (type === attributeType.t && message.t) return { kind: 't', value: tensorOf(message.t, budget) };
  throw new ModelRefused('unsupported-attribute', `${message.name} of type ${type}`);
}

function nodeOf(message: NodeMessage, budget: Budget): Node {
  const { opType: op, domain, input: inputs, output } = message;
  const rule = Object.hasOwn(allowed, op) ? allowed[op] : undefined;
  const inDomain = op === treeOperator ? domain === 'ai.onnx.ml' : domain === '' || domain === 'ai.onnx';
  if (!rule || !inDomain) throw new ModelRefused('unsupported-operator', domain ? `${domain}.${op}` : op);
  const [least, most, names = []] = rule;
  const [only] = output;
  if (inputs.length < least || inputs.length > most || output.length !== 1 || !only) {
    throw new ModelRefused('unsupported-operator', `${op} with ${inputs.length} inputs and ${output.length} outputs`);
  }
  if (inputs.slice(0, least).includes('')) throw new ModelRefused('unknown-value', `${op} lacks an input`);
  const attributes: Record<string, Attribute> = {};
  for (const attribute of message.attribute) {
    if (!names.includes(attribute.name)) throw new ModelRefused('unsupported-attribute', `${attribute.name} of ${op}`);
    attributes[attribute.name] = attributeOf(attribute, budget);
  }
  return { op, inputs, output: only, attributes };
}

/** A Constant node is another way to write an initializer. */
function takeConstant({ op, output, attributes }: Node, constants: Map<string, Tensor>): boolean {
  if (op !== 'Constant') return false;
  const { value } = attributes;
  if (value?.kind !== 't') throw new ModelRefused('unsupported-attribute', `Constant ${output} without a tensor`);
  if (constants.has(output)) throw new ModelRefused('unknown-value', `${output} is defined twice`);
  constants.set(output, value.value);
  return true;
}

function portOf({ name, type }: ValueMessage): Port {
  const tensor = type?.tensorType;
  if (!tensor?.shape) throw new ModelRefused('unsupported-type', `${name} is not a tensor with a shape`);
  // An absent dim_value is a free dimension; 0 could not be told from it and means nothing useful.
  return { name, type: elementType(tensor.elemType, name), shape: tensor.shape.dim.map(({ value, symbol }) => value || symbol) };
}

/** Every name is defined once, before it is used. */
function checkNames(graph: Graph): void {
  const known = new Set(['']);
  const define = (name: string) => {
    if (known.has(name)) throw new ModelRefused('unknown-value', `${name || 'a value without a name'} is defined twice`);
    known.add(name);
  };
  for (const name of graph.constants.keys()) define(name);
  for (const { name } of graph.inputs) define(name);
  for (const { op, inputs, output } of graph.nodes) {
    for (const name of inputs) if (!known.has(name)) throw new ModelRefused('unknown-value', `${name}, input of ${op}`);
    define(output);
  }
  for (const { name } of graph.outputs) if (!name || !known.has(name)) throw new ModelRefused('unknown-value', `output ${name}`);
}

/**
 * Reads an ONNX model of the allowed subset; sizes are capped by shared/contract/limit.ts. Bytes may come from anywhere.
 * @throws ModelRefused for everything else.
 */
export function decodeModel(bytes: Uint8Array): Graph {
  if (bytes.length > limit.modelBytes) throw new ModelRefused('too-large', `${bytes.length} bytes`);
  const model = read(bytes, modelSchema);
  const { graph } = model;
  if (!graph) throw new ModelRefused('malformed', 'no graph');
  if (graph.node.length > limit.modelNodes) throw new ModelRefused('too-large', `${graph.node.length} nodes`);
  let opset = 0;
  for (const { domain, version } of model.opsetImport) {
    const [least, most] = (Object.hasOwn(opsets, domain) && opsets[domain]) || [1, 0];
    if (version < least || version > most) throw new ModelRefused('unsupported-opset', `${domain || 'ai.onnx'} ${version}`);
    if (domain !== 'ai.onnx.ml') opset = version;
  }
  if (!opset) throw new ModelRefused('unsupported-opset', 'no ai.onnx');
  const budget = { parameters: limit.modelParameters };
  const constants = new Map(graph.initializer.map((tensor) => [tensor.name, tensorOf(tensor, budget)]));
  if (constants.size !== graph.initializer.length) throw new ModelRefused('unknown-value', 'an initializer is defined twice');
  const nodes = graph.node.map((node) => nodeOf(node, budget)).filter((node) => !takeConstant(node, constants));
  const decoded: Graph = {
    opset,
    inputs: graph.input.map(portOf).filter(({ name }) => !constants.has(name)),
    outputs: graph.output.map(portOf),
    nodes,
    constants,
    metadata: Object.fromEntries(model.metadata.map(({ key, value }) => [key, value])),
  };
  checkNames(decoded);
  return decoded;
}
