import { expect, test } from 'vitest';
import { plainRankKernel, plainScanKernel } from '../../shared/kernel/kernel.ts';
import { kernelEngine } from '../../shared/model/engine.ts';
import { clickProbability } from '../../shared/rank/calibration.ts';
import { openRelease } from '../../shared/release/open.ts';
import { checkConfig, loadConfig } from '../config.ts';
import { datasetOf, makeShop, type Row } from '../dataset/fixture.case.ts';
import type { Dataset } from '../log/dataset.ts';
import { silentProgress } from '../progress.ts';
import { createRandom } from '../random.ts';
import { bytesOf } from './artifact.ts';
import { buildRelease } from './build.ts';
import type { ReferenceEngine } from './golden.ts';
import { withRanker } from './with-ranker.ts';
import { withVectors } from './with-vectors.ts';

/** How likely a visitor looks at a place. */
const examination = [1, 0.5, 0.2];

/** A shop in which what is wanted stands anywhere on a slate of three, and is clicked if it is looked at; else it is found otherwise. */
function shopWithSlates(): Dataset {
  const shop = makeShop({ events: 1500 });
  const random = createRandom(1, 'slates');
  const rows: { row: Row; slate: number; position: number }[] = [];
  for (let e = 0; e < shop.events.n; e++) {
    const [tMs, user, item, type] = [shop.events.tMs[e]!, shop.events.user[e]!, shop.events.item[e]!, shop.events.type[e]!];
    if (type !== 2) {
      rows.push({ row: [tMs, user, item, 'view'], slate: -1, position: -1 });
      continue;
    }
    const at = random.below(3);
    const isClicked = random.uniform() < examination[at]!;
    for (let position = 0; position < 3; position++) {
      const shown = position === at ? item : (item + 1 + position + random.below(60)) % shop.items.length;
      rows.push({ row: [tMs, user, shown, 'impression'], slate: e, position });
    }
    if (isClicked) rows.push({ row: [tMs + 1, user, item, 'click'], slate: e, position: at });
    else rows.push({ row: [tMs + 1, user, item, 'view'], slate: -1, position: -1 });
  }
  rows.sort((a, b) => a.row[0] - b.row[0]);
  const made = datasetOf(
    shop.items,
    rows.map(({ row }) => row),
    60,
  );
  const slate = Int32Array.from(rows, (own) => own.slate);
  const position = Int16Array.from(rows, (own) => own.position);
  return { ...made, events: { ...made.events, slate, position } };
}

test('a release of a log with slates says what scores mean, and how that came true', async () => {
  const { featureSet: _, sha256: __, ...values } = await loadConfig();
  const { training } = values;
  const ranker = { ...training.ranker, settings: { listwise: { hidden: [8], epochs: 3 } }, maxQueries: 300 };
  const config = checkConfig({ ...values, training: { ...training, ranker, rankerShare: 0.4, budgetSeconds: 0.005 } }, 'test');
  const kernels = { rank: plainRankKernel(), openScan: plainScanKernel };
  const built = await buildRelease({
    dataset: shopWithSlates(),
    config,
    kernels,
    reference: async (model) => ({ run: async (features, rows) => kernelEngine(model, plainRankKernel()).run(features, rows) }),
    progress: silentProgress,
    refit: false,
    k: 10,
  });
  const { calibration } = await openRelease(built.manifest, async ({ role }) => bytesOf(built.files, role));
  expect(calibration?.examination[0]).toBe(1);
  expect(calibration?.examination[2]).toBeLessThan(0.5);
  const at = (score: number) => clickProbability(calibration!.heavy, score);
  expect(at(9)).toBeGreaterThanOrEqual(at(-9));
  const { edge, release } = built.report.probabilities ?? {};
  for (const own of [edge!, release!]) {
    expect(own.clicks).toBeGreaterThan(20);
    expect(own.ece.low).toBeLessThanOrEqual(own.ece.high);
    expect(own.bins.reduce((sum, { n }) => sum + n, 0)).toBe(own.impressions);
    expect(
      Math.abs(own.bins.reduce((sum, { n, predicted, observed }) => sum + n * (predicted - observed), 0) / own.impressions),
    ).toBeLessThan(0.1);
  }
  expect(built.manifest.metrics.edge?.ece).toEqual(edge?.ece);

  // With other vectors, or by another ranker, scores mean something else.
  const model = bytesOf(built.files, 'light');
  const engine = kernelEngine(model, plainRankKernel());
  const run: ReferenceEngine['run'] = async (features, rows) => engine.run(features, rows);
  const ranked = await withRanker(built, { role: 'light', model, engine, reference: { run } });
  expect(ranked.manifest.files.some(({ role }) => role === 'calibration')).toBe(false);
  expect(Object.keys(ranked.manifest.choice!)).toEqual(['similar', 'vectors', 'heavy']);
  const vectors = (await openRelease(built.manifest, async ({ role }) => bytesOf(built.files, role))).vectors;
  const other = withVectors(built, { vectors, fittedThroughMs: 0, openScan: plainScanKernel });
  expect(other.manifest.files.some(({ role }) => role === 'calibration')).toBe(false);
  expect(Object.keys(other.manifest.choice!)).toEqual(['similar', 'light', 'heavy']);
});
