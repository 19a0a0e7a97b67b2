import { limit } from '../../shared/contract/limit.ts';
import { kernelEncoder } from '../../shared/model/encoder.ts';
import { nearestToSeeds } from '../../shared/retrieval/nearest.ts';
import { seedEncoder } from '../../shared/retrieval/seed-encoder.ts';
import { flatIndex } from '../../shared/vector/search.ts';
import type { VectorTable } from '../../shared/vector/table.ts';
import type { Kernels } from '../adapter/kernel.ts';
import type { Source } from './blend-sources.ts';
import { type IalsSettings, ialsModel } from './ials.ts';
import type { Interactions } from './interactions.ts';
import type { CandidateModel, FitContext, FittedModel, Shape } from './model.ts';
import { gateFitted } from './sequence-net/gate.ts';
import { sequenceNetModel } from './sequence-net.ts';
import type { ServedCases } from './served-cases.ts';
import type { Contender } from './served-choice.ts';
import { settingsOver } from './settings.ts';
import { shapeOf } from './shape.ts';
import type { ModelSettings } from './trained.ts';
import { transitionModel } from './transitions.ts';
import { twoTowerModel } from './two-tower.ts';
import { directionsOf, productsOf } from './vectors.ts';

/** Item vectors of a release, and the model that makes queries of them where it is not a mean of the seeds'. */
export interface ServedVectors {
  readonly vectors: VectorTable;
  /** ONNX. */
  readonly encoder?: Uint8Array;
}

/** What the configuration does not ask for. */
const ialsDefaults = {
  exponent: 1,
  solver: 'conjugate-gradient',
  weighting: 'once',
  halfLife: Number.POSITIVE_INFINITY,
} as const satisfies Partial<IalsSettings>;

/** Ways to make item vectors. */
export function vectorContenders(
  shape: Shape,
  { als, models = {}, kernels }: { readonly als: object; readonly models?: ModelSettings | undefined; readonly kernels: Kernels },
): Contender<ServedVectors>[] {
  const ask = ({ vectors, encoder }: ServedVectors) => {
    const index = flatIndex(kernels.openScan, vectors);
    const made = { vectors, encoder: encoder && seedEncoder(kernelEncoder(encoder, kernels.rank)) };
    return (seeds: readonly number[], most: number) => nearestToSeeds(index, made, seeds, most);
  };
  const ials: Contender<ServedVectors> = {
    source: { name: 'ials', model: ialsModel, settings: settingsOver('ials', { ...ialsDefaults, ...als }, models.ials ?? {}) },
    make: (fitted) => ({ vectors: directionsOf(vectorsIn('ials', fitted)) }),
    ask,
  };
  const network = (model: CandidateModel, refused?: Contender<ServedVectors>['refused']): Contender<ServedVectors> => {
    const { name } = model;
    const defaults = model.defaults(shape) as { last: number };
    // A visit has no more seeds than that: what is not asked need not be learnt, and the encoder runs on every request.
    const served = { last: Math.min(defaults.last, limit.seeds) };
    const source: Source = { name, model, settings: settingsOver(name, defaults, served, models[name] ?? {}) };
    return {
      source,
      make(fitted) {
        const { encoder } = fitted.artifact;
        if (!encoder) throw new Error(`${name} leaves no encoder`);
        return { vectors: productsOf(vectorsIn(name, fitted)), encoder };
      },
      ask,
      ...(refused && { refused }),
    };
  };
  return [ials, network(twoTowerModel), network(sequenceNetModel, behindTransitions)];
}

function vectorsIn(name: string, { artifact: { vectors } }: FittedModel) {
  if (!vectors) throw new Error(`${name} leaves no vectors`);
  return vectors;
}

/** The gate of neural models of sequences, on the choices that everything else is judged on. */
async function behindTransitions(
  fitted: FittedModel,
  log: Interactions,
  cases: ServedCases,
  context: FitContext,
): Promise<string | undefined> {
  const table = await transitionModel.fit(log, transitionModel.defaults(shapeOf(log)), context);
  const { passed, reason } = gateFitted({ name: 'sequence-net', model: fitted, table }, cases, log.items);
  return passed ? undefined : reason;
}
