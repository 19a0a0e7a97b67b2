import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { expect, test } from 'vitest';

const ratings = resolve(process.env.VITRINE_DATA ?? '../shared/data', 'ml-latest-small/ratings.csv');
const cli = join(import.meta.dirname, '../../cli.ts');

/** Real data is beside some checkouts only. */
(existsSync(ratings) ? test : test.skip)(
  'popularity on ml-latest-small, leave-last-out, is that of another implementation (needs ml-latest-small in VITRINE_DATA or ../shared/data)',
  () => {
    const rows = readFileSync(ratings, 'utf8')
      .trimEnd()
      .split('\n')
      .slice(1)
      .map((line) => line.split(','));
    // By (user, time, place in the file): the sort is stable.
    const ordered = rows.sort((a, b) => Number(a[0]) - Number(b[0]) || Number(a[3]) - Number(b[3]));
    const root = mkdtempSync(join(tmpdir(), 'vitrine-movielens-'));
    try {
      const data = join(root, 'sequence.txt');
      writeFileSync(data, ordered.map(([user, item]) => `${user} ${item}\n`).join(''));
      const flags = ['--disable-warning=ExperimentalWarning', '--experimental-strip-types'];
      const { stdout } = spawnSync(
        process.execPath,
        [...flags, cli, 'bench', 'sequence', '--data', data, '--model', 'popularity'],
        {
          encoding: 'utf8',
        },
      );
      const answer = JSON.parse(stdout);
      expect(answer).toMatchObject({ users: 610, items: 9724, interactions: 100_836 - 610, cases: 610, layout: 'pairs' });
      // reference.json: HR@10 .041, NDCG@10 .0189.
      expect(answer.hr10).toBeCloseTo(0.041, 4);
      expect(answer.ndcg10).toBeCloseTo(0.0189, 4);
      expect(answer.beside.popularity.ndcg10).toBeCloseTo(0.0189, 4);
      expect(answer.beside.random.hr10).toBeLessThan(0.01);
    } finally {
      rmSync(root, { recursive: true });
    }
  },
);
