// Target attention of one list (after DIN, Zhou et al. 2018, with the scaled dot product of Vaswani et al. 2017 as activation unit): candidates look at the
// visitor's history. With e the sum of the embeddings of an item's attributes, c what is known of an event (age, type) and s the similarity of vectors:
//
//   logit_ch = (e_c Q) . e_h / sqrt(dim) + w s_ch + c_h . b,   a = softmax over the history,   v_h = e_h V + c_h U
//   out_c = [e_c | sum_h a_ch v_h | their product | sum_h a_ch s_ch]
//
// The first of a history is nothing (e, c and s are 0), so that a candidate that is like nothing there takes nothing from it.
import { addScaled, inner } from './_lanes';
import { multiply, turn } from './_matrix';
import { bytes, padded8, RankerPlan, word } from './_ranker-plan';
import { exponentials } from './_softmax';

/** Addresses within the room of one list: 5 rows and 5 events of dim, 2 of pairs, then a square of dim or a vector of events. */
let candidates: usize, queries: usize, items: usize, values: usize, turned: usize, shares: usize, pooled: usize;
let dCandidates: usize, dQueries: usize, dItems: usize, dValues: usize, dShares: usize, small: usize;

function place(plan: RankerPlan, rows: i32, history: i32, room: usize): void {
  const step = bytes(plan.dim),
    whole = padded8(history);
  const perRow = step * rows,
    perEvent = step * whole,
    perPair = bytes(rows * whole);
  candidates = room;
  queries = candidates + perRow;
  pooled = queries + perRow;
  dCandidates = pooled + perRow;
  dQueries = dCandidates + perRow;
  items = dQueries + perRow;
  values = items + perEvent;
  turned = values + perEvent;
  dItems = turned + perEvent;
  dValues = dItems + perEvent;
  shares = dValues + perEvent;
  dShares = shares + perPair;
  small = dShares + perPair;
}

/** out[r] = sum of the embeddings of row r's attributes. */
function embed(plan: RankerPlan, table: usize, ids: usize, rows: i32, out: usize): void {
  const step = bytes(plan.dim);
  memory.fill(out, 0, step * rows);
  for (let r = 0; r < rows; r++, out += step) {
    for (let a = 0; a < plan.attributes; a++, ids += 4) {
      const id: usize = load<u32>(ids);
      if (id) addScaled(out, table + step * id, 1, step);
    }
  }
}

/** Adds the gradient of sums of embeddings to that of the table; row 0 is nothing and stays so. */
function embedBack(plan: RankerPlan, gradient: usize, ids: usize, rows: i32, dOut: usize): void {
  const step = bytes(plan.dim);
  for (let r = 0; r < rows; r++, dOut += step) {
    for (let a = 0; a < plan.attributes; a++, ids += 4) {
      const id: usize = load<u32>(ids);
      if (id) addScaled(gradient + step * id, dOut, 1, step);
    }
  }
}

const historyOf = (plan: RankerPlan, list: i32): i32 => word(plan.historyOffsets, list);
const candidateIds = (plan: RankerPlan, row: i32): usize => plan.candidateIds + bytes(plan.attributes) * row;
const historyIds = (plan: RankerPlan, event: i32): usize => plan.historyIds + bytes(plan.attributes) * event;
const contextOf = (plan: RankerPlan, event: i32): usize => plan.context + bytes(plan.contextColumns) * event;
const similarityOf = (plan: RankerPlan, list: i32): usize =>
  plan.similarity + ((<usize>load<u32>(plan.similarityOffsets + bytes(list))) << 2);

/** Fills [rows x (3 dim + 8)] at `out`, rows `outStep` apart. `room`: `attendBack` needs it as it is left. */
export function attend(
  plan: RankerPlan,
  base: usize,
  list: i32,
  row: i32,
  rows: i32,
  out: usize,
  outStep: usize,
  room: usize,
  pack: usize,
): void {
  const from = historyOf(plan, list),
    history = historyOf(plan, list + 1) - from;
  const dim = plan.dim,
    step = bytes(dim),
    whole = padded8(history),
    wide = bytes(whole);
  place(plan, rows, history, room);
  embed(plan, base + plan.table, candidateIds(plan, row), rows, candidates);
  embed(plan, base + plan.table, historyIds(plan, from), history, items);
  const contextStep = bytes(plan.contextColumns);
  const context = contextOf(plan, from);
  multiply<i32>(items, step, history, dim, base + plan.value, step, dim, 0, 0, values, step, pack);
  multiply<i32>(
    context,
    contextStep,
    history,
    plan.contextColumns,
    base + plan.contextValue,
    step,
    dim,
    values,
    step,
    values,
    step,
    pack,
  );
  multiply<i32>(candidates, step, rows, dim, base + plan.query, step, dim, 0, 0, queries, step, pack);
  memory.fill(turned, 0, wide * dim);
  turn(items, step, history, dim, turned, wide);
  multiply<i32>(queries, step, rows, dim, turned, wide, whole, 0, 0, shares, wide, pack);
  for (let h = 0; h < history; h++)
    store<f32>(small + bytes(h), inner(context + contextStep * h, base + plan.contextBias, contextStep));
  const weight = f32x4.splat(load<f32>(base + plan.similarityWeight)),
    scale = f32x4.splat(1 / sqrt<f32>(<f32>dim));
  for (let r = 0, similarity = similarityOf(plan, list); r < rows; r++, similarity += wide) {
    const logits = shares + wide * r;
    for (let k: usize = 0; k < wide; k += 16) {
      const logit = f32x4.add(f32x4.mul(v128.load(logits + k), scale), f32x4.mul(v128.load(similarity + k), weight));
      v128.store(logits + k, f32x4.add(logit, v128.load(small + k)));
    }
    for (let k = bytes(history); k < wide; k += 4) store<f32>(logits + k, -Infinity);
    const share = f32x4.splat(1 / exponentials(logits, wide, small + wide));
    for (let k: usize = 0; k < wide; k += 16) v128.store(logits + k, f32x4.mul(v128.load(logits + k), share));
    const attended = out + outStep * r + 3 * step;
    store<f32>(attended, inner(logits, similarity, wide));
    memory.fill(attended + 4, 0, 28);
  }
  multiply<i32>(shares, wide, rows, history, values, step, dim, 0, 0, pooled, step, pack);
  for (let r = 0; r < rows; r++) {
    const e = candidates + step * r,
      p = pooled + step * r,
      to = out + outStep * r;
    for (let k: usize = 0; k < step; k += 16) {
      v128.store(to + k, v128.load(e + k));
      v128.store(to + step + k, v128.load(p + k));
      v128.store(to + step + step + k, f32x4.mul(v128.load(e + k), v128.load(p + k)));
    }
  }
}

