import { addRow, type Numbers, plainSoftmax } from './neural-plain.ts';

/** Causal attention of packed sequences, as assembly/_attention.ts computes it: tokens of sequence s are rows starts[s] to starts[s + 1]. */
export interface Sequences {
  /** [tokens x 3 heads width]: query, key, value of each head. */
  readonly qkv: Numbers;
  readonly starts: ArrayLike<number>;
  readonly heads: number;
  readonly width: number;
  /** What dropout multiplies the weight by with which token r of sequence s, counted within it, sees token c. */
  readonly kept?: (sequence: number, head: number, r: number, c: number) => number;
}

/** @returns [tokens x heads width]. */
export function plainAttention(sequences: Sequences): Float64Array {
  const { qkv, heads, width } = sequences;
  const out = new Float64Array(qkv.length / 3);
  visit(sequences, ({ token, head, weights, kept, valueAt }) => {
    for (const [c, weight] of weights.entries()) addRow(out, token * heads + head, valueAt(c), 0, width, weight * kept(c));
  });
  return out;
}

/** Gradient of `qkv` from that of the output. */
export function plainAttentionBack(sequences: Sequences, gradient: Numbers): Float64Array {
  const { qkv, heads, width } = sequences;
  const dQkv = new Float64Array(qkv.length);
  const scale = 1 / Math.sqrt(width);
  visit(sequences, ({ token, head, start, weights, kept, valueAt }) => {
    const own = gradient.subarray((token * heads + head) * width, (token * heads + head + 1) * width);
    const slopes = weights.map((_, c) => kept(c) * dot(own, valueAt(c)));
    const mean = dot(slopes, weights);
    for (const [c, weight] of weights.entries()) {
      const row = (part: number, t: number) => t * 3 * heads + part * heads + head;
      const slope = weight * ((slopes[c] as number) - mean) * scale;
      addRow(dQkv, row(0, token), qkv, row(1, start + c), width, slope);
      addRow(dQkv, row(1, start + c), qkv, row(0, token), width, slope);
      addRow(dQkv, row(2, start + c), own, 0, width, weight * kept(c));
    }
  });
  return dQkv;
}

interface Seen {
  readonly token: number;
  readonly head: number;
  /** First token of the sequence. */
  readonly start: number;
  /** Of the tokens of the sequence up to this one. */
  readonly weights: Float64Array;
  kept(c: number): number;
  valueAt(c: number): Numbers;
}

function visit({ qkv, starts, heads, width, kept }: Sequences, use: (seen: Seen) => void): void {
  const part = (which: number, token: number, head: number) => {
    const at = ((token * 3 + which) * heads + head) * width;
    return qkv.subarray(at, at + width);
  };
  for (let s = 0; s + 1 < starts.length; s++) {
    const start = starts[s] as number;
    for (let token = start; token < (starts[s + 1] as number); token++) {
      for (let head = 0; head < heads; head++) {
        const query = part(0, token, head);
        const logits = Float64Array.from({ length: token - start + 1 }, (_, c) => {
          return dot(query, part(1, start + c, head)) / Math.sqrt(width);
        });
        use({
          token,
          head,
          start,
          weights: plainSoftmax(logits),
          kept: (c) => kept?.(s, head, token - start, c) ?? 1,
          valueAt: (c) => part(2, start + c, head),
        });
      }
    }
  }
}

function dot(a: Numbers, b: Numbers): number {
  let sum = 0;
  for (let k = 0; k < a.length; k++) sum += (a[k] as number) * (b[k] as number);
  return sum;
}
