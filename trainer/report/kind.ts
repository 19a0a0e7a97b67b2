import { baseSystems } from '../evaluate/report.ts';

const known: ReadonlySet<string> = new Set(baseSystems);

/** CSS class that gives a system its colour; further rankers share one. */
export const kindOf = (system: string): string => (known.has(system) ? system : 'other');
