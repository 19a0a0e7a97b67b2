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
  for (const [name, [number, type, many]] of Object.entries(schema)) {
    if (typeof number !== 'number' || !type) continue;
    const value = (message as Record<string, unknown>)[name];
    if (!value || (value as ArrayLike<unknown>).length === 0) continue;
    if (type === 'int' || type === 'float') {
      if (many) delimited(number, (type === 'int' ? ints : floats)(value as number[]));
      else {
        varint(sink, number * 8 + (type === 'int' ? 0 : 5));
        put(sink, (type === 'int' ? ints : floats)([value as number]));
      }
      continue;
    }
    for (const part of many ? (value as unknown[]) : [value]) {
      if (type === 'text') delimited(number, utf8Encode(part as string));
      else if (type === 'bytes') delimited(number, part as Uint8Array);
      else delimited(number, write(part as Partial<Message<Schema>>, type));
    }
  }
  return sink.bytes.slice(0, sink.length);
}
