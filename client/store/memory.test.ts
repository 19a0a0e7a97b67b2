import { describe, it } from 'vitest';
import { memoryStore } from './memory.ts';
import { storeCases } from './store.case.ts';

describe('memory store', () => {
  for (const [name, run] of Object.entries(storeCases)) it(name, () => run(memoryStore()));
});
