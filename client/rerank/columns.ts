import type { DisplayItem, Pack } from '../../shared/contract/pack.ts';
import type { HistoryItem } from '../../shared/feature/history.ts';
import { newServedValues, type ServedValues } from '../../shared/feature/values.ts';
import { bytesOf, floats } from './base64.ts';
import { RerankRefused } from './refused.ts';

/** A pack's columns as numbers. */
export interface PackColumns {
  /** Float32 [n x served], row-major. */
  readonly served: ServedValues;
  /** [n]: what features need of each candidate. */
  readonly candidates: readonly HistoryItem[];
}

/** What history keeps of an item. */
export function historyItem({ id, categories, brand, price }: DisplayItem): HistoryItem {
  return { id, categories, ...(brand === undefined ? {} : { brand }), ...(price === undefined ? {} : { price }) };
}

/**
 * Decodes the base64 columns. `width`: served features of the set.
 * @throws RerankRefused 'bad-pack' when they are not of the sizes that the pack says
 */
export function decodeColumns(pack: Pack, width: number): PackColumns {
  try {
    const n = pack.items.length;
    const { dim } = pack.vectors;
    const served = newServedValues(n * width);
    const values = floats(pack.served);
    const data = new Int8Array(bytesOf(pack.vectors.data).buffer);
    const scales = floats(pack.vectors.scales);
    if (values.length !== served.length || data.length !== n * dim || scales.length !== n) throw new RangeError();
    served.set(values);
    const candidates = pack.items.map((item, i): HistoryItem => {
      const scale = scales[i] as number;
      const vector = Float32Array.from(data.subarray(i * dim, (i + 1) * dim), (value) => value * scale);
      return { ...historyItem(item), ...(dim ? { vector, space: pack.release } : {}) };
    });
    return { served, candidates };
  } catch {
    throw new RerankRefused('bad-pack');
  }
}
