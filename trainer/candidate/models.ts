import type { CandidateModel } from './model.ts';

/**
 * Every candidate model by the name that `--model` takes, cheapest first. Loaded when asked for: a command that fits one does not load the others'
 * kernels.
 */
const loaders = {
  popularity: async () => (await import('./popularity.ts')).popularityModel,
  'popularity-category': async () => (await import('./popularity-category.ts')).popularityCategoryModel,
  'popularity-segment': async () => (await import('./popularity-segment.ts')).popularitySegmentModel,
  trending: async () => (await import('./trending.ts')).trendingModel,
  rating: async () => (await import('./rating.ts')).ratingModel,
  transitions: async () => (await import('./transitions.ts')).transitionModel,
  'session-knn': async () => (await import('./session-knn.ts')).sessionKnnModel,
  'bought-together': async () => (await import('./bought-together.ts')).boughtTogetherModel,
  'item-item': async () => (await import('./item-item.ts')).itemItemModel,
  'gf-cf': async () => (await import('./gf-cf.ts')).gfCfModel,
  ease: async () => (await import('./ease.ts')).easeModel,
  ials: async () => (await import('./ials.ts')).ialsModel,
  'sequence-net': async () => (await import('./sequence-net.ts')).sequenceNetModel,
  'two-tower': async () => (await import('./two-tower.ts')).twoTowerModel,
  content: async () => (await import('./content.ts')).contentModel,
  blend: async () => (await import('./blend.ts')).blendModel,
} as const satisfies Record<string, () => Promise<CandidateModel>>;

export type ModelName = keyof typeof loaders;

export const modelNames = Object.keys(loaders) as readonly ModelName[];

/** @throws RangeError for a name that is not a model's, with those that are. */
export async function loadModel(name: string): Promise<CandidateModel> {
  if (!Object.hasOwn(loaders, name)) throw new RangeError(`no candidate model "${name}"; there are ${modelNames.join(', ')}`);
  return loaders[name as ModelName]();
}
