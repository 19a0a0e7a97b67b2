import { fromBase64, toBase64 } from './base64.ts';

/**
 * What a ranker with attention reads beside its features, row-major. Vectors enter as cosines alone: those of another fit of the candidate models have another
 * basis, and the ranker does not notice.
 */
export interface HistoryInput {
  /** Events, at least one: the first is nothing, zeros everywhere, and gets the attention that none of the others deserves. */
  readonly events: number;
  /** Of candidates and events [rows x events]; 0 where either has no vector. */
  readonly similarity: Float32Array<ArrayBuffer>;
  /** Whole numbers, 0 = none: [rows x attributes], [events x attributes]. */
  readonly candidateAttributes: Float32Array<ArrayBuffer>;
  readonly historyAttributes: Float32Array<ArrayBuffer>;
  /** [events x context] */
  readonly historyContext: Float32Array<ArrayBuffer>;
}

/** Columns of the inputs of such a model. */
export interface HistoryShape {
  readonly attributes: number;
  readonly context: number;
}

export const historyInputs = ['similarity', 'candidateAttributes', 'historyAttributes', 'historyContext'] as const;

/** Size of each input for so many rows and events. */
export const historySizes = ({ attributes, context }: HistoryShape, rows: number, events: number) => ({
  similarity: [rows, events] as const,
  candidateAttributes: [rows, attributes] as const,
  historyAttributes: [events, attributes] as const,
  historyContext: [events, context] as const,
});

/** The inputs in a golden case: base64 of float32 little-endian. */
export type GoldenHistory = { readonly events: number } & Readonly<Record<(typeof historyInputs)[number], string>>;

const floats = (text: string): Float32Array<ArrayBuffer> => new Float32Array(fromBase64(text).buffer.slice(0) as ArrayBuffer);
const text = (values: Float32Array<ArrayBuffer>): string =>
  toBase64(new Uint8Array(values.buffer, values.byteOffset, values.byteLength));

export const decodeHistory = (golden: GoldenHistory): HistoryInput => ({
  events: golden.events,
  similarity: floats(golden.similarity),
  candidateAttributes: floats(golden.candidateAttributes),
  historyAttributes: floats(golden.historyAttributes),
  historyContext: floats(golden.historyContext),
});

export const encodeHistory = (input: HistoryInput): GoldenHistory => ({
  events: input.events,
  similarity: text(input.similarity),
  candidateAttributes: text(input.candidateAttributes),
  historyAttributes: text(input.historyAttributes),
  historyContext: text(input.historyContext),
});
