import type { Graph, Port } from './graph.ts';
import type { HistoryShape } from './history.ts';
import { refused } from './refused.ts';
import { columnsOf } from './signature.ts';

export interface Signature {
  /** Features of a row. */
  readonly columns: number;
  /** Of a model that reads a history. */
  readonly history?: HistoryShape;
}

/** Columns of a matrix with free rows; the rows' symbol is returned too, for inputs that must agree. */
function matrixOf(port: Port | undefined): readonly [rows: string, columns: number | string] {
  const [rows, columns, ...others] = port?.shape ?? [];
  if (port?.type !== 'float' || typeof rows !== 'string' || columns === undefined || others.length > 0)
    throw refused('bad-signature', port?.name ?? 'input');
  return [rows, columns];
}

/**
 * What a ranker reads: one input float [N, F], or five by name, as `HistoryInput` says, after features [N, F]. Its first output is the score.
 * @throws ModelRefused
 */
export function signatureOf(graph: Graph): Signature {
  const { inputs, outputs } = graph;
  if (inputs.length === 1) return { columns: columnsOf(graph) };
  const named = (name: string) => matrixOf(inputs.find((port) => port.name === name));
  const [rows, columns] = named('features');
  const [pairRows, events] = named('similarity');
  const [candidateRows, attributes] = named('candidateAttributes');
  const [eventRows, historyAttributes] = named('historyAttributes');
  const [contextRows, context] = named('historyContext');
  const isWhole =
    inputs.length === 5 &&
    outputs.length > 0 &&
    [columns, attributes, context].every((size) => typeof size === 'number' && size > 0) &&
    [pairRows, candidateRows].every((symbol) => symbol === rows) &&
    [eventRows, contextRows].every((symbol) => symbol === events) &&
    attributes === historyAttributes &&
    events !== rows;
  if (!isWhole) throw refused('bad-signature', 'inputs');
  return { columns: columns as number, history: { attributes: attributes as number, context: context as number } };
}
