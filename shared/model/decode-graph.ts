import { limit } from '../contract/limit.ts';
import type { Attribute, ElementType, Graph, Node, Port, Tensor } from './graph.ts';
import { sizeOf, treeDomain, treeOperator } from './graph.ts';
import type { Operator } from './operator/operator.ts';
import type { AttributeMessage, NodeMessage, TensorMessage, ValueMessage } from './proto.ts';
import { attributeKinds, dataType, modelSchema } from './proto.ts';
import { read } from './read.ts';
import { refused } from './refused.ts';

/** Inclusive ranges of operator set versions. */
const opsets = { main: [13, 21], tree: [1, 4] } as const;
const mostAxes = 8;

/** The default domain has two names. */
const isMain = (domain: string) => domain === '' || domain === 'ai.onnx';

function elementType(type: number, name: string): ElementType {
  if (type === dataType.float) return 'float';
  if (type === dataType.int32 || type === dataType.int64) return 'int';
  if (type === dataType.bool) return 'bool';
  throw refused('unsupported-type', name);
}

/** Of an operator table, what reading needs: any kernel will do. */
type Signatures = Readonly<Record<string, readonly [Operator[0], Operator[1], unknown, Operator[3]?]>>;

/** Counts down what a model may hold in all. */
interface Budget {
  parameters: number;
}

function spend(budget: Budget, parameters: number): void {
  budget.parameters -= parameters;
  if (!(budget.parameters >= 0)) throw refused('too-large', 'parameters');
}

function tensorOf(message: TensorMessage, budget: Budget): Tensor {
  const { name, dims, dataType: code, rawData } = message;
  if (message.location || message.external.length) throw refused('external-data', name);
  const type = elementType(code, name);
  if (dims.length > mostAxes || dims.some((size) => !(size >= 0 && size <= limit.modelParameters)))
    throw refused('bad-shape', name);
  const size = sizeOf(dims);
  spend(budget, size);
  const isFloat = type === 'float';
  const listed = isFloat ? message.floatData : code === dataType.int64 ? message.int64Data : message.int32Data;
  const data = isFloat ? new Float32Array(size) : new Float64Array(size);
  const width = code === dataType.int64 ? 8 : type === 'bool' ? 1 : 4;
  if (listed.length === size) data.set(listed);
  else if (rawData.length === size * width) {
    const view = new DataView(rawData.buffer, rawData.byteOffset);
    for (let i = 0, at = 0; i < size; i++, at += width) {
      if (isFloat) data[i] = view.getFloat32(at, true);
      else if (width === 1) data[i] = view.getUint8(at);
      else if (width === 4) data[i] = view.getInt32(at, true);
      else data[i] = Number(view.getBigInt64(at, true));
    }
  } else throw refused('bad-shape', name);
  return { type, shape: dims, data };
}

function attributeOf(message: AttributeMessage, budget: Budget): Attribute {
  const kind = attributeKinds[message.type];
  const value = kind && message[kind];
  if (value === undefined) throw refused('unsupported-attribute', message.name);
  if (Array.isArray(value)) spend(budget, value.length);
  return { kind, value: kind === 't' ? tensorOf(value as TensorMessage, budget) : value } as Attribute;
}

function nodeOf(
  { opType: op, domain, input: inputs, output, attribute }: NodeMessage,
  operators: Signatures,
  budget: Budget,
): Node {
  const [least, most, , names = ''] = (Object.hasOwn(operators, op) && operators[op]) || [1, 0];
  const [only] = output;
  const inDomain = op === treeOperator ? domain === treeDomain : isMain(domain);
  const isWhole = inputs.length >= least && inputs.length <= most && !inputs.slice(0, least).includes('');
  if (!inDomain || !isWhole || !only || output.length > 1) throw refused('unsupported-operator', op);
  const attributes: Record<string, Attribute> = {};
  for (const message of attribute) {
    if (!names.split(' ').includes(message.name)) throw refused('unsupported-attribute', `${op} ${message.name}`);
    attributes[message.name] = attributeOf(message, budget);
  }
  return { op, inputs, output: only, attributes };
}

function portOf({ name, type }: ValueMessage): Port {
  const tensor = type?.tensor;
  if (!tensor?.shape) throw refused('unsupported-type', name);
  // An absent dim_value is a free dimension; 0 could not be told from it and means nothing useful.
  return { name, type: elementType(tensor.type, name), shape: tensor.shape.dim.map(({ value, symbol }) => value || symbol) };
}

/** Every name is defined once, before it is used. */
function checkNames({ constants, inputs, nodes, outputs }: Graph): void {
  const known = new Set(['']);
  const use = (name: string) => {
    if (!known.has(name)) throw refused('unknown-value', name);
  };
  const define = (name: string) => {
    if (known.has(name)) throw refused('unknown-value', name);
    known.add(name);
  };
  for (const name of constants.keys()) define(name);
  for (const { name } of inputs) define(name);
  for (const node of nodes) {
    node.inputs.forEach(use);
    define(node.output);
  }
  for (const { name } of outputs) use(name || ' ');
}

/**
 * Reads an ONNX model of these operators; sizes are capped by shared/contract/limit.ts. Bytes may come from anywhere.
 * @throws ModelRefused for everything else.
 */
export function decodeGraph(bytes: Uint8Array, operators: Signatures): Graph {
  if (bytes.length > limit.modelBytes) throw refused('too-large', 'bytes');
  const { graph, opset: opsetImports, metadata } = read(bytes, modelSchema);
  if (!graph) throw refused('malformed', 'graph');
  if (graph.node.length > limit.modelNodes) throw refused('too-large', 'nodes');
  let opset = 0;
  for (const { domain, version } of opsetImports) {
    const [least, most] = isMain(domain) ? opsets.main : domain === treeDomain ? opsets.tree : [1, 0];
    if (version < least || version > most) throw refused('unsupported-opset', domain);
    if (isMain(domain)) opset = version;
  }
  if (!opset) throw refused('unsupported-opset', '');
  const budget = { parameters: limit.modelParameters };
  const constants = new Map<string, Tensor>();
  const setConstant = (name: string, tensor: Tensor) => {
    if (constants.has(name)) throw refused('unknown-value', name);
    constants.set(name, tensor);
  };
  for (const tensor of graph.initializer) setConstant(tensor.name, tensorOf(tensor, budget));
  const nodes: Node[] = [];
  for (const message of graph.node) {
    const node = nodeOf(message, operators, budget);
    const { value } = node.attributes;
    // A Constant node is another way to write an initializer.
    if (node.op !== 'Constant') nodes.push(node);
    else if (value?.kind === 't') setConstant(node.output, value.value);
    else throw refused('unsupported-attribute', node.op);
  }
  const decoded: Graph = {
    opset,
    inputs: graph.input.map(portOf).filter(({ name }) => !constants.has(name)),
    outputs: graph.output.map(portOf),
    nodes,
    constants,
    metadata: Object.fromEntries(metadata.map(({ key, value }) => [key, value])),
  };
  checkNames(decoded);
  return decoded;
}
