import type { BuildNetwork } from './custom/network.ts';
import type { RankerModel } from './ranker.ts';

/** Every ranker by the name that the configuration gives it. Loaded when asked for. */
const loaders = {
  attention: async () => (await import('./attention.ts')).attentionModel,
  lambdamart: async () => (await import('./lambdamart.ts')).lambdamartModel,
  listwise: async () => (await import('./listwise.ts')).listwiseModel,
} as const satisfies Record<string, () => Promise<RankerModel>>;

export type RankerName = keyof typeof loaders;

export const rankerNames = Object.keys(loaders) as readonly RankerName[];

/** @throws RangeError for a name that is not a ranker's, with those that are. */
export async function loadRanker(name: string): Promise<RankerModel> {
  if (!Object.hasOwn(loaders, name)) throw new RangeError(`no ranker "${name}"; there are ${rankerNames.join(', ')}`);
  return loaders[name as RankerName]();
}

/** A ranker of the site's own. TensorFlow.js is loaded for nobody else. */
export const loadNetwork = async (name: string, build: BuildNetwork, columns: readonly string[]): Promise<RankerModel> =>
  (await import('./custom/ranker.ts')).customRanker(name, build, columns);
