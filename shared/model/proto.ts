// The subset of onnx.proto3 that our models use, as data: reader and writer both follow it. Field numbers and types are those of
// https://github.com/onnx/onnx/blob/main/onnx/onnx.proto3. A field that is not listed is refused by the reader.

export type FieldType = 'int' | 'ints' | 'float' | 'floats' | 'text' | 'texts' | 'bytes' | 'skip';
export type Field = readonly [number: number, type: FieldType] | readonly [number: number, type: 'one' | 'many', schema: Schema];
export interface Schema {
  readonly [name: string]: Field;
}

type Plain = {
  int: number;
  ints: number[];
  float: number;
  floats: number[];
  text: string;
  texts: string[];
  bytes: Uint8Array;
  skip: undefined;
};

/** What the reader gives for a schema. Absent numbers are 0, texts empty, messages undefined, as proto3 has it. */
export type Message<S extends Schema> = {
  [Name in keyof S]: S[Name] extends readonly [number, infer Type extends keyof Plain]
    ? Plain[Type]
    : S[Name] extends readonly [number, 'one', infer Inner extends Schema]
      ? Message<Inner> | undefined
      : S[Name] extends readonly [number, 'many', infer Inner extends Schema]
        ? Message<Inner>[]
        : never;
};

const pair = { key: [1, 'text'], value: [2, 'text'] } as const;

export const tensorSchema = {
  dims: [1, 'ints'],
  dataType: [2, 'int'],
  floatData: [4, 'floats'],
  int32Data: [5, 'ints'],
  int64Data: [7, 'ints'],
  name: [8, 'text'],
  rawData: [9, 'bytes'],
  doc: [12, 'skip'],
  external: [13, 'many', pair],
  location: [14, 'int'],
} as const;

export const attributeSchema = {
  name: [1, 'text'],
  f: [2, 'float'],
  i: [3, 'int'],
  s: [4, 'text'],
  t: [5, 'one', tensorSchema],
  floats: [7, 'floats'],
  ints: [8, 'ints'],
  strings: [9, 'texts'],
  doc: [13, 'skip'],
  type: [20, 'int'],
} as const;

const nodeSchema = {
  input: [1, 'texts'],
  output: [2, 'texts'],
  name: [3, 'skip'],
  opType: [4, 'text'],
  attribute: [5, 'many', attributeSchema],
  doc: [6, 'skip'],
  domain: [7, 'text'],
} as const;

const dimensionSchema = { value: [1, 'int'], symbol: [2, 'text'], denotation: [3, 'skip'] } as const;
const shapeSchema = { dim: [1, 'many', dimensionSchema] } as const;
const tensorTypeSchema = { elemType: [1, 'int'], shape: [2, 'one', shapeSchema] } as const;
const typeSchema = { tensorType: [1, 'one', tensorTypeSchema], denotation: [6, 'skip'] } as const;
const valueSchema = { name: [1, 'text'], type: [2, 'one', typeSchema], doc: [3, 'skip'] } as const;

const graphSchema = {
  node: [1, 'many', nodeSchema],
  name: [2, 'text'],
  initializer: [5, 'many', tensorSchema],
  doc: [10, 'skip'],
  input: [11, 'many', valueSchema],
  output: [12, 'many', valueSchema],
  valueInfo: [13, 'skip'],
} as const;

export const modelSchema = {
  irVersion: [1, 'int'],
  producerName: [2, 'text'],
  producerVersion: [3, 'skip'],
  domain: [4, 'skip'],
  modelVersion: [5, 'skip'],
  doc: [6, 'skip'],
  graph: [7, 'one', graphSchema],
  opsetImport: [8, 'many', { domain: [1, 'text'], version: [2, 'int'] }],
  metadata: [14, 'many', pair],
} as const;

export type TensorMessage = Message<typeof tensorSchema>;
export type AttributeMessage = Message<typeof attributeSchema>;
export type NodeMessage = Message<typeof nodeSchema>;
export type ValueMessage = Message<typeof valueSchema>;
export type ModelMessage = Message<typeof modelSchema>;

/** TensorProto.DataType. */
export const dataType = { float: 1, int32: 6, int64: 7, bool: 9 } as const;
/** AttributeProto.AttributeType. */
export const attributeType = { f: 1, i: 2, s: 3, t: 4, floats: 6, ints: 7, strings: 8 } as const;
