/** `int` is int64 (or int32 when read); exact up to 2^53 as a constant. */
export type ElementType = 'float' | 'int' | 'bool';

export interface Tensor {
  readonly type: ElementType;
  readonly shape: readonly number[];
  /** Row-major; float32 for `float`, float64 for `int` and `bool` (0 or 1). */
  readonly data: Float32Array | Float64Array;
}

export type Attribute =
  | { readonly kind: 'f' | 'i'; readonly value: number }
  | { readonly kind: 's'; readonly value: string }
  | { readonly kind: 't'; readonly value: Tensor }
  | { readonly kind: 'floats' | 'ints'; readonly value: readonly number[] }
  | { readonly kind: 'strings'; readonly value: readonly string[] };

/** One operator: one output, inputs by name, '' where an optional input is left out. */
export interface Node {
  readonly op: string;
  readonly inputs: readonly string[];
  readonly output: string;
  readonly attributes: Readonly<Record<string, Attribute>>;
}

/** A graph input or output. A text stands for a dimension that is known only when the model runs; '' is one without a name. */
export interface Port {
  readonly name: string;
  readonly type: ElementType;
  readonly shape: readonly (number | string)[];
}

/** An ONNX model of the allowed subset. Nodes are in an order in which everything is defined before it is used. */
export interface Graph {
  /** Version of the operator set ai.onnx. */
  readonly opset: number;
  readonly inputs: readonly Port[];
  readonly outputs: readonly Port[];
  readonly nodes: readonly Node[];
  readonly constants: ReadonlyMap<string, Tensor>;
  readonly metadata: Readonly<Record<string, string>>;
}

/** Number of elements of a shape. */
export const sizeOf = (shape: readonly number[]): number => shape.reduce((product, size) => product * size, 1);

/** The one operator of another domain. */
export const treeOperator = 'TreeEnsembleRegressor';
export const treeDomain = 'ai.onnx.ml';
