import type { Rule } from '../rule.ts';

/** Not the item that the page is about. */
export const exclude: Rule = { name: 'exclude', keeps: ({ id }, { item }) => id !== item };
