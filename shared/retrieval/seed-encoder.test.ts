import { expect, test } from 'vitest';
import type { Encoder } from '../model/encoder.ts';
import { quantise } from '../vector/table.ts';
import { seedEncoder } from './seed-encoder.ts';

/** Four items: the third has no vector. */
const vectors = quantise(Float32Array.of(127, 0, 0, 127, 0, 0, -127, 127), 4, 2);

/** An encoder of three places whose query is the newest vector; keeps what it was asked. */
function recorded(metadata: Record<string, string>, columns: number, answer = (input: Float32Array) => input.slice(-2)) {
  const asked: number[][] = [];
  const encoder: Encoder = {
    columns,
    metadata,
    run(input) {
      asked.push([...input]);
      return answer(input);
    },
  };
  return { encoder, asked };
}
const sequence = { 'vitrine.last': '3', 'vitrine.rank': '2' };

test('the newest seed is in the last place, those without a vector are left out, the oldest beyond the places too', () => {
  const { encoder, asked } = recorded(sequence, 9);
  const encode = seedEncoder(encoder);
  expect([...encode(vectors, [3, 2, 1])]).toEqual([-127, 127]);
  expect([...encode(vectors, [0, 1, 3, 0])]).toEqual([127, 0]);
  expect(asked).toEqual([
    [0, 1, 1, 0, 0, 0, 127, -127, 127],
    [1, 1, 1, -127, 127, 0, 127, 127, 0],
  ]);
});

test('a network that knows segments is told that this one is unknown', () => {
  const { encoder, asked } = recorded({ ...sequence, 'vitrine.segments': '5' }, 10);
  seedEncoder(encoder)(vectors, [1]);
  expect(asked).toEqual([[5, 0, 0, 1, 0, 0, 0, 0, 0, 127]]);
});

test('without a seed that has a vector nothing is asked', () => {
  const { encoder, asked } = recorded(sequence, 9);
  expect([...seedEncoder(encoder)(vectors, [])]).toEqual([0, 0]);
  expect([...seedEncoder(encoder)(vectors, [2])]).toEqual([0, 0]);
  expect(asked).toEqual([]);
});

test('refuses another input, other vectors, unknown seeds and queries that are not finite', () => {
  expect(() => seedEncoder(recorded(sequence, 10).encoder)).toThrow(RangeError);
  expect(() => seedEncoder(recorded({}, 9).encoder)).toThrow(RangeError);
  const encode = seedEncoder(recorded(sequence, 9).encoder);
  expect(() => encode(quantise(new Float32Array(3), 1, 3), [0])).toThrow(/vectors of 3, it takes 2/);
  expect(() => encode(vectors, [4])).toThrow(RangeError);
  const infinite = recorded(sequence, 9, () => Float32Array.of(1, Number.POSITIVE_INFINITY));
  expect(() => seedEncoder(infinite.encoder)(vectors, [1])).toThrow(/not finite/);
});
