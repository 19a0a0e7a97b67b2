import { openPool, type Pool } from '../../adapter/pool.ts';
import { createRandom, type Random } from '../../random.ts';
import { type Binned, createBinned, createStage } from './binned.ts';
import { encode, encodeToLearn } from './category.ts';
import { createGrower, type Grower, type Scales } from './grow.ts';
import { objectiveOf } from './objectives.ts';
import { checkRows, type TreeRows } from './rows.ts';
import { checkSettings, type TreeSettings, treeDefaults } from './settings.ts';
import { thresholdsOf } from './thresholds.ts';
import type { FittedTrees, GrownTree } from './tree.ts';

const rowsPerSlice = 16_384;
/** Sums of whole numbers stay within 31 bits. */
const mostSum = 2 ** 31 - 1;

/**
 * Gradient boosting of regression trees on histograms (Friedman 2001; Ke et al. 2017). Gradients are rounded to whole numbers whose sums are exact: the
 * result depends on rows, settings and seed, not on the number of threads. With validation rows and `patience` the number of trees is the best one.
 * @throws RangeError for settings out of range, and rows that cannot be learnt from.
 */
export async function fitTrees(rows: TreeRows, asked: Partial<TreeSettings> = {}, validation?: TreeRows): Promise<FittedTrees> {
  const settings = { ...treeDefaults, ...asked };
  checkSettings(settings);
  checkRows(rows, settings);
  if (validation) {
    checkRows(validation, settings);
    if (validation.columns !== rows.columns)
      throw new RangeError(`trees: ${validation.columns} columns to validate ${rows.columns}`);
  }
  const pool = await openPool('trees', { threads: settings.threads, scratchBytes: 64 });
  try {
    return boost(pool, settings, rows, validation);
  } finally {
    await pool.close();
  }
}

function boost(pool: Pool, settings: TreeSettings, rows: TreeRows, validation: TreeRows | undefined): FittedTrees {
  const n = rows.labels.length;
  const { features, tables } = encodeToLearn(rows, settings.priorRows, settings.seed);
  const thresholds = thresholdsOf({ ...rows, features }, settings.bins, settings.seed);
  const stage = createStage(pool, rows.columns, thresholds);
  const binned = createBinned(pool, stage, features, rows.columns);
  const grower = createGrower(
    pool,
    binned,
    thresholds.map((own) => own.length + 1),
    settings,
  );
  const objective = objectiveOf(pool, rows, settings);
  const scores = pool.allocate(Float64Array, n).fill(objective.base);
  const gradients = pool.allocate(Float32Array, n);
  const hessians = pool.allocate(Float32Array, n);
  const judge =
    validation &&
    createJudge(
      pool,
      createBinned(pool, stage, encode(validation.features, rows.columns, tables), rows.columns),
      validation,
      settings,
      objective.base,
    );
  const random = createRandom(settings.seed, 'trees/sample');
  const trees: GrownTree[] = [];
  const losses: number[] = [];
  let best = 0;
  for (let t = 0; t < settings.trees; t++) {
    let sampled = n;
    pool.together(
      () => objective.gradients(scores, gradients, hessians),
      () => {
        sampled = sampleRows(grower.order, settings.rowShare, random);
      },
    );
    const scales = scalesOf(gradients, hessians);
    if (!scales) break;
    pool.run(
      'quantise',
      { rows: n, slice: rowsPerSlice },
      gradients.byteOffset,
      hessians.byteOffset,
      scales.gradient,
      scales.hessian,
      grower.pairs,
    );
    const leaves = grower.grow(sampled, sampleColumns(rows.columns, settings.columnShare, random), scales);
    // A tree that is a lone leaf tells that there is nothing left to learn, unless others see other rows and columns.
    if (leaves.length === 1 && settings.rowShare === 1 && settings.columnShare === 1) break;
    const tree = grower.nodes.toTree(thresholds);
    for (const { begin, rows: count, node } of leaves) {
      const from = grower.order.byteOffset + 4 * begin;
      pool.run('addValue', { rows: count, slice: rowsPerSlice }, from, tree.value[node] as number, scores.byteOffset);
    }
    if (sampled < n) walk(pool, grower, binned, scores, sampled);
    trees.push(tree);
    if (!judge) continue;
    losses.push(judge(grower));
    if ((losses[t] as number) < (losses[best] as number)) best = t;
    if (settings.patience > 0 && t - best >= settings.patience) break;
  }
  const kept = judge && settings.patience > 0 ? trees.slice(0, best + 1) : trees;
  return { columns: rows.columns, tables, trees: kept, base: objective.base, validation: losses, bytes: pool.bytes };
}

/** Adds the tree in the grower to the scores of the rows from place `first` of the order on. */
function walk(pool: Pool, { order, nodes }: Grower, binned: Binned, scores: Float64Array, first: number): void {
  const work = { rows: order.length - first, slice: rowsPerSlice };
  pool.run('walk', work, order.byteOffset + 4 * first, nodes.address, binned.address, binned.stride, scores.byteOffset);
}

/** Adds a tree to the validation rows' scores. @returns their loss. */
function createJudge(
  pool: Pool,
  binned: Binned,
  rows: TreeRows,
  settings: TreeSettings,
  base: number,
): (grower: Grower) => number {
  const scores = pool.allocate(Float64Array, binned.rows).fill(base);
  const objective = objectiveOf(pool, rows, settings);
  return ({ nodes }) => {
    const work = { rows: binned.rows, slice: rowsPerSlice };
    pool.run('walk', work, 0, nodes.address, binned.address, binned.stride, scores.byteOffset);
    return objective.loss(scores);
  };
}

/** What makes whole numbers of gradients and hessians without any sum leaving 31 bits; undefined when there is nothing to learn. */
function scalesOf(gradients: Float32Array, hessians: Float32Array): Scales | undefined {
  let gradient = 0;
  let hessian = 0;
  for (let i = 0; i < gradients.length; i++) {
    gradient += Math.abs(gradients[i] as number);
    hessian += hessians[i] as number;
  }
  if (!Number.isFinite(gradient + hessian))
    throw new RangeError('trees: gradients are not finite: labels or learning rate are too large');
  if (gradient === 0 || hessian === 0) return undefined;
  const most = mostSum - gradients.length;
  return { gradient: most / gradient, hessian: most / hessian };
}

/** Puts a random share of the rows first, both parts ascending. @returns how many. */
function sampleRows(order: Int32Array, share: number, random: Random): number {
  const n = order.length;
  const wanted = Math.max(1, Math.round(share * n));
  let taken = 0;
  // Selection sampling (Knuth, The Art of Computer Programming 2, 3.4.2, algorithm S).
  for (let row = 0; row < n; row++) {
    const take = wanted === n || (n - row) * random.uniform() < wanted - taken;
    if (take) order[taken++] = row;
    else order[wanted + row - taken] = row;
  }
  return taken;
}

/** A random share of the columns, ascending; undefined: all. */
function sampleColumns(columns: number, share: number, random: Random): Int32Array | undefined {
  const wanted = Math.max(1, Math.round(share * columns));
  if (wanted === columns) return undefined;
  const listed = new Int32Array(wanted);
  for (let column = 0, taken = 0; taken < wanted; column++) {
    if ((columns - column) * random.uniform() < wanted - taken) listed[taken++] = column;
  }
  return listed;
}
