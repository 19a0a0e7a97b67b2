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
  const texts = ['slate', 'surface', 'release', 'arm', 'featureHash', 'served', 'token'] as const;
  const lists = ['items', 'scores', 'sources', 'propensities', 'degraded'] as const;
  const isPack =
    pack?.v === packVersion &&
    texts.every((name) => typeof pack[name] === 'string') &&
    lists.every((name) => Array.isArray(pack[name])) &&
    [pack.scores, pack.sources, pack.propensities].every(({ length }) => length === pack.items.length) &&
    pack.items.every(
      (item) => typeof item?.id === 'string' && typeof item.title === 'string' && Array.isArray(item.categories),
    ) &&
    pack.count > 0 &&
    typeof pack.rules === 'object' &&
    typeof pack.vectors === 'object';
  if (!isPack) throw new PackRefused();
  return pack;
}
