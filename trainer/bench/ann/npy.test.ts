import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { readNpy, toNpy } from './npy.ts';

const directory = await mkdtemp(join(tmpdir(), 'vitrine-npy-'));
afterAll(() => rm(directory, { recursive: true }));
const file = join(directory, 'rows.npy');

test('rows come back as they were written', async () => {
  const points = { n: 3, dim: 2, values: Float32Array.of(1, -2, 3.5, 0, 1e-7, 9) };
  await writeFile(file, toNpy(points));
  expect(await readNpy(file)).toEqual(points);
});

test('reads float64 as numpy.save writes it', async () => {
  // python3 -c "import numpy; numpy.save('f.npy', numpy.array([[1.5, 2], [3, 4]]))"
  const header = "{'descr': '<f8', 'fortran_order': False, 'shape': (2, 2), }".padEnd(117);
  const head = Buffer.from(`\x93NUMPY\x01\x00\x76\x00${header}\n`, 'latin1');
  await writeFile(file, Buffer.concat([head, Buffer.from(Float64Array.of(1.5, 2, 3, 4).buffer)]));
  expect(await readNpy(file)).toEqual({ n: 2, dim: 2, values: Float32Array.of(1.5, 2, 3, 4) });
});

test.each([
  ['not a NumPy file', Buffer.from('1,2\n3,4,5,6,7,8\n')],
  ['bytes for', Buffer.from(toNpy({ n: 2, dim: 2, values: Float32Array.of(1, 2, 3, 4) })).subarray(0, -4)],
  ['not finite', Buffer.from(toNpy({ n: 1, dim: 2, values: Float32Array.of(1, Number.NaN) }))],
])('refuses what it cannot read: %s', async (what, bytes) => {
  await writeFile(file, bytes);
  await expect(readNpy(file)).rejects.toThrow(what);
});
