import { utf8Encode } from '../contract/utf8.ts';
import type { Message, Schema } from './proto.ts';

/** Bytes that grow. */
interface Sink {
  bytes: Uint8Array<ArrayBuffer>;
  length: number;
}

function reserve(sink: Sink, more: number): void {
  if (sink.length + more <= sink.bytes.length) return;
  const grown = new Uint8Array(Math.max(sink.length + more, sink.bytes.length * 2));
  grown.set(sink.bytes);
  sink.bytes = grown;
}

function put(sink: Sink, part: Uint8Array): void {
  reserve(sink, part.length);
  sink.bytes.set(part, sink.length);
  sink.length += part.length;
}

/** Two's complement of 64 bits in groups of 7, as protobuf has int64. */
function varint(sink: Sink, value: number): void {
  if (!Number.isSafeInteger(value)) throw new RangeError(`protobuf: ${value} is not a safe integer`);
  reserve(sink, 10);
  let rest = BigInt.asUintN(64, BigInt(value));
  while (rest >= 128n) {
    sink.bytes[sink.length++] = Number(rest & 127n) | 128;
    rest >>= 7n;
  }
  sink.bytes[sink.length++] = Number(rest);
}

const floats = (values: readonly number[]) => {
  const view = new DataView(new ArrayBuffer(values.length * 4));
  for (const [i, value] of values.entries()) view.setFloat32(i * 4, value, true);
  return new Uint8Array(view.buffer);
};

function ints(values: readonly number[]): Uint8Array {
  const sink: Sink = { bytes: new Uint8Array(64), length: 0 };
  for (const value of values) varint(sink, value);
  return sink.bytes.subarray(0, sink.length);
}

/** Writes one message by its schema, fields in schema order. Absent, 0 and empty are not written, repeated numbers are packed: proto3. */
export function write<S extends Schema>(message: Partial<Message<S>>, schema: S): Uint8Array<ArrayBuffer> {
  const sink: Sink = { bytes: new Uint8Array(256), length: 0 };
  const delimited = (number: number, part: Uint8Array) => {
    varint(sink, number * 8 + 2);
    varint(sink, part.length);
    put(sink, part);
  };
  for (const [name, [number, type, inner]] of Object.entries(schema)) {
    const value = (message as Record<string, unknown>)[name];
    if (value === undefined || value === 0 || value === '' || (value as ArrayLike<unknown>).length === 0) continue;
    if (type === 'int') {
      varint(sink, number * 8);
      varint(sink, value as number);
    } else if (type === 'float') {
      varint(sink, number * 8 + 5);
      put(sink, floats([value as number]));
    } else if (type === 'ints') delimited(number, ints(value as number[]));
    else if (type === 'floats') delimited(number, floats(value as number[]));
    else if (type === 'text') delimited(number, utf8Encode(value as string));
    else if (type === 'texts') for (const text of value as string[]) delimited(number, utf8Encode(text));
    else if (type === 'bytes') delimited(number, value as Uint8Array);
    else if (type === 'one') delimited(number, write(value as Partial<Message<Schema>>, inner as Schema));
    else if (type === 'many') {
      for (const part of value as Partial<Message<Schema>>[]) delimited(number, write(part, inner as Schema));
    }
  }
  return sink.bytes.slice(0, sink.length);
}
