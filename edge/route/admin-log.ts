import type { SiteId } from '../../shared/contract/id.ts';
import { hourOf, key, logTypes } from '../../shared/contract/key.ts';
import { limit } from '../../shared/contract/limit.ts';
import { forgottenUsers } from '../ingest/forget.ts';
import { noSite } from '../ingest/rejected.ts';
import { replayEvents } from '../ingest/replay.ts';
import { sha256Native } from '../pack/digest.ts';
import { ProblemError } from '../problem.ts';
import { checkQuery } from '../schema/check.ts';
import { cursorQuery, hoursQuery, logQuery, objectQuery, removeQuery, replayQuery } from '../schema/query.ts';
import { readText } from './body.ts';
import type { Route } from './context.ts';
import { pathSite } from './path.ts';

const pageHours = 1000;
/** What was received in an hour is written within moments, or not at all. */
const writingMs = 5 * 60_000;

/** The log of a site, for the trainer: hours, objects, bytes of one; replay; who is forgotten. */
export const adminLogRoute: Route = (app, { ports, signer }) => {
  const { files } = ports;

  app.get('/v1/admin/sites/:site/log/hours', async (c) => {
    const site = logSite(c.req.param('site'));
    const { type, after } = checkQuery(hoursQuery, c.req.url);
    const { folders, more } = await files.folders(key.logHours(site, type), after && `hour=${after}`, pageHours);
    const hours = folders.map((folder) => folder.replace(/^hour=/, ''));
    return c.json({ site, type, hours, closedBefore: hourOf(ports.nowMs() - writingMs), more });
  });

  app.get('/v1/admin/sites/:site/log', async (c) => {
    const site = logSite(c.req.param('site'));
    const { type, hour, cursor, limit: page } = checkQuery(logQuery, c.req.url);
    return c.json(await files.list(`${key.logHours(site, type)}${hour === undefined ? '' : `hour=${hour}/`}`, cursor, page));
  });

  app.get('/v1/admin/sites/:site/log/object', async (c) => {
    const name = logKey(logSite(c.req.param('site')), checkQuery(objectQuery, c.req.url).key);
    const object = await files.stream(name);
    if (!object) throw new ProblemError('not-found', `no object ${name}`);
    const contentType = name.endsWith('.ndjson') ? 'application/x-ndjson' : 'application/json';
    return c.body(object.body, 200, { 'content-type': contentType, 'content-length': String(object.bytes) });
  });

  app.delete('/v1/admin/sites/:site/log/object', async (c) => {
    const query = checkQuery(removeQuery, c.req.url);
    const name = logKey(logSite(c.req.param('site')), query.key);
    const bytes = await files.read(name);
    if (bytes && (await sha256Native(bytes)) !== query.sha256)
      throw new ProblemError('conflict', 'the object has other bytes than those that were read');
    if (bytes) await files.remove(name);
    return c.json({ key: name, deleted: bytes !== undefined });
  });

  app.post('/v1/admin/sites/:site/events/replay', async (c) => {
    const site = pathSite(c.req.param('site'));
    const { receivedMs } = checkQuery(replayQuery, c.req.url);
    const text = await readText(c.req.raw, limit.replayBytes);
    const verify = async (token: string) => await signer?.verify(token);
    return c.json(await replayEvents(text, { site, receivedMs, verify }, ports));
  });

  app.get('/v1/admin/sites/:site/forgotten', async (c) => {
    const { cursor } = checkQuery(cursorQuery, c.req.url);
    return c.json(await forgottenUsers(pathSite(c.req.param('site')), cursor, ports));
  });
};

/** `_` has the rejected messages that name no site. */
const logSite = (text: string): SiteId => (text === noSite ? noSite : pathSite(text));

/** Keys of another site, and what else this site stores, are not the log's. */
function logKey(site: SiteId, name: string): string {
  if (logTypes.some((type) => name.startsWith(key.logHours(site, type)))) return name;
  throw new ProblemError('bad-parameter', `not a key of the log of ${site}`, { at: 'key' });
}
