// The subset of onnx.proto3 that our models use, as data: reader and writer both follow it. Field numbers and types are those of
// https://github.com/onnx/onnx/blob/main/onnx/onnx.proto3. A field that is not listed is refused by the reader.

export type FieldType = 'int' | 'float' | 'text' | 'bytes' | Schema;
/** `many`: the field is repeated. */
export type Field =
  | readonly [number: number, type: FieldType, many?: 'many']
  /** Fields that models may have and nobody reads: versions, names and documentation. */
  | readonly [numbers: readonly number[], type?: undefined, many?: undefined];
export interface Schema {
  readonly [name: string]: Field;
}

type Plain = { int: number; float: number; text: string; bytes: Uint8Array };
type One<T> = T extends keyof Plain ? Plain[T] : T extends Schema ? Message<T> : never;

/** What the reader gives for a schema. Absent numbers are 0, texts and lists empty, messages undefined, as proto3 has it. */
export type Message<S extends Schema> = {
  [Name in keyof S]: S[Name] extends readonly [number, infer T, 'many']
    ? One<T>[]
    : S[Name] extends readonly [number, infer T extends Schema]
      ? Message<T> | undefined
      : One<S[Name][1]>;
};

const pair = { key: [1, 'text'], value: [2, 'text'] } as const;

export const tensorSchema = {
  dims: [1, 'int', 'many'],
  dataType: [2, 'int'],
  floatData: [4, 'float', 'many'],
  int32Data: [5, 'int', 'many'],
  int64Data: [7, 'int', 'many'],
  name: [8, 'text'],
  rawData: [9, 'bytes'],
  skipped: [[12]],
  external: [13, pair, 'many'],
  location: [14, 'int'],
} as const;

export const attributeSchema = {
  name: [1, 'text'],
  f: [2, 'float'],
  i: [3, 'int'],
  s: [4, 'text'],
  t: [5, tensorSchema],
  floats: [7, 'float', 'many'],
  ints: [8, 'int', 'many'],
  strings: [9, 'text', 'many'],
  skipped: [[13]],
  type: [20, 'int'],
} as const;

const nodeSchema = {
  input: [1, 'text', 'many'],
  output: [2, 'text', 'many'],
  opType: [4, 'text'],
  attribute: [5, attributeSchema, 'many'],
  domain: [7, 'text'],
  skipped: [[3, 6]],
} as const;

const dimensionSchema = { value: [1, 'int'], symbol: [2, 'text'], skipped: [[3]] } as const;
const shapeSchema = { dim: [1, dimensionSchema, 'many'] } as const;
const tensorTypeSchema = { type: [1, 'int'], shape: [2, shapeSchema] } as const;
const typeSchema = { tensor: [1, tensorTypeSchema], skipped: [[6]] } as const;
const valueSchema = { name: [1, 'text'], type: [2, typeSchema], skipped: [[3]] } as const;

const graphSchema = {
  node: [1, nodeSchema, 'many'],
  name: [2, 'text'],
  initializer: [5, tensorSchema, 'many'],
  input: [11, valueSchema, 'many'],
  output: [12, valueSchema, 'many'],
  skipped: [[10, 13]],
} as const;

export const modelSchema = {
  irVersion: [1, 'int'],
  producer: [2, 'text'],
  skipped: [[3, 4, 5, 6]],
  graph: [7, graphSchema],
  opset: [8, { domain: [1, 'text'], version: [2, 'int'] }, 'many'],
  metadata: [14, pair, 'many'],
} as const;

export type TensorMessage = Message<typeof tensorSchema>;
export type AttributeMessage = Message<typeof attributeSchema>;
export type NodeMessage = Message<typeof nodeSchema>;
export type ValueMessage = Message<typeof valueSchema>;
export type ModelMessage = Message<typeof modelSchema>;

/** TensorProto.DataType. */
export const dataType = { float: 1, int32: 6, int64: 7, bool: 9 } as const;
/** AttributeProto.AttributeType; place 5 is a graph, which the subset does not have. */
export const attributeKinds = [undefined, 'f', 'i', 's', 't', undefined, 'floats', 'ints', 'strings'] as const;
