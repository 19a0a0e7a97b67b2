import { canonicalJson } from '../contract/canonical.ts';
import { isSha256, type ReleaseId } from '../contract/id.ts';
import { limit } from '../contract/limit.ts';
import {
  chosenParts,
  fileRoles,
  type Manifest,
  modelRoles,
  optionalRoles,
  releaseFormat,
  releaseVersion,
} from '../contract/release.ts';
import { sha256Text } from '../contract/sha256.ts';
import type { Surface } from '../contract/surface.ts';
import { surfaceFault } from './surface.ts';

/** A manifest that is not what it should be. `name` is stable: "ManifestRefused". The message names the place and what belongs there. */
export class ManifestRefused extends Error {
  override readonly name = 'ManifestRefused';
}

/** The id of a release: SHA-256 of the canonical JSON of its manifest. */
export const manifestId = (manifest: Manifest): ReleaseId => sha256Text(canonicalJson(manifest)) as string as ReleaseId;

type Fields = Readonly<Record<string, unknown>>;

function refuse(at: string, expected: string): never {
  throw new ManifestRefused(`manifest: ${at} must be ${expected}`);
}

function fieldsOf(value: unknown, at: string): Fields {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) refuse(at, 'an object');
  return value as Fields;
}

function listOf(value: unknown, at: string): readonly unknown[] {
  if (!Array.isArray(value)) refuse(at, 'a list');
  return value;
}

/** Every member that is named must be a whole number in the range. */
function checkWhole(fields: Fields, at: string, ranges: Readonly<Record<string, readonly [number, number]>>): void {
  for (const [name, [least, most]] of Object.entries(ranges)) {
    const value = fields[name];
    if (!Number.isInteger(value) || (value as number) < least || (value as number) > most)
      refuse(`${at}${name}`, `a whole number from ${least} to ${most}`);
  }
}

function checkDigests(fields: Fields, at: string, ...names: readonly string[]): void {
  for (const name of names) {
    const value = fields[name];
    if (typeof value !== 'string' || !isSha256(value)) refuse(`${at}${name}`, 'a SHA-256 as 64 lower-case hex digits');
  }
}

function checkFiles(value: unknown): void {
  const files = listOf(value, 'files');
  if (files.length > limit.releaseFiles) refuse('files', `a list of at most ${limit.releaseFiles}`);
  const count = new Map<unknown, number>();
  for (const [i, entry] of files.entries()) {
    const at = `files[${i}]`;
    const file = fieldsOf(entry, at);
    if (!fileRoles.some((role) => role === file.role)) refuse(`${at}.role`, `one of ${fileRoles.join(', ')}`);
    if (typeof file.name !== 'string' || !/^[A-Za-z0-9][A-Za-z0-9._-]{0,127}$/.test(file.name))
      refuse(`${at}.name`, 'a file name without slashes');
    checkDigests(file, `${at}.`, 'sha256');
    checkWhole(file, `${at}.`, {
      bytes: [0, modelRoles.some((role) => role === file.role) ? limit.modelBytes : limit.releaseFileBytes],
    });
    count.set(file.role, (count.get(file.role) ?? 0) + 1);
  }
  for (const role of fileRoles) {
    const found = count.get(role) ?? 0;
    if (found !== 1 && !(found === 0 && optionalRoles.includes(role)))
      refuse('files', `a list with exactly one ${role}; there are ${found}`);
  }
}

function checkSurfaces(value: unknown, hasPrivate: boolean): void {
  const names = new Set<unknown>();
  const surfaces = listOf(value, 'surfaces');
  if (surfaces.length === 0) refuse('surfaces', 'a list of at least one');
  for (const [i, surface] of surfaces.entries()) {
    const fault = surfaceFault(surface);
    if (fault) throw new ManifestRefused(`manifest: surfaces[${i}]${fault}`);
    const { name } = surface as { name: string };
    if (names.has(name)) refuse(`surfaces[${i}].name`, 'a name that no other surface has');
    names.add(name);
    const { retrieval } = surface as Partial<Surface>;
    if (retrieval === 'private' && !hasPrivate) refuse(`surfaces[${i}].retrieval`, 'absent: there is no private file');
  }
}

