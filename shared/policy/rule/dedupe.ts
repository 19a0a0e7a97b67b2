import type { Rule } from '../rule.ts';

/** Each item once: the first stays. */
export const dedupe: Rule = { name: 'dedupe', keeps: ({ id }, { taken }) => !taken.has(id) };
