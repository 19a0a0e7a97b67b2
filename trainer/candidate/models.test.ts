import { expect, test } from 'vitest';
import { loadModel, modelNames } from './models.ts';

test('every model goes by the name that it is listed under', async () => {
  for (const name of modelNames) expect((await loadModel(name)).name).toBe(name);
});

test('a name that is no model is refused with those that are', async () => {
  await expect(loadModel('toString')).rejects.toThrow(/"toString".*popularity/);
});