function checkMetrics(value: unknown): void {
  for (const [system, metrics] of Object.entries(fieldsOf(value, 'metrics'))) {
    for (const [metric, interval] of Object.entries(fieldsOf(metrics, `metrics.${system}`))) {
      const at = `metrics.${system}.${metric}`;
      const fields = fieldsOf(interval, at);
      for (const name of ['mean', 'low', 'high']) if (!Number.isFinite(fields[name])) refuse(`${at}.${name}`, 'a number');
    }
  }
}

const settingTypes = ['number', 'string', 'boolean'];
const isSetting = (value: unknown): boolean => settingTypes.includes(typeof value);

function checkNumbers(value: unknown, at: string): void {
  for (const [name, figure] of Object.entries(fieldsOf(value, at)))
    if (!Number.isFinite(figure)) refuse(`${at}.${name}`, 'a number');
}

function checkLesson(value: unknown, at: string): void {
  const { weight, temperature, ndcg10 } = fieldsOf(value, at);
  const { alone, taught } = fieldsOf(ndcg10, `${at}.ndcg10`);
  checkNumbers({ weight, temperature }, at);
  checkNumbers({ alone, taught }, `${at}.ndcg10`);
}

function checkChoice(value: unknown): void {
  for (const [part, entry] of Object.entries(fieldsOf(value, 'choice'))) {
    const at = `choice.${part}`;
    if (!chosenParts.some((name) => name === part)) refuse(at, `one of ${chosenParts.join(', ')}`);
    const fields = fieldsOf(entry, at);
    const { model, settings, ndcg10, skipped } = fields;
    if (typeof model !== 'string') refuse(`${at}.model`, 'a name');
    for (const [name, setting] of Object.entries(fieldsOf(settings, `${at}.settings`)))
      if (!(Array.isArray(setting) ? setting.every(isSetting) : isSetting(setting)))
        refuse(`${at}.settings.${name}`, 'a number, a text or true or false, or a list of such');
    checkNumbers(ndcg10, `${at}.ndcg10`);
    const isRanker = part === 'light' || part === 'heavy';
    checkWhole(fields, `${at}.`, { [isRanker ? 'lists' : 'cases']: [0, Number.MAX_SAFE_INTEGER] });
    if (isRanker && fields.distilled !== undefined) checkLesson(fields.distilled, `${at}.distilled`);
    for (const [i, left] of listOf(skipped, `${at}.skipped`).entries()) {
      const { name, reason } = fieldsOf(left, `${at}.skipped[${i}]`);
      if (typeof name !== 'string' || typeof reason !== 'string') refuse(`${at}.skipped[${i}]`, 'a name and a reason');
    }
  }
}

const latestMs = 8.64e15;

/** A manifest of outside input. @throws ManifestRefused that names the first place that is wrong. */
export function checkManifest(value: unknown): Manifest {
  const fields = fieldsOf(value, 'it');
  if (fields.format !== releaseFormat) refuse('format', `"${releaseFormat}"`);
  if (fields.version !== releaseVersion) refuse('version', `${releaseVersion}: publish with the trainer of this deployment`);
  checkFiles(fields.files);
  checkWhole(fields, '', { items: [1, 2 ** 31 - 1], seed: [0, Number.MAX_SAFE_INTEGER] });
  checkWhole(fieldsOf(fields.vector, 'vector'), 'vector.', { dim: [1, 1024] });
  checkDigests(fields, '', 'featureHash', 'configSha256');
  const data = fieldsOf(fields.data, 'data');
  checkDigests(data, 'data.', 'sha256');
  const time = [-latestMs, latestMs] as const;
  checkWhole(data, 'data.', { events: [0, Number.MAX_SAFE_INTEGER], fromMs: time, throughMs: time, fittedThroughMs: time });
  checkSurfaces(
    fields.surfaces,
    (fields.files as Manifest['files']).some(({ role }) => role === 'private'),
  );
  if (fields.engine !== 'kernel' && fields.engine !== 'onnx') refuse('engine', '"kernel" or "onnx"');
  checkMetrics(fields.metrics);
  if (fields.choice !== undefined) checkChoice(fields.choice);
  return value as Manifest;
}
