import { createHash } from 'node:crypto';
import type { LogType } from '../../shared/contract/key.ts';
import { Failure } from '../failure.ts';
import { type AdminOptions, adminPath, createAdminCalls, type PublishTarget } from '../release/admin.ts';

/** One object of the Worker's log. */
export interface LogObject {
  readonly key: string;
  readonly bytes: number;
  /** Of its bytes. */
  readonly sha256?: string;
}

export interface LogHours {
  /** Hours that hold objects, ascending. */
  readonly hours: readonly string[];
  /** Nothing is added any more to hours before this one. */
  readonly closedBefore: string;
}

/** A visitor whose rows up to a time are to be dropped. */
export interface Forgotten {
  /** SHA-256 (hex) of the user key. */
  readonly user: string;
  readonly untilMs: number;
}

/** The log of one site, as the Worker keeps it. @throws Failure refused, unreachable */
export interface LogSource {
  hours(type: LogType): Promise<LogHours>;
  objects(type: LogType, hour: string): AsyncIterable<LogObject>;
  /** The bytes, which are those that the listing promised. */
  read(object: LogObject): Promise<Buffer>;
  forgotten(): Promise<Forgotten[]>;
}

interface HoursPage extends LogHours {
  readonly more: boolean;
}
interface Page<Name extends string, Entry> {
  readonly cursor?: string;
  readonly list: Readonly<Record<Name, readonly Entry[]>>;
}

/** A log whose objects may be removed. */
export interface LogStore extends LogSource {
  /** Removes an object whose bytes are those that were listed. @returns false when it was gone already. */
  remove(object: LogObject): Promise<boolean>;
}

export function httpLogSource(target: PublishTarget, options?: AdminOptions): LogStore {
  const { expectOk } = createAdminCalls(target, options);
  const base = adminPath(target.site);
  const get = async (path: string, query: Readonly<Record<string, string | undefined>>): Promise<Response> => {
    const search = new URLSearchParams();
    for (const [name, value] of Object.entries(query)) if (value !== undefined) search.set(name, value);
    return expectOk({ method: 'GET', path: `${base}${path}?${search}` });
  };
  async function* pages<Name extends string, Entry>(
    name: Name,
    path: string,
    query: Readonly<Record<string, string | undefined>>,
  ): AsyncGenerator<readonly Entry[]> {
    let cursor: string | undefined;
    do {
      const body = (await (await get(path, { ...query, cursor })).json()) as Page<Name, Entry>['list'] & { cursor?: string };
      yield body[name];
      cursor = body.cursor;
    } while (cursor !== undefined);
  }
  return {
    async hours(type) {
      const hours: string[] = [];
      for (;;) {
        const page = (await (await get('/log/hours', { type, after: hours.at(-1) })).json()) as HoursPage;
        hours.push(...page.hours);
        if (!page.more || page.hours.length === 0) return { hours, closedBefore: page.closedBefore };
      }
    },
    async *objects(type, hour) {
      for await (const page of pages<'objects', LogObject>('objects', '/log', { type, hour })) yield* page;
    },
    async read(object) {
      const bytes = Buffer.from(await (await get('/log/object', { key: object.key })).arrayBuffer());
      const found = object.sha256 === undefined ? undefined : createHash('sha256').update(bytes).digest('hex');
      if (bytes.length !== object.bytes || found !== object.sha256)
        throw new Failure(
          'refused',
          `${object.key}: its bytes are not those that the log lists (${bytes.length} of ${object.bytes} bytes).`,
        );
      return bytes;
    },
    async remove({ key, sha256 = '' }) {
      const search = new URLSearchParams({ key, sha256 });
      const answer = await expectOk({ method: 'DELETE', path: `${base}/log/object?${search}` });
      return ((await answer.json()) as { deleted: boolean }).deleted;
    },
    async forgotten() {
      const all: Forgotten[] = [];
      for await (const page of pages<'forgotten', Forgotten>('forgotten', '/forgotten', {})) all.push(...page);
      return all;
    },
  };
}
