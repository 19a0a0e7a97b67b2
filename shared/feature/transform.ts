import type { Transform } from './definition.ts';

/** The value a model sees. A negative value has no `log1p` here: it becomes missing. */
export const transformed = (transform: Transform | undefined, value: number): number =>
  transform === 'log1p' ? (value >= 0 ? Math.log1p(value) : Number.NaN) : value;
