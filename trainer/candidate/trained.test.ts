import { expect, test } from 'vitest';
import { checkModelSettings, trainedNames } from './trained.ts';

test('settings are of models that training fits, and of names that they have', async () => {
  await expect(checkModelSettings({ ials: { rank: 64, halfLife: Number.POSITIVE_INFINITY } })).resolves.toBeUndefined();
  await expect(checkModelSettings(Object.fromEntries(trainedNames.map((name) => [name, {}])))).resolves.toBeUndefined();
  await expect(checkModelSettings({ rating: {} })).rejects.toMatchObject({
    code: 'usage',
    message: 'training fits no model "rating"',
    hint: expect.stringContaining('ials'),
  });
  await expect(checkModelSettings({ ials: { ranks: 64 } })).rejects.toMatchObject({
    code: 'usage',
    message: 'ials has no setting ranks',
    hint: expect.stringContaining('rank, '),
  });
});
