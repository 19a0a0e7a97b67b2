import type { SearchSpace } from '../candidate/model.ts';
import type { Random } from '../random.ts';

type Range = Extract<SearchSpace<{ x: number }>['x'], { readonly from: number }>;

/** Settings with every one of the space drawn anew; those that the space does not name keep their default. */
export function drawSettings(space: SearchSpace<object>, defaults: object, random: Random): object {
  const drawn = Object.entries(space as Readonly<Record<string, readonly unknown[] | Range>>).map(
    ([name, values]) => [name, 'from' in values ? drawNumber(values, random) : values[random.below(values.length)]] as const,
  );
  return { ...defaults, ...Object.fromEntries(drawn) };
}

/** Evenly between the ends, or evenly in the logarithm; to three digits, for a setting is not better known than that. */
function drawNumber({ from, to, scale, whole }: Range, random: Random): number {
  const u = random.uniform();
  const value = scale === 'log' ? from * (to / from) ** u : from + (to - from) * u;
  return whole ? Math.round(value) : Math.min(to, Math.max(from, Number(value.toPrecision(3))));
}