/** Adds to the gradients of all parameters of `attend`, from that of its output at `dOut`. `room` is as `attend` left it. */
export function attendBack(
  plan: RankerPlan,
  base: usize,
  gradient: usize,
  list: i32,
  row: i32,
  rows: i32,
  dOut: usize,
  outStep: usize,
  room: usize,
  pack: usize,
): void {
  const from = historyOf(plan, list),
    history = historyOf(plan, list + 1) - from;
  const dim = plan.dim,
    step = bytes(dim),
    whole = padded8(history),
    wide = bytes(whole);
  place(plan, rows, history, room);
  const dPooled = dQueries;
  for (let r = 0; r < rows; r++) {
    const e = candidates + step * r,
      p = pooled + step * r,
      g = dOut + outStep * r;
    for (let k: usize = 0; k < step; k += 16) {
      const both = v128.load(g + step + step + k);
      v128.store(dCandidates + step * r + k, f32x4.relaxed_madd(both, v128.load(p + k), v128.load(g + k)));
      v128.store(dPooled + step * r + k, f32x4.relaxed_madd(both, v128.load(e + k), v128.load(g + step + k)));
    }
  }
  memory.fill(turned, 0, wide * dim);
  turn(values, step, history, dim, turned, wide);
  multiply<i32>(dPooled, step, rows, dim, turned, wide, whole, 0, 0, dShares, wide, pack);
  multiply<u32>(shares, wide, whole, rows, dPooled, step, dim, 0, 0, dValues, step, pack);
  const scale: f32 = 1 / sqrt<f32>(<f32>dim);
  let dWeight: f32 = 0;
  memory.fill(small, 0, wide);
  for (let r = 0, similarity = similarityOf(plan, list); r < rows; r++, similarity += wide) {
    const a = shares + wide * r,
      d = dShares + wide * r;
    addScaled(d, similarity, load<f32>(dOut + outStep * r + 3 * step), wide);
    const mean = f32x4.splat(inner(a, d, wide));
    for (let k: usize = 0; k < wide; k += 16) v128.store(d + k, f32x4.mul(v128.load(a + k), f32x4.sub(v128.load(d + k), mean)));
    dWeight += inner(d, similarity, wide);
    addScaled(small, d, 1, wide);
  }
  const weight = gradient + plan.similarityWeight;
  store<f32>(weight, load<f32>(weight) + dWeight);
  const contextStep = bytes(plan.contextColumns);
  const context = contextOf(plan, from);
  for (let h = 0; h < history; h++)
    addScaled(gradient + plan.contextBias, context + contextStep * h, load<f32>(small + bytes(h)), contextStep);
  // d logit / d product of query and item.
  const pairs = bytes(rows * whole);
  for (let k: usize = 0; k < pairs; k += 16) v128.store(dShares + k, f32x4.mul(v128.load(dShares + k), f32x4.splat(scale)));
  multiply<i32>(dShares, wide, rows, history, items, step, dim, 0, 0, dQueries, step, pack);
  multiply<u32>(dShares, wide, whole, rows, queries, step, dim, 0, 0, dItems, step, pack);
  const dQuery = gradient + plan.query,
    dValue = gradient + plan.value,
    dContext = gradient + plan.contextValue;
  multiply<u32>(candidates, step, dim, rows, dQueries, step, dim, dQuery, step, dQuery, step, pack);
  multiply<u32>(items, step, dim, history, dValues, step, dim, dValue, step, dValue, step, pack);
  multiply<u32>(context, contextStep, plan.contextColumns, history, dValues, step, dim, dContext, step, dContext, step, pack);
  turn(base + plan.query, step, dim, dim, small, step);
  multiply<i32>(dQueries, step, rows, dim, small, step, dim, dCandidates, step, dCandidates, step, pack);
  turn(base + plan.value, step, dim, dim, small, step);
  multiply<i32>(dValues, step, history, dim, small, step, dim, dItems, step, dItems, step, pack);
  embedBack(plan, gradient + plan.table, candidateIds(plan, row), rows, dCandidates);
  embedBack(plan, gradient + plan.table, historyIds(plan, from), history, dItems);
}
