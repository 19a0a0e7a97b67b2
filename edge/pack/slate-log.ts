import type { Degraded } from '../../shared/contract/pack.ts';
import type { RecommendRequest } from '../../shared/contract/request.ts';
import { type SlateRecord, slateRecordVersion } from '../../shared/contract/slate-record.ts';
import { messageVersion, type SlateMessage } from '../ingest/message.ts';
import type { SlateHead } from './head.ts';
import type { Cascade, Columns } from './pack.ts';

/** A queue message holds 128 KB. */
const messageCharacters = 120_000;

/**
 * What is logged of an answer: what was shown is what is learnt from. User, session, entities and seeds are in it only where the client sent them, which
 * it does with consent. A record over the queue's limit keeps the items that are shown and drops those behind them.
 */
export function slateMessage(
  head: SlateHead,
  cascade: Cascade,
  columns: Columns,
  request: RecommendRequest,
  degraded: readonly Degraded[],
): SlateMessage {
  const { items, scores, sources, propensities, served } = columns;
  const record: SlateRecord = {
    v: slateRecordVersion,
    ...head,
    rank: request.rank,
    count: cascade.count,
    featureHash: cascade.open.features.hash,
    ...(request.user !== undefined && { user: request.user }),
    ...(request.session !== undefined && { session: request.session }),
    ...(request.entities !== undefined && { entities: request.entities }),
    timeZoneMinutes: request.timeZoneMinutes,
    ...(request.country !== undefined && { country: request.country }),
    device: request.device,
    ...(request.item !== undefined && { item: request.item }),
    ...(request.seeds.length > 0 && { seeds: request.seeds }),
    items: items.map(({ id }) => id),
    scores,
    sources,
    propensities,
    served,
    degraded: degraded.map(({ stage, reason }) => `${stage}/${reason}`),
  };
  // Ids are up to 128 characters; only those and the served values can be long.
  const characters = served.length + [...record.items, ...request.seeds].reduce((sum, id) => sum + 3 * id.length + 60, 0);
  if (characters <= messageCharacters) return { v: messageVersion, kind: 'slate', record };
  const shown = { ...record, items: record.items.slice(0, cascade.count), scores: scores.slice(0, cascade.count) };
  const short = {
    ...shown,
    sources: sources.slice(0, cascade.count),
    propensities: propensities.slice(0, cascade.count),
    served: '',
  };
  return { v: messageVersion, kind: 'slate', record: short };
}
