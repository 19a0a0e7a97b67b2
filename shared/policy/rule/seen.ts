import type { Rule } from '../rule.ts';

/** Not what the visitor already clicked, bought, rated or hid. */
export const seen: Rule = { name: 'seen', keeps: ({ id }, context) => !context.seen.has(id) };
