import { sourceNames } from '../contract/surface.ts';

type Fields = Readonly<Record<string, unknown>>;
const isFields = (value: unknown): value is Fields => typeof value === 'object' && value !== null && !Array.isArray(value);
const isPositive = (value: unknown): value is number => typeof value === 'number' && value > 0 && Number.isFinite(value);

/** Greatest number of candidates that a surface may ask of one source. */
const sourceLimit = 1000;

/** What is wrong with a surface, as "<place> must be ..."; undefined when nothing is. */
export function surfaceFault(value: unknown): string | undefined {
  if (!isFields(value)) return ' must be an object';
  const { name, sources, rules, rerank, retrieval } = value;
  if (typeof name !== 'string' || !/^[a-z0-9][a-z0-9-]{0,62}$/.test(name))
    return '.name must be 1 to 63 lower-case letters, digits or hyphens, the first not a hyphen';
  if (!Array.isArray(sources) || sources.length === 0) return '.sources must be a list of at least one source';
  for (const [i, source] of sources.entries()) {
    const at = `.sources[${i}]`;
    if (!isFields(source)) return `${at} must be an object`;
    if (!sourceNames.some((known) => known === source.source)) return `${at}.source must be one of ${sourceNames.join(', ')}`;
    if (sources.findIndex((other) => other.source === source.source) < i)
      return `${at}.source must be a source that is not there yet`;
    if (!isPositive(source.limit) || !Number.isInteger(source.limit) || source.limit > sourceLimit)
      return `${at}.limit must be a whole number from 1 to ${sourceLimit}`;
    if (!isPositive(source.weight)) return `${at}.weight must be a number above 0`;
  }
  if (!isFields(rules)) return '.rules must be an object';
  if (typeof rules.excludeSeen !== 'boolean') return '.rules.excludeSeen must be true or false';
  if (!isPositive(rules.categoryShare) || rules.categoryShare > 1)
    return '.rules.categoryShare must be a number above 0, at most 1';
  const { calibration = 0 } = rules;
  if (calibration !== 0 && !isPositive(calibration)) return '.rules.calibration must be a number from 0';
  if (typeof rerank !== 'boolean') return '.rerank must be true or false';
  if (retrieval === undefined) return undefined;
  if (retrieval !== 'private') return '.retrieval must be "private", or absent';
  const has = (wanted: string) => sources.some(({ source }) => source === wanted);
  if (!rerank || !has('nearest') || has('similar') || sources.length < 2)
    return ' must be reranked, with the source nearest and others but not similar, where retrieval is private';
  return undefined;
}
