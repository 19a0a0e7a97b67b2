import { readFile } from 'node:fs/promises';
import { Failure } from '../../failure.ts';
import type { Points } from '../../index/cluster.ts';

/**
 * Rows of a NumPy file: version 1 to 3, little-endian float32 or float64, C order, two dimensions.
 * @see https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html
 * @throws Failure `bad-input` for anything else, and for values that are not finite.
 */
export async function readNpy(file: string): Promise<Points> {
  const bytes = await readFile(file).catch((error: Error) => {
    throw new Failure('bad-input', `${file}: ${error.message}`);
  });
  const refuse = (what: string) =>
    new Failure('bad-input', `${file}: ${what}`, 'Write it with numpy.save, float32, two dimensions.');
  if (bytes.length < 12 || bytes.toString('latin1', 0, 6) !== '\x93NUMPY') throw refuse('not a NumPy file');
  const [length, start] = bytes[6] === 1 ? [bytes.readUInt16LE(8), 10] : [bytes.readUInt32LE(8), 12];
  const header = bytes.toString('latin1', start, start + length);
  const [, type = ''] = /'descr':\s*'([^']*)'/.exec(header) ?? [];
  const [, rows, columns] = /'shape':\s*\((\d+),\s*(\d+),?\)/.exec(header) ?? [];
  if (type !== '<f4' && type !== '<f8') throw refuse(`element type ${type || 'unknown'}`);
  if (rows === undefined || columns === undefined) throw refuse('not of two dimensions');
  if (/'fortran_order':\s*True/.test(header)) throw refuse('columns first (Fortran order)');
  const [n, dim] = [Number(rows), Number(columns)];
  const body = bytes.subarray(start + length);
  const Values = type === '<f4' ? Float32Array : Float64Array;
  if (body.length !== n * dim * Values.BYTES_PER_ELEMENT) throw refuse(`${body.length} bytes for ${n} x ${dim}`);
  const values = Float32Array.from(new Values(new Uint8Array(body).buffer));
  if (!values.every(Number.isFinite)) throw refuse('holds values that are not finite');
  return { n, dim, values };
}

/** The same rows as a NumPy file of version 1. */
export function toNpy({ n, dim, values }: Points): Uint8Array {
  const text = `{'descr': '<f4', 'fortran_order': False, 'shape': (${n}, ${dim}), }`;
  const padded = `${text.padEnd(64 * Math.ceil((text.length + 11) / 64) - 11)}\n`;
  const head = Buffer.from(`\x93NUMPY\x01\x00${String.fromCharCode(padded.length & 255, padded.length >> 8)}${padded}`, 'latin1');
  return Buffer.concat([head, Buffer.from(values.buffer, values.byteOffset, values.byteLength)]);
}
