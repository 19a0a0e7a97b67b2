import type { SiteId } from '../shared/contract/id.ts';
import type { OnlineRead, OnlineReadings, Ports, StoredFile } from './port.ts';
import { trafficPlan } from './schema/plan.ts';

/**
 * How long a call to the world may take, in milliseconds. A call that hangs would hang whoever waits for it, and those who share a look-up
 * for the life of the isolate; later than this it has failed.
 */
const deadlineMs = {
  files: 5000,
  /** A file of a release may have 64 MiB. */
  fileBytes: 10_000,
  /** As fast as the publisher sends. */
  upload: 120_000,
  copies: 1000,
  registry: 3000,
  log: 3000,
  trending: 2000,
  online: 2000,
  /** Some thousand events for one place. */
  onlineUpdate: 10_000,
  gate: 250,
  assets: 5000,
} as const;

/** A store or another part of the world failed, did not answer in time, or answered what it cannot mean. Guard by name: "PortError". */
export class PortError extends Error {
  override readonly name = 'PortError';
}

type Check = (value: unknown) => boolean;
type Row = Readonly<Record<string, unknown>>;

const isRow = (value: unknown): value is Row => typeof value === 'object' && value !== null;
const isText: Check = (value) => typeof value === 'string';
const isBytes: Check = (value) => value instanceof Uint8Array;
const isCount: Check = (value) => Number.isSafeInteger(value) && (value as number) >= 0;
const isFlag: Check = (value) => typeof value === 'boolean';
const isStream: Check = (value) =>
  isRow(value) && (value as unknown as StoredFile).body instanceof ReadableStream && isCount(value.bytes);
const isAnything: Check = () => true;
const orNothing =
  (check: Check): Check =>
  (value) =>
    value === undefined || check(value);
const listOf =
  (check: (row: Row) => boolean): Check =>
  (value) =>
    Array.isArray(value) && value.every((row) => isRow(row) && check(row));
const isObjects = listOf(({ key, bytes, uploadedMs }) => isText(key) && isCount(bytes) && Number.isFinite(uploadedMs));
const isPlan: Check = (value) => trafficPlan.safeParse(value).success;
const isReleases = listOf(
  ({ release, items, bytes, createdMs }) => isText(release) && isCount(items) && isCount(bytes) && isCount(createdMs),
);
const isTrending = listOf(({ item, count }) => isText(item) && Number.isFinite(count));

async function call<Value>(name: string, lateMs: number, check: Check, ask: () => Promise<Value>): Promise<Value> {
  let timer: ReturnType<typeof setTimeout> | null = null;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new PortError(`${name} did not answer within ${lateMs} ms`)), lateMs);
  });
  let value: Value;
  try {
    value = await Promise.race([ask(), late]);
  } catch (cause) {
    if (cause instanceof PortError) throw cause;
    throw new PortError(`${name} failed: ${cause instanceof Error ? cause.message : String(cause)}`, { cause });
  } finally {
    clearTimeout(timer);
  }
  if (check(value)) return value;
  throw new PortError(`${name} answered what it cannot mean`);
}

/**
 * The same ports with a deadline on every call and a look at every answer: whoever calls them gets an answer of the stated shape or a `PortError`, in time.
 * The rate limit fails open, as its port promises.
 * @param scale Of the deadlines, for tests.
 */
