import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { modelNames } from '../../candidate/models.ts';
import { readNcf } from './ncf.ts';
import type { RunOptions } from './options.ts';
import type { Protocol } from './protocol.ts';
import { readRatings } from './ratings.ts';
import { runProtocol } from './run.ts';
import { readSequences } from './sequence.ts';
import { readTopN } from './topn.ts';

let root: string;
beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), 'vitrine-run-'));
});
afterAll(() => rmSync(root, { recursive: true }));

let files = 0;
function file(lines: readonly string[], end = '\n'): string {
  const path = join(root, `${++files}.txt`);
  writeFileSync(path, lines.map((line) => line + end).join(''));
  return path;
}

type Line = Readonly<Record<string, unknown>> & { readonly model: string };
async function linesOf(protocol: Protocol, options: Partial<RunOptions> = {}): Promise<Line[]> {
  const all: RunOptions = { model: 'all', threads: 1, seed: 1, set: {}, memory: 12, budget: 1, ...options };
  const lines: Line[] = [];
  for await (const line of runProtocol('test', protocol, all)) lines.push(line as Line);
  return lines;
}

/** Every model answers, with figures in [0, 1] or the reason why it does not; the blend last. */
function expectWhole(lines: readonly Line[], figure: string): void {
  expect(lines.map(({ model }) => model).sort()).toEqual([...modelNames].sort());
  expect(lines.at(-1)?.model).toBe('blend');
  for (const line of lines) {
    expect(line).not.toHaveProperty('failed');
    if ('skipped' in line) expect(line.skipped).toMatch(/^[^\n]{10,}$/);
    else expect(line).toSatisfy((one: Line) => (one[figure] as number) >= 0 && (one[figure] as number) <= 1);
  }
}

describe('all models of a protocol', () => {
  test('one item with 99 % of the interactions', async () => {
    const lines = Array.from({ length: 40 }, (_, u) => `${u} ${'7 '.repeat(99)}i${u % 5} 7`);
    expectWhole(await linesOf(await readSequences({ data: file(lines), layout: 'users', keepSeen: true })), 'hr10');
  });

  test('a single user, items that training never saw, lines of another system', async () => {
    const ends = await readTopN({ train: file(['u a b c'], '\r\n'), test: file(['u d a', 'stranger x', 'v', ' '], ' \r\n') });
    expect(ends.test.cases).toHaveLength(2);
    expectWhole(await linesOf(ends), 'recall20');
  });

  test('all ratings alike, the same pair again and again', async () => {
    const row = (u: number, i: number) => `${u}\t${i}\t4\t0`;
    const train = Array.from({ length: 60 }, (_, e) => row(e % 6, (e * e) % 7));
    const test = Array.from({ length: 12 }, (_, e) => row(e % 6, (e * e + 1) % 7));
    expectWhole(await linesOf(await readRatings({ train: file(train), test: file(test) })), 'ndcg10');
  });

  test('figures do not depend on the threads', async () => {
    const train = Array.from({ length: 60 }, (_, e) => `u${e % 8} i${(e * 5) % 11} 1 ${e}`);
    const protocol = await readNcf({
      train: file(train),
      test: file(['u1 i3', 'u2 i4']),
      negatives: file(['(u1,i3)\ti1\ti9', '(u2,i4)\ti5']),
    });
    for (const model of ['session-knn', 'ease', 'ials']) {
      const [[one], [two]] = [await linesOf(protocol, { model }), await linesOf(protocol, { model, threads: 2 })];
      for (const figure of ['hr10', 'ndcg10', 'fullHr10', 'fullNdcg10']) expect(two?.[figure]).toBe(one?.[figure]);
    }
  });
});

test('a model that cannot learn from the data is refused by name when it was asked for by name', async () => {
  const protocol = await readTopN({ train: file(['u a b', 'v b c']), test: file(['u c']) });
  await expect(linesOf(protocol, { model: 'transitions' })).rejects.toThrow(
    /transitions cannot learn from this data: .*no order/,
  );
  await expect(linesOf(protocol, { model: 'nothing' })).rejects.toThrow(/No candidate model "nothing"/);
  await expect(linesOf(protocol, { model: 'ease', set: { regularisation: -1 } })).rejects.toThrow(/ease: regularisation above 0/);
});
