import {
  type Attribute,
  type ElementType,
  type Graph,
  type Node,
  type Port,
  type Tensor,
  treeDomain,
  treeOperator,
} from '../../shared/model/graph.ts';
import { attributeKinds, dataType, type Message, modelSchema, type tensorSchema } from '../../shared/model/proto.ts';
import { write } from '../../shared/model/write.ts';

/** IR 8 goes with opset 17 in the version table of the ONNX specification. */
const irVersion = 8;
const treeOpset = 3;

const dataTypes: Readonly<Record<ElementType, number>> = { float: dataType.float, int: dataType.int64, bool: dataType.bool };

function rawData({ type, data }: Tensor): Uint8Array {
  if (type === 'bool') return Uint8Array.from(data);
  const view = new DataView(new ArrayBuffer(data.length * (type === 'float' ? 4 : 8)));
  for (const [i, value] of data.entries()) {
    if (type === 'float') view.setFloat32(i * 4, value, true);
    else view.setBigInt64(i * 8, BigInt(value), true);
  }
  return new Uint8Array(view.buffer);
}

const tensorMessage = (tensor: Tensor, name = ''): Partial<Message<typeof tensorSchema>> => ({
  name,
  dims: [...tensor.shape],
  dataType: dataTypes[tensor.type],
  rawData: rawData(tensor),
});

function attributeMessage(name: string, { kind, value }: Attribute) {
  const type = attributeKinds.indexOf(kind);
  return { name, type, [kind]: kind === 't' ? tensorMessage(value) : value };
}

const nodeMessage = ({ op, inputs, output, attributes }: Node) => ({
  opType: op,
  domain: op === treeOperator ? treeDomain : '',
  input: [...inputs],
  output: [output],
  attribute: Object.entries(attributes).map(([name, attribute]) => attributeMessage(name, attribute)),
});

const portMessage = ({ name, type, shape }: Port) => ({
  name,
  type: {
    tensor: {
      type: dataTypes[type],
      shape: { dim: shape.map((size) => (typeof size === 'number' ? { value: size } : { symbol: size })) },
    },
  },
});

/** The bytes of an ONNX model; a function of the graph alone. `decodeModel` of them gives the graph back. */
export function encodeModel(graph: Graph): Uint8Array<ArrayBuffer> {
  const usesTrees = graph.nodes.some(({ op }) => op === treeOperator);
  const message = {
    irVersion,
    producer: 'vitrine',
    opset: [{ domain: '', version: graph.opset }, ...(usesTrees ? [{ domain: treeDomain, version: treeOpset }] : [])],
    metadata: Object.entries(graph.metadata).map(([key, value]) => ({ key, value })),
    graph: {
      name: 'ranker',
      node: graph.nodes.map(nodeMessage),
      initializer: Array.from(graph.constants, ([name, tensor]) => tensorMessage(tensor, name)),
      input: graph.inputs.map(portMessage),
      output: graph.outputs.map(portMessage),
    },
  };
  // The writer takes messages with absent fields at any depth; its type says so only for the outermost.
  return write(message as unknown as Message<typeof modelSchema>, modelSchema);
}
