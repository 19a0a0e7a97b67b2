import { type Pack, packVersion } from '../../shared/contract/pack.ts';

/** An answer that is not a pack of this version. `name` is stable: "PackRefused". */
export class PackRefused extends Error {
  override readonly name = 'PackRefused';
}

/**
 * Checks what rendering and reranking rely on: version, columns of one length, items with an id and a title.
 * The columns inside base64 are checked by the worker, where they are decoded. @throws PackRefused
 */
export function checkPack(answer: unknown): Pack {
  const pack = answer as Pack;
  const refuse = (why: string): never => {
    throw new PackRefused(why);
  };
  if (pack?.v !== packVersion) refuse('version');
  for (const name of ['slate', 'surface', 'release', 'arm', 'featureHash', 'served', 'token'] as const) {
    if (typeof pack[name] !== 'string') refuse(name);
  }
  for (const name of ['items', 'scores', 'sources', 'propensities', 'degraded'] as const) {
    if (!Array.isArray(pack[name])) refuse(name);
  }
  const n = pack.items.length;
  if (pack.scores.length !== n || pack.sources.length !== n || pack.propensities.length !== n) refuse('column lengths');
  for (const item of pack.items) {
    if (typeof item?.id !== 'string' || typeof item.title !== 'string' || !Array.isArray(item.categories)) refuse('item');
  }
  if (!(pack.count > 0) || typeof pack.rules !== 'object' || typeof pack.vectors !== 'object') refuse('shape');
  return pack;
}
