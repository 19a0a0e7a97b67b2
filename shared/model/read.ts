import type { Message, Schema } from './proto.ts';
import { refused } from './refused.ts';

/** A position in protobuf wire format. https://protobuf.dev/programming-guides/encoding */
interface Cursor {
  readonly bytes: Uint8Array;
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
  throw refused('malformed', 'varint');
}

function block(cursor: Cursor, size: number): Uint8Array {
  const start = cursor.at;
  if (!(size >= 0 && size <= cursor.bytes.length - start)) throw refused('malformed', 'length');
  cursor.at = start + size;
  return cursor.bytes.subarray(start, cursor.at);
}

const scratch = new DataView(new ArrayBuffer(4));

function float(cursor: Cursor): number {
  for (const [i, byte] of block(cursor, 4).entries()) scratch.setUint8(i, byte);
  return scratch.getFloat32(0, true);
}

/** UTF-8 by the one decoder that every ECMAScript has: that of addresses. Models hold few and short texts. */
function text(bytes: Uint8Array): string {
  try {
    return decodeURIComponent(Array.from(bytes, (byte) => `%${(byte + 256).toString(16).slice(1)}`).join(''));
  } catch {
    throw refused('malformed', 'text');
  }
}

/** Two bytes can hold an empty message, whose object here weighs a hundred times as much. */
const mostMessages = 32_768;

/**
 * Reads one message by its schema. A singular field that comes twice keeps the last, as protobuf has it.
 * @throws ModelRefused `malformed` for broken bytes, a wrong wire type or a field that the schema does not list.
 */
export function read<S extends Schema>(bytes: Uint8Array, schema: S, budget = { messages: mostMessages }): Message<S> {
  if (budget.messages-- <= 0) throw refused('too-large', 'messages');
  const message: Record<string, unknown> = {};
  const names: string[] = [];
  for (const [name, [number, type, many]] of Object.entries(schema)) {
    for (const one of [number].flat()) names[one] = name;
    const empty = { int: 0, float: 0, text: '', bytes: new Uint8Array(0) };
    message[name] = many ? [] : typeof type === 'string' ? empty[type] : undefined;
  }
  const cursor: Cursor = { bytes, at: 0 };
  while (cursor.at < bytes.length) {
    const tag = varint(cursor);
    const wire = tag & 7;
    const name = names[Math.floor(tag / 8)] ?? '';
    const field = schema[name];
    if (!field || !(wire === 0 || wire === 1 || wire === 2 || wire === 5)) throw refused('malformed', `field ${tag / 8}`);
    const [, type, many] = field;
    const part = wire === 2 ? { bytes: block(cursor, varint(cursor)), at: 0 } : cursor;
    if (!type) {
      if (wire === 0) varint(cursor);
      else if (wire !== 2) block(cursor, wire === 1 ? 8 : 4);
      continue;
    }
    const isNumber = type === 'int' || type === 'float';
    // Numbers stand alone or, in a list, packed; everything else has a length.
    if (isNumber ? (wire === 2 ? !many : wire !== (type === 'int' ? 0 : 5)) : wire !== 2) throw refused('malformed', name);
    const list = message[name] as unknown[];
    if (isNumber) {
      const one = type === 'int' ? varint : float;
      if (!many) message[name] = one(part);
      else if (wire === 2) while (part.at < part.bytes.length) list.push(one(part));
      else list.push(one(part));
      continue;
    }
    const value = type === 'text' ? text(part.bytes) : type === 'bytes' ? part.bytes : read(part.bytes, type, budget);
    if (many) list.push(value);
    else message[name] = value;
  }
  return message as Message<S>;
}
