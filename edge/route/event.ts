import { limit } from '../../shared/contract/limit.ts';
import { parseBatch } from '../ingest/parse.ts';
import { ProblemError } from '../problem.ts';
import { checkQuery } from '../schema/check.ts';
import { siteQuery } from '../schema/query.ts';
import { readText } from './body.ts';
import type { Route } from './context.ts';

/** What a page can send without a preflight, and JSON. A beacon of a string is text/plain; one without a type has none. */
const contentTypes = new Set(['', 'text/plain', 'application/json']);

/** `POST /v1/events?site=`: 202 once the queue has taken the batch. */
export const eventRoute: Route = (app, { ports, traffic, signer }) => {
  app.post('/v1/events', async (c) => {
    const { site } = checkQuery(siteQuery, c.req.url);
    const contentType = (c.req.header('content-type') ?? '').split(';', 1)[0]?.trim().toLowerCase() ?? '';
    if (!contentTypes.has(contentType))
      throw new ProblemError('unsupported-media-type', 'events are sent as application/json or text/plain');
    if (!(await ports.gate.allows(`${site} ${c.req.header('cf-connecting-ip') ?? ''}`)))
      throw new ProblemError('rate-limited', 'too many batches from this address; keep them and try again');
    // Events of a site that is not ours are refused; when nobody can say whether it is, they are taken.
    const known = await traffic.planOf(site).catch(() => undefined);
    if (known && !known.plan) throw new ProblemError('unknown-site', `this deployment has no site ${site}`, { at: 'site' });

    const text = await readText(c.req.raw, limit.eventBatchBytes);
    const verify = async (token: string) => await signer?.verify(token);
    const { message, rejected } = await parseBatch(text, { site, receivedMs: ports.nowMs(), verify });
    if (message) {
      await ports.log.send(message).catch((error) => {
        console.warn('queue', error);
        throw new ProblemError('overloaded', 'the log cannot take events now; keep them and try again');
      });
    }
    return c.json({ accepted: message?.events.length ?? 0, rejected }, 202);
  });
};
