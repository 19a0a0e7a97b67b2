import { assemble } from '../../shared/feature/assemble.ts';
import { deviceValues } from '../../shared/feature/device.ts';
import { historyInput } from '../../shared/feature/remembered.ts';
import type { HistoryItem } from '../../shared/feature/user.ts';
import type { ServedValues } from '../../shared/feature/values.ts';
import type { RankKernel } from '../../shared/kernel/kernel.ts';
import { kernelEngine } from '../../shared/model/engine.ts';
import { featureHashMismatch } from '../../shared/model/feature-hash.ts';
import type { KernelEngine } from '../../shared/model/kernel-engine.ts';
import { lightRank } from '../../shared/release/cascade.ts';
import type { OpenRelease } from '../../shared/release/open.ts';
import type { Blended } from '../../shared/retrieval/blend.ts';
import { contextOf, type Retrieval } from '../dataset/candidates.ts';
import type { AsOf } from '../dataset/replay.ts';
import { Failure } from '../failure.ts';
import type { Asked } from './importance.ts';

/** Scores of candidates: of the release's rankers, and of others by their names. */
export type Scores = Readonly<Record<string, Float32Array>> & { readonly release: Float32Array; readonly edge: Float32Array };

/** Scores of both rankers, and of others for the device, for the candidates of a query, through the functions that edge and device run. */
export function createRank(
  release: OpenRelease,
  kernel: RankKernel,
  retrieval: Retrieval,
  historyItems: readonly HistoryItem[],
  others: Readonly<Record<string, Uint8Array>> = {},
) {
  if (!release.heavyModel) throw new Error('evaluateRelease: open the release with its heavy model');
  const light = rankerOf('light', release.lightModel, release, kernel);
  const heavy = rankerOf('heavy', release.heavyModel, release, kernel);
  const further = Object.entries(others).map(([name, model]) => [name, rankerOf(name, model, release, kernel)] as const);
  const { features, items, surface, generators } = retrieval;
  const { vectors } = generators;
  const known = (candidates: Blended) => Array.from(candidates.ordinals, (ordinal) => historyItems[ordinal] as HistoryItem);
  const orderAtEdge = (candidates: Blended, world: AsOf) =>
    lightRank(
      { features, items, catalog: world.catalog(candidates.ordinals), vectors },
      light,
      candidates,
      contextOf(world, surface, candidates.ordinals),
    );
  const onDevice = (candidates: Blended, world: AsOf, served: ServedValues): Asked => {
    const own = known(candidates);
    const device = deviceValues(features, world.user, own, world.nowMs);
    const reads = [heavy, ...further.map(([, engine]) => engine)].some(({ history }) => history);
    return {
      features: assemble(features, 'heavy', own.length, served, device),
      ...(reads && { past: historyInput(own, world.events, world.nowMs) }),
    };
  };
  return {
    /** How the release's rankers score what they are given. */
    rankers: { light: running(light), heavy: running(heavy) },
    /** What both rankers are given. */
    asked(candidates: Blended, world: AsOf): { light: Asked; heavy: Asked } {
      const { served } = orderAtEdge(candidates, world);
      const n = candidates.ordinals.length;
      return { light: { features: assemble(features, 'light', n, served) }, heavy: onDevice(candidates, world, served) };
    },
    scores(candidates: Blended, world: AsOf): Scores {
      const n = candidates.ordinals.length;
      const { scores, served } = orderAtEdge(candidates, world);
      const names = ['release', ...further.map(([name]) => name)];
      if (n === 0 || !surface.rerank)
        return { ...Object.fromEntries(names.map((name) => [name, scores])), release: scores, edge: scores };
      const asked = onDevice(candidates, world, served);
      const run = (engine: KernelEngine) => running(engine).run(asked.features, n, asked.past);
      return { release: run(heavy), ...Object.fromEntries(further.map(([name, engine]) => [name, run(engine)])), edge: scores };
    },
  };
}

/** A ranker that does not read a history is not given one. */
const running = (engine: KernelEngine) => ({
  run: (features: Float32Array, rows: number, past?: Asked['past']) => engine.run(features, rows, engine.history && past),
});

/** @throws Failure `bad-input` when the model was trained on another feature set. */
function rankerOf(name: string, model: Uint8Array, { features }: OpenRelease, kernel: RankKernel): KernelEngine {
  const engine = kernelEngine(model, kernel);
  const other = featureHashMismatch(engine.metadata, features.hash);
  if (other !== undefined) throw new Failure('bad-input', `the ${name} ranker does not belong to the release: ${other}`);
  return engine;
}
