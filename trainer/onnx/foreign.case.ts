import proto, { type onnx } from 'onnx-proto';

const { ModelProto, AttributeProto, TensorProto } = proto.onnx;

type Value = number | string | readonly number[] | readonly string[];

/** Plain numbers are whole ones: a float says so. */
export const float = (value: number | readonly number[]) => ({ float: value });
type Given = Value | ReturnType<typeof float>;

function attribute(name: string, given: Given): onnx.IAttributeProto {
  const { AttributeType } = AttributeProto;
  const bytes = (text: string) => new TextEncoder().encode(text);
  if (typeof given === 'object' && 'float' in given) {
    const value = given.float;
    return typeof value === 'number'
      ? { name, type: AttributeType.FLOAT, f: value }
      : { name, type: AttributeType.FLOATS, floats: [...value] };
  }
  if (typeof given === 'number') return { name, type: AttributeType.INT, i: given };
  if (typeof given === 'string') return { name, type: AttributeType.STRING, s: bytes(given) };
  const list = given as readonly (number | string)[];
  return typeof list[0] === 'string'
    ? { name, type: AttributeType.STRINGS, strings: list.map((text) => bytes(String(text))) }
    : { name, type: AttributeType.INTS, ints: list.map(Number) };
}

export interface ForeignNodeCase {
  readonly op: string;
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly attributes?: Readonly<Record<string, Given>>;
  /** Of ai.onnx.ml. */
  readonly ml?: boolean;
}

export interface ForeignCase {
  readonly opset: number;
  /** Name to columns. */
  readonly inputs: Readonly<Record<string, number>>;
  /** Name to type and shape. */
  readonly outputs: Readonly<Record<string, readonly ('float' | 'int' | number)[]>>;
  readonly nodes: readonly ForeignNodeCase[];
  readonly constants?: Readonly<
    Record<string, { readonly shape: readonly number[]; readonly values: readonly number[]; readonly double?: boolean }>
  >;
}

/** The bytes of a model as another exporter would write it. */
export function foreignModel({ opset, inputs, outputs, nodes, constants = {} }: ForeignCase): Uint8Array {
  const typeOf = (name: unknown) => (name === 'int' ? TensorProto.DataType.INT64 : TensorProto.DataType.FLOAT);
  const port = (name: string, type: unknown, columns: readonly number[]): onnx.IValueInfoProto => ({
    name,
    type: {
      tensorType: {
        elemType: typeOf(type),
        shape: { dim: [{ dimParam: 'batch' }, ...columns.map((dimValue) => ({ dimValue }))] },
      },
    },
  });
  const isMl = nodes.some(({ ml }) => ml);
  return ModelProto.encode({
    irVersion: 7,
    producerName: 'elsewhere',
    opsetImport: [{ domain: '', version: opset }, ...(isMl ? [{ domain: 'ai.onnx.ml', version: 1 }] : [])],
    graph: {
      name: 'model',
      input: Object.entries(inputs).map(([name, columns]) => port(name, 'float', [columns])),
      output: Object.entries(outputs).map(([name, [type, ...columns]]) => port(name, type, columns as number[])),
      node: nodes.map(({ op, inputs, outputs, attributes = {}, ml }) => ({
        opType: op,
        domain: ml ? 'ai.onnx.ml' : '',
        input: [...inputs],
        output: [...outputs],
        attribute: Object.entries(attributes).map(([name, value]) => attribute(name, value)),
      })),
      initializer: Object.entries(constants).map(([name, { shape, values }]) => ({
        name,
        dims: [...shape],
        dataType: TensorProto.DataType.FLOAT,
        floatData: [...values],
      })),
    },
  }).finish();
}

/** Two trees over columns a (0) and c (2), as LightGBM's exporter writes them: `kind` names the columns of their leaves. */
export const treeAttributes = (
  kind: 'class' | 'target',
  ids: readonly number[] = [0, 0, 0, 0],
): Readonly<Record<string, Given>> => ({
  nodes_treeids: [0, 0, 0, 1, 1, 1],
  nodes_nodeids: [0, 1, 2, 0, 1, 2],
  nodes_featureids: [0, 0, 0, 2, 0, 0],
  nodes_values: float([0.25, 0, 0, -0.5, 0, 0]),
  nodes_modes: ['BRANCH_LEQ', 'LEAF', 'LEAF', 'BRANCH_LEQ', 'LEAF', 'LEAF'],
  nodes_truenodeids: [1, 0, 0, 1, 0, 0],
  nodes_falsenodeids: [2, 0, 0, 2, 0, 0],
  nodes_missing_value_tracks_true: [1, 0, 0, 0, 0, 0],
  nodes_hitrates: float([1, 1, 1, 1, 1, 1]),
  [`${kind}_treeids`]: [0, 0, 1, 1],
  [`${kind}_nodeids`]: [1, 2, 1, 2],
  [`${kind}_ids`]: ids,
  [`${kind}_weights`]: float([-0.5, 0.75, 0.125, -0.25]),
});