export function boundedPorts(ports: Ports, scale = 1): Ports {
  const { files, copies, registry, log, trending, online, gate, assets } = ports;
  const of = <Value>(name: string, part: keyof typeof deadlineMs, check: Check, ask: () => Promise<Value>) =>
    call(name, deadlineMs[part] * scale, check, ask);
  return {
    ...ports,
    files: {
      size: (key) => of('files.size', 'files', orNothing(isCount), () => files.size(key)),
      read: (key) => of('files.read', 'fileBytes', orNothing(isBytes), () => files.read(key)),
      stream: (key) => of('files.stream', 'fileBytes', orNothing(isStream), () => files.stream(key)),
      writeVerified: (key, body, sha256) => {
        const isOutcome: Check = (value) => value === 'written' || value === 'wrong-digest';
        return of('files.writeVerified', 'upload', isOutcome, () => files.writeVerified(key, body, sha256));
      },
      write: (key, body) =>
        of('files.write', body instanceof ReadableStream ? 'upload' : 'files', isAnything, () => files.write(key, body)),
      create: (key, body) => of('files.create', 'files', isFlag, () => files.create(key, body)),
      list: (prefix, cursor, limit) => {
        const isPage: Check = (page) => isRow(page) && isObjects(page.objects) && orNothing(isText)(page.cursor);
        return of('files.list', 'files', isPage, () => files.list(prefix, cursor, limit));
      },
      folders: (prefix, after, limit) => {
        const isPage: Check = (page) =>
          isRow(page) && Array.isArray(page.folders) && page.folders.every(isText) && isFlag(page.more);
        return of('files.folders', 'files', isPage, () => files.folders(prefix, after, limit));
      },
      remove: (key) => of('files.remove', 'files', isAnything, () => files.remove(key)),
    },
    copies: {
      read: (key) => of('copies.read', 'copies', orNothing(isBytes), () => copies.read(key)),
      readText: (key) => of('copies.readText', 'copies', orNothing(isText), () => copies.readText(key)),
      write: (key, value, life) => of('copies.write', 'fileBytes', isAnything, () => copies.write(key, value, life)),
    },
    registry: {
      plan: (site) => of('registry.plan', 'registry', orNothing(isPlanOf(site)), () => registry.plan(site)),
      swapPlan: (expect, next, atMs) => of('registry.swapPlan', 'registry', isFlag, () => registry.swapPlan(expect, next, atMs)),
      addRelease: (site, row) => of('registry.addRelease', 'registry', isAnything, () => registry.addRelease(site, row)),
      hasRelease: (site, release) => of('registry.hasRelease', 'registry', isFlag, () => registry.hasRelease(site, release)),
      releases: (site) => of('registry.releases', 'registry', isReleases, () => registry.releases(site)),
      plans: () =>
        of(
          'registry.plans',
          'registry',
          (value) => Array.isArray(value) && value.every(isPlan),
          () => registry.plans(),
        ),
    },
    log: { send: (message) => of('log.send', 'log', isAnything, () => log.send(message)) },
    trending: {
      top: (site, limit) => of('trending.top', 'trending', isTrending, () => trending.top(site, limit)),
      add: (site, events) => of('trending.add', 'trending', isAnything, () => trending.add(site, events)),
    },
    online: {
      update: (site, place, change) => of('online.update', 'onlineUpdate', isCount, () => online.update(site, place, change)),
      read: (site, place, reads, nowMs) =>
        of('online.read', 'online', areReadingsOf(reads), () => online.read(site, place, reads, nowMs)),
      forget: (site, user, untilMs) => of('online.forget', 'online', isAnything, () => online.forget(site, user, untilMs)),
      clearItems: (site) => of('online.clearItems', 'onlineUpdate', isAnything, () => online.clearItems(site)),
    },
    gate: { allows: (key) => of('gate.allows', 'gate', isFlag, () => gate.allows(key)).catch(() => true) },
    assets: {
      fetch: (request) =>
        of(
          'assets.fetch',
          'assets',
          (value) => value instanceof Response,
          () => assets.fetch(request),
        ),
    },
  };
}

const areReadingsOf =
  (reads: readonly OnlineRead[]): Check =>
  (value) =>
    Array.isArray(value) &&
    value.length === reads.length &&
    reads.every(({ plan, keys }, i) => {
      const { values, ages, stale } = (value[i] ?? {}) as Partial<OnlineReadings>;
      const n = keys.length * plan.features.length;
      const isMatrix = values instanceof Float64Array && ages instanceof Float64Array && stale instanceof Uint8Array;
      return isMatrix && [values, ages, stale].every(({ length }) => length === n);
    });

const isPlanOf =
  (site: SiteId): Check =>
  (value) =>
    isPlan(value) && (value as Row).site === site;
