import proto, { type onnx } from 'onnx-proto';
import type { Attribute, Tensor } from '../../shared/model/graph.ts';
import { Failure } from '../failure.ts';

/** One operator of a model that was made elsewhere: several outputs, of any domain. */
export interface ForeignNode {
  readonly op: string;
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly attributes: Readonly<Record<string, Attribute>>;
}

export interface ForeignPort {
  readonly name: string;
  /** `other`: no tensor of numbers, such as the labels and maps of classifiers. */
  readonly type: 'float' | 'double' | 'int' | 'other';
  /** undefined: a dimension that is known only when the model runs. Absent: unknown altogether. */
  readonly shape?: readonly (number | undefined)[];
}

/** An ONNX model as its exporter wrote it, float64 read as float32. */
export interface ForeignModel {
  /** Version of ai.onnx. */
  readonly opset: number;
  readonly inputs: readonly ForeignPort[];
  readonly outputs: readonly ForeignPort[];
  readonly nodes: readonly ForeignNode[];
  readonly constants: ReadonlyMap<string, Tensor>;
  readonly metadata: Readonly<Record<string, string>>;
}

// A CommonJS package: Node sees its default export alone.
const { ModelProto, TensorProto, AttributeProto } = proto.onnx;
const { DataType, DataLocation } = TensorProto;
const { AttributeType } = AttributeProto;
const portTypes = new Map<number, ForeignPort['type']>([
  [DataType.FLOAT, 'float'],
  [DataType.DOUBLE, 'double'],
  [DataType.INT64, 'int'],
  [DataType.INT32, 'int'],
]);

const refuse = (what: string, hint?: string): never => {
  throw new Failure('bad-input', `the model ${what}`, hint);
};

/**
 * Reads an ONNX model of any exporter, as far as rankers go: what it computes with is looked at later.
 * @throws Failure `bad-input` for what is no ONNX, or keeps parts elsewhere.
 */
export function readForeign(bytes: Uint8Array): ForeignModel {
  const model = ModelProto.toObject(decode(bytes), { longs: Number, defaults: true }) as onnx.IModelProto;
  const { graph } = model;
  if (!graph || (graph.node ?? []).length === 0) return refuse('is no ONNX file: it has no graph');
  if ((model.functions ?? []).length > 0) refuse('has functions of its own', 'Export it with functions inlined.');
  if ((graph.sparseInitializer ?? []).length > 0) refuse('has sparse weights', 'Export it with dense ones.');
  const constants = new Map((graph.initializer ?? []).map((tensor) => [tensor.name as string, tensorOf(tensor)]));
  const { version } = (model.opsetImport ?? []).find(({ domain }) => !domain || domain === 'ai.onnx') ?? {};
  return {
    opset: Number(version ?? 0),
    inputs: (graph.input ?? []).filter(({ name }) => !constants.has(name as string)).map(portOf),
    outputs: (graph.output ?? []).map(portOf),
    nodes: (graph.node ?? []).map((node) => ({
      op: node.opType as string,
      inputs: node.input ?? [],
      outputs: node.output ?? [],
      attributes: Object.fromEntries((node.attribute ?? []).map((given) => [given.name, attributeOf(given)])),
    })),
    constants,
    metadata: Object.fromEntries((model.metadataProps ?? []).map(({ key, value }) => [key, value])),
  };
}

function decode(bytes: Uint8Array): onnx.ModelProto {
  try {
    return ModelProto.decode(bytes);
  } catch (error) {
    return refuse(`is no ONNX file: ${(error as Error).message}`);
  }
}

/** The model with its maps of chances (ZipMap, which scikit-learn's exporter adds) as the tensors that they are made of: no engine of the web gives maps. */
export function withoutMaps(bytes: Uint8Array): Uint8Array {
  const model = decode(bytes);
  const { graph } = model;
  const maps = (graph?.node ?? []).filter(({ opType }) => opType === 'ZipMap');
  if (!graph || maps.length === 0) return bytes;
  graph.node = (graph.node ?? []).filter((node) => !maps.includes(node));
  graph.output = (graph.output ?? []).map((port) => {
    const map = maps.find(({ output }) => output?.[0] === port.name);
    return map ? { name: map.input?.[0] ?? '', type: { tensorType: { elemType: DataType.FLOAT } } } : port;
  });
  return ModelProto.encode(model).finish();
}

