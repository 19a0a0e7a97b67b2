import { utf8Decode } from '../contract/utf8.ts';
import type { Message, Schema } from './proto.ts';
import { ModelRefused } from './refused.ts';

const malformed = (detail: string) => new ModelRefused('malformed', detail);

/** A position in protobuf wire format. https://protobuf.dev/programming-guides/encoding */
interface Cursor {
  readonly bytes: Uint8Array;
  readonly view: DataView;
  at: number;
}

/** Signed 64-bit varint as a number; beyond 2^53 it is rounded. */
function varint(cursor: Cursor): number {
  let low = 0;
  let high = 0;
  for (let shift = 0; shift < 70; shift += 7) {
    const byte = cursor.bytes[cursor.at++];
    if (byte === undefined) break;
    const bits = byte & 127;
    if (shift < 28) low |= bits << shift;
    else if (shift === 28) {
      low |= bits << 28;
      high = bits >> 4;
    } else high |= bits << (shift - 32);
    if (byte < 128) return high * 2 ** 32 + (low >>> 0);
  }
  throw malformed('varint runs past its end');
}

function block(cursor: Cursor, size: number): Uint8Array {
  const start = cursor.at;
  if (!(size >= 0 && size <= cursor.bytes.length - start)) throw malformed('length runs past the end');
  cursor.at = start + size;
  return cursor.bytes.subarray(start, cursor.at);
}

function float(cursor: Cursor): number {
  block(cursor, 4);
  return cursor.view.getFloat32(cursor.at - 4, true);
}

function text(bytes: Uint8Array): string {
  try {
    return utf8Decode(bytes);
  } catch {
    throw malformed('text is not UTF-8');
  }
}

const open = (bytes: Uint8Array): Cursor => ({ bytes, view: new DataView(bytes.buffer, bytes.byteOffset, bytes.length), at: 0 });

/** Wire type of each field type when it is not packed; everything else is length-delimited. */
const scalar: Readonly<Record<string, (cursor: Cursor) => number>> = { int: varint, ints: varint, float, floats: float };
const wireOf: Readonly<Record<string, number>> = { int: 0, ints: 0, float: 5, floats: 5 };

function skip(cursor: Cursor, wire: number): void {
  if (wire === 0) varint(cursor);
  else block(cursor, wire === 2 ? varint(cursor) : wire === 1 ? 8 : 4);
}

/** Two bytes can hold an empty message, whose object here weighs a hundred times as much. */
const mostMessages = 32_768;

/**
 * Reads one message by its schema. A singular field that comes twice keeps the last, as protobuf has it.
 * @throws ModelRefused `malformed` for broken bytes, a wrong wire type or a field that the schema does not list.
 */
export function read<S extends Schema>(bytes: Uint8Array, schema: S, budget = { messages: mostMessages }): Message<S> {
  if (budget.messages-- <= 0) throw new ModelRefused('too-large', `more than ${mostMessages} messages`);
  const message: Record<string, unknown> = {};
  const names: string[] = [];
  for (const [name, [number, type]] of Object.entries(schema)) {
    names[number] = name;
    if (type !== 'one' && type !== 'skip') {
      message[name] =
        type === 'text' ? '' : type === 'bytes' ? new Uint8Array(0) : type.endsWith('s') || type === 'many' ? [] : 0;
    }
  }
  const cursor = open(bytes);
  while (cursor.at < bytes.length) {
    const tag = varint(cursor);
    const wire = tag & 7;
    const name = names[Math.floor(tag / 8)];
    const field = name === undefined ? undefined : schema[name];
    if (name === undefined || field === undefined) throw malformed(`field ${Math.floor(tag / 8)} is not in the subset`);
    const [, type, inner] = field;
    if (type === 'skip') {
      skip(cursor, wire);
      continue;
    }
    const list = message[name] as unknown[];
    const one = scalar[type];
    if (one && wire === wireOf[type]) {
      if (type.endsWith('s')) list.push(one(cursor));
      else message[name] = one(cursor);
      continue;
    }
    if (wire !== 2) throw malformed(`${name}: wire type ${wire}`);
    const part = block(cursor, varint(cursor));
    if (one) {
      if (!type.endsWith('s')) throw malformed(`${name}: packed`);
      const packed = open(part);
      while (packed.at < part.length) list.push(one(packed));
    } else if (type === 'many') list.push(read(part, inner as Schema, budget));
    else if (type === 'texts') list.push(text(part));
    else message[name] = type === 'one' ? read(part, inner as Schema, budget) : type === 'text' ? text(part) : part;
  }
  return message as Message<S>;
}
