import type { SimilarTable } from '../../shared/retrieval/similar.ts';
import { gated } from './blend-gate.ts';
import { poolOf, portion, scaleOf } from './blend-pool.ts';
import { chooseSources, type Source, sourcesFor } from './blend-sources.ts';
import { type LearntWeights, learnWeights, type SourceWeight } from './blend-weights.ts';
import { checkInteractions, type Interactions } from './interactions.ts';
import type { CandidateModel, FitContext, FittedModel, History } from './model.ts';
import { neighboursByScores } from './neighbours-by-scores.ts';
import { checkOut } from './same-for-all.ts';
import { shapeOf } from './shape.ts';
import { type InnerValidation, innerValidation } from './validation.ts';

export interface BlendSettings {
  /** Names of sources, of blend-sources.ts, separated by commas; empty: all that the data and the budget allow. */
  readonly sources: string;
  /** Fits may take so long by their models' own estimates, twice each: before the choice of weights and after it. */
  readonly budgetSeconds: number;
  readonly budgetBytes: number;
  /** Validation cases at most. */
  readonly cases: number;
  /** Longest list of an item in a release. */
  readonly served: number;
}

/** Scores that a source is scaled by are raised to these: a root lets many sources agree, 1 trusts a source's own proportions. */
const powers = [1, 0.5, 2];

export interface Blended extends FittedModel {
  /** What it is made of: the sources with a weight. */
  readonly members: readonly (SourceWeight & { readonly name: string })[];
  readonly learnt: LearntWeights;
}

/**
 * A weighted sum of what other models say. Each source's scores of a history are divided by the mean of its ten best, and
 *
 *   score(i) = sum over sources of weight * sign(v_i) |v_i|^power
 *
 * with weights and powers learnt on a validation part of the log (blend-weights.ts), never worse there than the best source; then the sources that have
 * a weight are fitted on the whole log.
 */
export const blendModel: CandidateModel<BlendSettings> = {
  name: 'blend',
  summary: 'the other models together, by weights learnt on a validation part',
  defaults: () => ({ sources: '', budgetSeconds: 900, budgetBytes: 6e9, cases: 3000, served: 100 }),
  space: {},
  cost(shape, settings) {
    const { chosen } = chooseSources(sourcesFor(shape), shape, {}, settings);
    return chosen.reduce(
      (sum, { model, settings: own }) => {
        const { seconds, bytes } = model.cost(shape, own);
        return { seconds: sum.seconds + 2 * seconds, bytes: sum.bytes + bytes };
      },
      { seconds: 1, bytes: settings.cases * 16_000 },
    );
  },
  refusal: ({ pairs }) => (pairs === 0 ? 'there is no interaction to learn from' : undefined),
  fit: (log, settings, context) => fitBlend(log, settings, context),
};

export async function fitBlend(log: Interactions, settings: BlendSettings, context: FitContext): Promise<Blended> {
  check(settings);
  checkInteractions(log);
  const shape = shapeOf(log);
  const named = settings.sources === '' ? undefined : settings.sources.split(',');
  const all = sourcesFor(shape).filter(({ name }) => named?.includes(name) ?? true);
  const { chosen, skipped } = chooseSources(all, shape, context, settings);
  const held = innerValidation(log, { ordered: shape.ordered, most: settings.cases, seed: context.seed });
  const { sources, pool, refused } = await asked(chosen, held, context);
  const without = [...skipped, ...refused];
  for (const { name, reason } of without) context.warn(`blend: without ${name}: ${reason}`);
  if (sources.length === 0)
    throw new RangeError(`blend: no source can learn from this data (${without.map(({ reason }) => reason).join('; ')})`);
  const learnt = learnWeights(pool, powers);
  const members = sources
    .map((source, s) => ({ source, ...(learnt.weights[s] as SourceWeight) }))
    .filter(({ weight }) => weight > 0);
  const late = await fitAll(
    members.map(({ source }) => source),
    log,
    context,
    [0.5, 1],
  );
  return blended(
    late.map((model, m) => ({ model, weight: members[m]?.weight ?? 0, power: members[m]?.power ?? 1 })),
    { items: log.items, served: settings.served, nowMs: context.throughMs, known: seenItems(log) },
    { members: members.map(({ source, weight, power }) => ({ name: source.name, weight, power })), learnt },
  );
}

