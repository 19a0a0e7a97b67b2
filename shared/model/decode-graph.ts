import { limit } from '../contract/limit.ts';
import type { Attribute, Graph, Node, Port, Tensor } from './graph.ts';
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

/** By TensorProto.DataType: what it is here, and what its raw bytes are, little-endian as every machine that runs us. */
const types = {
  [dataType.float]: ['float', Float32Array],
  [dataType.int32]: ['int', Int32Array],
  [dataType.int64]: ['int', BigInt64Array],
  [dataType.bool]: ['bool', Uint8Array],
} as const;

function typeOf(type: number, name: string): (typeof types)[keyof typeof types] {
  const found = types[type as keyof typeof types];
  if (!found) throw refused('unsupported-type', name);
  return found;
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
  const [type, Raw] = typeOf(code, name);
  if (dims.length > mostAxes || dims.some((size) => !(size >= 0 && size <= limit.modelParameters)))
    throw refused('bad-shape', name);
  const size = sizeOf(dims);
  spend(budget, size);
  const listed = type === 'float' ? message.floatData : code === dataType.int64 ? message.int64Data : message.int32Data;
  const isListed = listed.length === size;
  if (!isListed && rawData.length !== size * Raw.BYTES_PER_ELEMENT) throw refused('bad-shape', name);
  const values = isListed ? listed : new Raw(new Uint8Array(rawData).buffer);
  const data = type === 'float' ? new Float32Array(values as Float32Array) : Float64Array.from(values, Number);
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
  return { name, type: typeOf(tensor.type, name)[0], shape: tensor.shape.dim.map(({ value, symbol }) => value || symbol) };
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
  // Every name is defined once, before it is used.
  const known = new Set(['']);
  const use = (name: string) => {
    if (!known.has(name)) throw refused('unknown-value', name);
  };
  const define = (name: string) => {
    if (known.has(name)) throw refused('unknown-value', name);
    known.add(name);
  };
  const setConstant = (name: string, tensor: Tensor) => {
    define(name);
    constants.set(name, tensor);
  };
  for (const tensor of graph.initializer) setConstant(tensor.name, tensorOf(tensor, budget));
  const inputs = graph.input.map(portOf).filter(({ name }) => !constants.has(name));
  for (const { name } of inputs) define(name);
  const nodes: Node[] = [];
  for (const message of graph.node) {
    const node = nodeOf(message, operators, budget);
    const { value } = node.attributes;
    node.inputs.forEach(use);
    // A Constant node is another way to write an initializer.
    if (node.op !== 'Constant') {
      nodes.push(node);
      define(node.output);
    } else if (value?.kind === 't') setConstant(node.output, value.value);
    else throw refused('unsupported-attribute', node.op);
  }
  for (const { name } of graph.output) use(name || ' ');
  return {
    opset,
    inputs,
    outputs: graph.output.map(portOf),
    nodes,
    constants,
    metadata: Object.fromEntries(metadata.map(({ key, value }) => [key, value])),
  };
}
