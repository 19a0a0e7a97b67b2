import { describe, expect, test } from 'vitest';
import { plainRankKernel } from '../../shared/kernel/kernel.ts';
import { kernelEngine } from '../../shared/model/engine.ts';
import { onnxEngine } from '../evaluate/onnx.ts';
import { createRandom } from '../random.ts';
import { meanOf, ndcgOfLists } from './judge.ts';
import type { RankerContext, RankerModel } from './ranker.ts';
import type { RankingRows } from './rows.ts';

/** Lists whose chosen row has the largest x0 - 2 x1; further columns are noise, some values are missing. */
export function orderedRows(lists: number, perList = 10, columns = 3, missing = 0): RankingRows {
  const random = createRandom(7, `ordered-rows/${lists}`);
  const rows = lists * perList;
  const features = Float32Array.from({ length: rows * columns }, () => 3 + 2 * random.normal());
  const labels = new Float32Array(rows);
  for (let q = 0; q < lists; q++) {
    const utility = (r: number) => (features[r * columns] as number) - 2 * (features[r * columns + 1] as number);
    let best = q * perList;
    for (let r = best; r < (q + 1) * perList; r++) if (utility(r) > utility(best)) best = r;
    labels[best] = 1 + (q % 3);
  }
  for (let at = 0; at < features.length; at++) if (random.uniform() < missing) features[at] = Number.NaN;
  return { columns, lists, offsets: Uint32Array.from({ length: lists + 1 }, (_, q) => q * perList), features, labels };
}

const context = (more: Partial<RankerContext> = {}): RankerContext => ({
  seed: 1,
  stream: 'case',
  threads: 1,
  warn: () => undefined,
  ...more,
});

export interface RankerCases<Settings extends object> {
  /** Over the defaults, so that a fit takes milliseconds. */
  readonly settings?: Partial<Settings>;
  /** Each is refused with a RangeError. */
  readonly badSettings: readonly Partial<Settings>[];
  /** NDCG@10 on lists that it has not seen, of an order that is there to be learnt. */
  readonly learns: number;
  /** Adds to the rows what the model needs beside features. */
  readonly dress?: (rows: RankingRows) => RankingRows;
}

/** What every ranker does. Call it once in the model's own test file. */
export function rankerCases<Settings extends object>(model: RankerModel<Settings>, cases: RankerCases<Settings>): void {
  const dressed = (...shape: Parameters<typeof orderedRows>) => (cases.dress ?? ((rows) => rows))(orderedRows(...shape));
  const fit = (rows: RankingRows, more: Partial<RankerContext> = {}, settings: Partial<Settings> = {}) =>
    model.fit(rows, { ...model.defaults(rows), ...cases.settings, ...settings }, context(more));
  const columnsOf = (rows: RankingRows) => ({
    columns: Array.from({ length: rows.columns }, (_, c) => `f${c}`),
    featureHash: '0'.repeat(64),
  });

  describe(`ranker ${model.name}`, () => {
    test('has a name for the configuration and a summary', () => {
      expect(model.name).toMatch(/^[a-z0-9]+(-[a-z0-9]+)*$/);
      expect(model.summary.length).toBeGreaterThan(10);
    });

    test('learns an order that it was not told, and ignores noise', async () => {
      const fresh = dressed(60);
      const scores = (await fit(dressed(400))).score(fresh);
      expect(meanOf(ndcgOfLists(fresh, scores, 10))).toBeGreaterThan(cases.learns);
    });

    test('same rows, settings and seed give the same ranker, whatever the threads; the rows stay as they are', async () => {
      const rows = dressed(60, 8, 4, 0.1);
      const copy = structuredClone(rows);
      const first = (await fit(rows)).encode(columnsOf(rows));
      expect(rows).toEqual(copy);
      expect((await fit(rows, { threads: 2 })).encode(columnsOf(rows))).toEqual(first);
    });

    test("trainer's scores, kernel engine and onnxruntime-web agree to 1e-5, missing values included", async () => {
      const rows = dressed(40, 10, 6, 0.15);
      const fitted = await fit(rows);
      const model = fitted.encode(columnsOf(rows));
      const ours = fitted.score(rows);
      const engines = [kernelEngine(model, plainRankKernel()), await onnxEngine(model)];
      for (const q of rows.tMs?.keys() ?? [0]) {
        // Lists that read a history are scored one at a time.
        const [from, to] = fitted.history ? [rows.offsets[q] as number, rows.offsets[q + 1] as number] : [0, ours.length];
        const features = rows.features.slice(from * 6, to * 6);
        for (const engine of engines) {
          const scores = await engine.run(features, to - from, fitted.history?.(rows, q));
          for (const [row, score] of ours.subarray(from, to).entries()) {
            const tolerance = 1e-5 * Math.max(1, Math.abs(score));
            expect(Math.abs((scores[row] as number) - score)).toBeLessThanOrEqual(tolerance);
          }
        }
      }
    });

    test('a column that is missing everywhere, or constant, gives finite scores', async () => {
      const rows = dressed(40, 4, 3);
      for (let r = 0; r < 160; r++) {
        rows.features[r * 3 + 1] = Number.NaN;
        rows.features[r * 3 + 2] = 5;
      }
      const fitted = await fit(rows);
      expect(fitted.score(rows).every(Number.isFinite)).toBe(true);
      expect([...fitted.standard.mean, ...fitted.standard.std].every(Number.isFinite)).toBe(true);
    });

    test('rows that cannot be learnt from are refused, and say why', () => {
      expect(model.refusal(dressed(0))).toMatch(/list/);
      expect(model.refusal({ ...dressed(40), columns: 0, features: new Float32Array(0) })).toMatch(/feature/);
      expect(model.refusal(dressed(40))).toBeUndefined();
    });

    test('an infinite feature, and settings out of range, are refused', async () => {
      const rows = dressed(40);
      rows.features[4] = Number.POSITIVE_INFINITY;
      await expect(fit(rows)).rejects.toThrow(/column 1.*infinite/);
      for (const bad of cases.badSettings) await expect(fit(dressed(40), {}, bad)).rejects.toThrow(RangeError);
    });

    test('the estimate of time grows with the rows', () => {
      const secondsOf = (rows: RankingRows) => model.cost(rows, model.defaults(rows)).seconds;
      expect(secondsOf(dressed(40))).toBeGreaterThan(0);
      expect(secondsOf(dressed(400))).toBeGreaterThan(secondsOf(dressed(40)));
    });
  });
}