function portOf({ name, type }: onnx.IValueInfoProto): ForeignPort {
  const tensor = type?.tensorType;
  const known = { name: name as string, type: portTypes.get(tensor?.elemType as number) ?? 'other' };
  // A free dimension has a name or nothing; 0 stands for nothing.
  return tensor?.shape?.dim ? { ...known, shape: tensor.shape.dim.map(({ dimValue }) => Number(dimValue) || undefined) } : known;
}

/** Elements of raw bytes, little-endian, by data type. */
const rawReaders: Readonly<Record<number, readonly [bytes: number, read: (view: DataView, at: number) => number]>> = {
  [DataType.FLOAT]: [4, (view, at) => view.getFloat32(at, true)],
  [DataType.DOUBLE]: [8, (view, at) => view.getFloat64(at, true)],
  [DataType.INT64]: [8, (view, at) => Number(view.getBigInt64(at, true))],
  [DataType.INT32]: [4, (view, at) => view.getInt32(at, true)],
  [DataType.BOOL]: [1, (view, at) => view.getUint8(at)],
};

function tensorOf(tensor: onnx.ITensorProto): Tensor {
  const name = tensor.name || 'a constant';
  const code = tensor.dataType as number;
  const reader = rawReaders[code];
  if (!reader) return refuse(`holds ${name} in a type other than float, double, int and bool`);
  if (tensor.dataLocation === DataLocation.EXTERNAL) return refuse(`keeps ${name} in another file`, 'Export it as one file.');
  const shape = (tensor.dims ?? []).map(Number);
  const size = shape.reduce((product, length) => product * length, 1);
  const raw = tensor.rawData as Uint8Array;
  const listed = [tensor.floatData, tensor.doubleData, tensor.int64Data, tensor.int32Data].find(
    (values) => values && values.length > 0,
  );
  const values = raw && raw.length > 0 ? fromRaw(raw, reader, size) : Float64Array.from(listed ?? [], Number);
  if (values.length !== size) return refuse(`holds ${values.length} numbers in ${name}, whose shape is ${shape.join(' x ')}`);
  const isFloat = code === DataType.FLOAT || code === DataType.DOUBLE;
  if (isFloat) return { type: 'float', shape, data: Float32Array.from(values) };
  return { type: code === DataType.BOOL ? 'bool' : 'int', shape, data: values };
}

function fromRaw(raw: Uint8Array, [bytes, read]: (typeof rawReaders)[number], size: number): Float64Array {
  const view = new DataView(raw.buffer, raw.byteOffset, raw.byteLength);
  return Float64Array.from({ length: Math.min(size, Math.floor(raw.length / bytes)) }, (_, i) => read(view, bytes * i));
}

function attributeOf(given: onnx.IAttributeProto): Attribute {
  const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
  switch (given.type) {
    case AttributeType.FLOAT:
      return { kind: 'f', value: given.f as number };
    case AttributeType.INT:
      return { kind: 'i', value: Number(given.i) };
    case AttributeType.STRING:
      return { kind: 's', value: text(given.s as Uint8Array) };
    case AttributeType.TENSOR:
      return { kind: 't', value: tensorOf(given.t as onnx.ITensorProto) };
    case AttributeType.FLOATS:
      return { kind: 'floats', value: (given.floats ?? []).map(Number) };
    case AttributeType.INTS:
      return { kind: 'ints', value: (given.ints ?? []).map(Number) };
    case AttributeType.STRINGS:
      return { kind: 'strings', value: (given.strings ?? []).map((bytes) => text(bytes as Uint8Array)) };
    default:
      return refuse(`has an attribute ${given.name} of a kind that no ranker needs (control flow?)`);
  }
}
