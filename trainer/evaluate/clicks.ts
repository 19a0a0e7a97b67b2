import type { TrainingConfig, VitrineConfig } from '../../shared/contract/config.ts';
import type { OpenRelease } from '../../shared/release/open.ts';
import type { Blended } from '../../shared/retrieval/blend.ts';
import { subset } from '../dataset/list.ts';
import type { ListMaker } from '../dataset/list-maker.ts';
import { weightOfType } from '../dataset/positive.ts';
import type { Query } from '../dataset/query.ts';
import type { AsOf } from '../dataset/replay.ts';
import { type ShownSlate, shownSlates } from '../dataset/shown.ts';
import type { Dataset } from '../log/dataset.ts';
import { createRandom } from '../random.ts';
import { createProbabilityTally } from './probability.ts';
import type { EvaluationReport } from './report.ts';

/** More narrow the intervals little. */
const mostSlates = 3000;

/** Holds probabilities of clicks against what was clicked on slates after the training. */
export interface Clicks {
  /** In time order; none where the release has no calibration. */
  readonly slates: readonly ShownSlate[];
  /** Takes a query that is one of the slates. @returns whether it is */
  add(query: Query, world: AsOf): boolean;
  report(): EvaluationReport['probabilities'];
}

interface Evaluated {
  readonly dataset: Dataset;
  readonly release: OpenRelease;
  readonly config: Pick<VitrineConfig, 'positives'> & { readonly training: TrainingConfig };
}

/** @param rank scores of both rankers, as edge and device compute them */
export function createClicks(
  { dataset, release, config }: Evaluated,
  make: ListMaker,
  rank: (candidates: Blended, world: AsOf) => { readonly edge: Float32Array; readonly release: Float32Array },
): Clicks {
  const { calibration, manifest } = release;
  const [surface] = manifest.surfaces;
  if (!calibration || !surface) return { slates: [], add: () => false, report: () => undefined };
  const { seed, attributionSeconds } = config.training;
  const range = { fromMs: manifest.data.fittedThroughMs, toMs: dataset.info.throughMs + 1, surface: surface.name };
  const all = shownSlates(dataset, range, weightOfType(config.positives), attributionSeconds);
  const slates = subset(all, mostSlates, createRandom(seed, 'clicks'));
  const own = new Set<Query>(slates);
  const edge = createProbabilityTally(calibration.light, calibration);
  const device = createProbabilityTally(calibration.heavy, calibration);
  return {
    slates,
    add(query, world) {
      if (!own.has(query)) return false;
      const slate = query as ShownSlate;
      const scores = rank(make.shownCandidates(slate, world), world);
      const { positions, outcomes } = slate;
      edge.add(query.user, scores.edge, positions, outcomes.click);
      if (surface.rerank) device.add(query.user, scores.release, positions, outcomes.click);
      return true;
    },
    report() {
      const [light, heavy] = [edge.report(seed), device.report(seed)];
      return light && { ...(heavy && { release: heavy }), edge: light };
    },
  };
}
