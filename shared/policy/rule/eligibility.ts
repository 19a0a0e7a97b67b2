import type { Rule } from '../rule.ts';

/** Not sold out or withdrawn, and arrived. */
export const eligibility: Rule = {
  name: 'eligibility',
  keeps: ({ available, publishedAtMs }, { nowMs }) =>
    available !== false && !(publishedAtMs !== undefined && publishedAtMs > nowMs),
};