/** What sources say of the validation part. Nothing holds their models but this call: they leave memory before the late ones are fitted. */
async function asked(chosen: readonly Source[], held: InnerValidation, context: FitContext) {
  const models = await fitAll(chosen, held.fit, context, [0, 0.5]);
  const fitted = models.map((model, s) => ({ model, source: chosen[s] as Source }));
  const { passed, skipped } = await gated(fitted, held, context);
  const { cases, hideHistory } = held;
  const pool = poolOf(
    passed.map(({ model }) => model),
    { cases, items: held.fit.items, hideHistory, scale: 'history' },
  );
  return { sources: passed.map(({ source }) => source), pool, refused: skipped };
}

function check({ budgetSeconds, budgetBytes, cases, served }: BlendSettings): void {
  for (const [name, value] of Object.entries({ budgetSeconds, budgetBytes }))
    if (!(value > 0)) throw new RangeError(`blend: ${name} above 0 expected, not ${value}`);
  for (const [name, value] of Object.entries({ cases, served }))
    if (!(Number.isInteger(value) && value >= 1))
      throw new RangeError(`blend: ${name}, a whole number above 0, expected, not ${value}`);
}

/** @param span of the whole fit's progress that these fits are. */
async function fitAll(
  sources: readonly Source[],
  log: Interactions,
  { progress, ...quiet }: FitContext,
  [from, to]: readonly [number, number],
): Promise<FittedModel[]> {
  const fitted: FittedModel[] = [];
  for (const { model, settings } of sources) {
    fitted.push(await model.fit(log, settings, quiet));
    progress?.(from + ((to - from) * fitted.length) / sources.length);
  }
  return fitted;
}

function seenItems(log: Interactions): Int32Array {
  return Int32Array.from(new Set(log.item)).sort();
}

interface Member extends SourceWeight {
  readonly model: FittedModel;
}

const mostScores = 2 ** 22;

function blended(
  members: readonly Member[],
  { items, served, nowMs, known }: { items: number; served: number; nowMs: number; known: Int32Array },
  told: Pick<Blended, 'members' | 'learnt'>,
): Blended {
  const batch = Math.max(1, Math.min(64, Math.floor(mostScores / Math.max(1, items))));
  const scratch = new Float32Array(batch * items);
  let neighbours: SimilarTable | undefined;
  const score = (histories: readonly History[], out: Float32Array): void => {
    checkOut(histories, out, items);
    out.fill(Number.NEGATIVE_INFINITY);
    for (let from = 0; from < histories.length; from += batch) {
      const asked = histories.slice(from, from + batch);
      for (const { model, weight, power } of members) {
        const scores = scratch.subarray(0, asked.length * items);
        model.score(asked, scores);
        for (let h = 0; h < asked.length; h++)
          addPortions(
            scores.subarray(h * items, (h + 1) * items),
            { weight, power },
            out.subarray((from + h) * items, (from + h + 1) * items),
          );
      }
    }
  };
  return {
    ...told,
    bytes: members.reduce((sum, { model }) => sum + model.bytes, scratch.byteLength),
    score,
    get artifact() {
      neighbours ??= neighboursByScores(score, { items, known, longest: served, nowMs });
      return { neighbours };
    },
  };
}

/** out += weight * portion^power; what a source has nothing to say of stays as it is. */
function addPortions(row: Float32Array, { weight, power }: SourceWeight, out: Float32Array): void {
  const scale = scaleOf(row);
  if (scale === 0) return;
  for (let i = 0; i < row.length; i++) {
    const value = row[i] as number;
    if (value === Number.NEGATIVE_INFINITY) continue;
    const share = portion(value, scale);
    const size = Math.abs(share);
    const before = out[i] as number;
    const more = weight * Math.sign(share) * (power === 1 ? size : power === 0.5 ? Math.sqrt(size) : size ** power);
    out[i] = before === Number.NEGATIVE_INFINITY ? more : before + more;
  }
}
