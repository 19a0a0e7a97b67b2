/** A field's fault in words that follow its name, or undefined when it is right. */
export type Check = (value: unknown) => string | undefined;
export type Checks = Readonly<Record<string, Check>>;

const number =
  (words: string, holds: (value: number) => boolean): Check =>
  (value) =>
    typeof value === 'number' && Number.isFinite(value) && holds(value) ? undefined : `must be ${words}`;

/** The checks that fields are made of. */
export const is = {
  finite: number('a number', () => true),
  positive: number('a number > 0', (value) => value > 0),
  notNegative: number('a number >= 0', (value) => value >= 0),
  decay: number('in (0, 1]', (value) => value > 0 && value <= 1),
  integer: (least: number, most: number) =>
    number(`an integer from ${least} to ${most}`, (value) => Number.isInteger(value) && value >= least && value <= most),
  text: ((value) => (typeof value === 'string' && value !== '' ? undefined : 'must be a text')) as Check,
  oneOf:
    (what: string, allowed: readonly unknown[]): Check =>
    (value) =>
      allowed.includes(value) ? undefined : `has the unknown ${what} ${String(value)}: one of ${allowed.join(', ')}`,
  /** Not empty, no value twice, each as `each` says. */
  list:
    (each: Check): Check =>
    (value) => {
      if (!Array.isArray(value)) return 'must be a list';
      if (value.length === 0) return 'is empty';
      if (new Set(value).size < value.length) return 'has a value twice';
      return value.map(each).find((fault) => fault !== undefined);
    },
  /** An object with these fields and no others. */
  fields:
    (checks: Checks): Check =>
    (value) => {
      const faults = faultsOf(checks, value);
      return faults.length > 0 ? `is wrong: ${faults.join('; ')}` : undefined;
    },
} as const;

/** A field that may be absent. */
export const optional =
  (check: Check): Check =>
  (value) =>
    value === undefined ? undefined : check(value);

/** What is wrong with an object, field by field: those that are wrong or lack, and those that nobody knows. */
export function faultsOf(checks: Checks, value: unknown): string[] {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return ['must be an object'];
  const faults = Object.entries(checks).flatMap(([name, check]) => {
    const fault = check((value as Record<string, unknown>)[name]);
    return fault === undefined ? [] : [`${name} ${fault}`];
  });
  const unknown = Object.keys(value).filter((name) => !Object.hasOwn(checks, name));
  return unknown.length > 0 ? [...faults, `unknown field ${unknown.join(', ')}`] : faults;
}
