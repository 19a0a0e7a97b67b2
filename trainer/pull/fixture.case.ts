import { createHash } from 'node:crypto';
import type { LogType } from '../../shared/contract/key.ts';
import type { Forgotten, LogObject, LogStore } from './source.ts';

/** The log of a site in memory, as the Worker keeps it: objects by hour. */
export interface MemoryLog {
  readonly source: LogStore;
  /** Keys and texts of the objects. */
  objects(): ReadonlyMap<string, string>;
  /** Hours before it are closed. */
  closedBefore: string;
  readonly forgotten: Forgotten[];
  /** Called before each request; throw to be unreachable. */
  fault: () => void;
  /** Objects that were read. */
  reads: number;
  put(type: LogType, hour: string, rows: readonly unknown[], name?: string): void;
}

const sha256 = (bytes: string | Buffer) => createHash('sha256').update(bytes).digest('hex');

export function memoryLog(site = 'shop'): MemoryLog {
  const objects = new Map<string, Buffer>();
  const prefix = (type: LogType, hour: string) => `site/${site}/log/${type}/hour=${hour}/`;
  const log: MemoryLog = {
    closedBefore: '',
    forgotten: [],
    fault: () => {},
    reads: 0,
    objects: () => new Map(Array.from(objects, ([key, bytes]) => [key, bytes.toString()])),
    put(type, hour, rows, name) {
      const text = rows.map((row) => `${typeof row === 'string' ? row : JSON.stringify(row)}\n`).join('');
      objects.set(`${prefix(type, hour)}${name ?? sha256(text)}.ndjson`, Buffer.from(text));
    },
    source: {
      async hours(type) {
        log.fault();
        const hours = [...objects.keys()].flatMap((key) => new RegExp(`/${type}/hour=([^/]+)/`).exec(key)?.[1] ?? []);
        return { hours: [...new Set(hours)].sort(), closedBefore: log.closedBefore };
      },
      async *objects(type, hour) {
        log.fault();
        for (const [key, bytes] of [...objects].sort(([a], [b]) => (a < b ? -1 : 1)))
          if (key.startsWith(prefix(type, hour))) yield { key, bytes: bytes.length, sha256: sha256(bytes) };
      },
      async read({ key }: LogObject) {
        log.fault();
        log.reads++;
        return objects.get(key) ?? Buffer.alloc(0);
      },
      async remove({ key, sha256: digest }) {
        log.fault();
        const bytes = objects.get(key);
        if (bytes && sha256(bytes) !== digest) throw new Error('other bytes');
        return objects.delete(key);
      },
      async forgotten() {
        log.fault();
        return log.forgotten;
      },
    },
  };
  return log;
}

const startMs = Date.UTC(2026, 10, 22, 10);
export const hourText = (n: number): string => new Date(startMs + n * 3_600_000).toISOString().slice(0, 13);
export const atMs = (n: number): number => startMs + n * 3_600_000;

/** An event; equal arguments make equal rows. */
export const eventRow = (n: number, more: Readonly<Record<string, unknown>> = {}) => ({
  id: `${(startMs + n * 1000)
    .toString(16)
    .padStart(12, '0')
    .replace(/(.{8})(.{4})/, '$1-$2')}-7000-8000-${n.toString(16).padStart(12, '0')}`,
  type: 'click',
  site: 'shop',
  user: `user-${n % 5}`,
  session: `session-${n % 7}`,
  item: `item-${n % 11}`,
  tMs: startMs + n * 1000,
  receivedMs: startMs + n * 1000 + 250,
  ...more,
});
