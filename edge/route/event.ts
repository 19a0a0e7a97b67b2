import { hourOf } from '../../shared/contract/key.ts';
import { limit } from '../../shared/contract/limit.ts';
import { logEvents } from '../ingest/log.ts';
import { parseBatch } from '../ingest/parse.ts';
import { keepRefused } from '../ingest/rejected.ts';
import { checkQuery } from '../schema/check.ts';
import { siteQuery } from '../schema/query.ts';
import { readText } from './body.ts';
import type { Route } from './context.ts';
import { admitSimple } from './simple.ts';

/** `POST /v1/events?site=`: 202 once the log has the batch. */
export const eventRoute: Route = (app, services) => {
  const { ports, signer } = services;
  app.post('/v1/events', async (c) => {
    const { site } = checkQuery(siteQuery, c.req.url);
    await admitSimple(c.req.raw, site, 'event', services);
    const text = await readText(c.req.raw, limit.eventBatchBytes);
    const receivedMs = ports.nowMs();
    const verify = async (token: string) => await signer?.verify(token);
    const batch = await parseBatch(text, { site, receivedMs, verify });
    const { rows, duplicates, rejected } = batch;
    if (rows.length > 0) await logEvents(batch, hourOf(receivedMs), ports);
    if (rejected.length > 0) ports.defer(keepRefused(site, text, rejected, receivedMs, ports));
    return c.json({ accepted: rows.length, duplicates, rejected }, 202);
  });
};
