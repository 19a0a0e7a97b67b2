import { Failure } from '../failure.ts';
import type { Shape } from './model.ts';
import { loadModel, type ModelName } from './models.ts';
import { settingsOver } from './settings.ts';

/** Models that `vitrine train` may fit for a release. */
export const trainedNames = [
  'transitions',
  'bought-together',
  'item-item',
  'ease',
  'gf-cf',
  'ials',
  'two-tower',
  'sequence-net',
  'content',
] as const satisfies readonly ModelName[];

/** Settings by model name. */
export type ModelSettings = Readonly<Record<string, Readonly<Record<string, unknown>>>>;

/** Which settings a model has does not depend on the data. */
const noData: Shape = {
  users: 0,
  items: 0,
  interactions: 0,
  pairs: 0,
  itemsSeen: 0,
  coOccurrences: 0,
  ordered: true,
  sessions: false,
  valued: false,
  segments: 0,
};

/** Refuses settings of models that training does not fit, and settings that models do not have. @throws Failure `usage`. */
export async function checkModelSettings(models: ModelSettings = {}): Promise<void> {
  for (const [name, settings] of Object.entries(models)) {
    if (!(trainedNames as readonly string[]).includes(name))
      throw new Failure('usage', `training fits no model "${name}"`, `Settings may be of ${trainedNames.join(', ')}.`);
    settingsOver(name, (await loadModel(name)).defaults(noData), settings);
  }
}
