import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { eventTypes } from '../../shared/contract/event.ts';
import type { Item } from '../../shared/contract/item.ts';
import { openDatabase, quote } from '../adapter/duckdb.ts';
import type { Dataset } from '../log/dataset.ts';
import type { ShopItem } from './catalogue.ts';
import { coefficients, logistic, utility } from './choice.ts';
import type { Taste } from './taste.ts';
import { truthFiles } from './truth.ts';

/** What a simulated shop knows and its log does not tell. */
export interface Truth {
  /** P(examined | place). */
  readonly examination: readonly number[];
  /**
   * P(click | examined) of every item [items] for a visitor at a time, by the taste of the visit under way; 0 for what the visitor has bought. Undefined for a
   * visitor who was never there.
   */
  clickProbabilities(user: string, tMs: number): Float64Array | undefined;
}

interface TasteRow {
  readonly user: string;
  readonly tMs: number;
  readonly intent: number;
  readonly priceLevel: number;
  readonly style: readonly number[];
  readonly categories: readonly number[];
  readonly brands: readonly number[];
}

interface Visit {
  readonly tMs: number;
  readonly intent: number;
  readonly taste: Taste;
}

type ItemTruth = Omit<ShopItem, 'item' | 'style'> & { readonly id: string; readonly style: readonly number[] };

/** The truth beside a data set; undefined where there is none. */
export async function readTruth(directory: string, { items, events }: Dataset): Promise<Truth | undefined> {
  if (!existsSync(join(directory, truthFiles.model)) || !existsSync(join(directory, truthFiles.tastes))) return undefined;
  const model = JSON.parse(await readFile(join(directory, truthFiles.model), 'utf8')) as {
    readonly examination: readonly number[];
    readonly items: readonly ItemTruth[];
  };
  const truths = new Map(model.items.map((own) => [own.id, own]));
  const shop = items.map((item) => shopItem(item, truths.get(item.id)));
  const visits = await readVisits(join(directory, truthFiles.tastes));
  const purchases = purchasesOf(events);
  return {
    examination: model.examination,
    clickProbabilities(user, tMs) {
      const visit = visits.get(user)?.findLast((own) => own.tMs <= tMs);
      if (!visit) return undefined;
      const moment = { tMs, intent: visit.intent };
      const wishes = Float64Array.from(shop, (own) =>
        own ? logistic(coefficients.clickBias + utility(visit.taste, own, moment)) : 0,
      );
      for (const bought of purchases.get(user) ?? []) if (bought.tMs < tMs) wishes[bought.item] = 0;
      return wishes;
    },
  };
}

/** An item of another catalogue has no truth. */
function shopItem(item: Item, truth: ItemTruth | undefined): ShopItem | undefined {
  const { price, publishedAtMs } = item;
  if (!truth || price === undefined || publishedAtMs === undefined) return undefined;
  return { ...truth, item: { ...item, price, publishedAtMs }, style: Float64Array.from(truth.style) };
}

/** By visitor, in time order. */
async function readVisits(path: string): Promise<ReadonlyMap<string, readonly Visit[]>> {
  const database = await openDatabase();
  try {
    const rows = await database.rows<TasteRow>(
      `SELECT "user", tMs::DOUBLE AS tMs, intent, priceLevel, style, categories, brands FROM read_parquet(${quote(path)}) ORDER BY tMs, session`,
    );
    const visits = new Map<string, Visit[]>();
    for (const { user, tMs, intent, priceLevel, style, categories, brands } of rows) {
      const taste = {
        priceLevel,
        style: Float64Array.from(style),
        categories: Float64Array.from(categories),
        brands: Float64Array.from(brands),
      };
      const own = visits.get(user) ?? [];
      own.push({ tMs, intent, taste });
      visits.set(user, own);
    }
    return visits;
  } finally {
    database.close();
  }
}

function purchasesOf({ n, type, user, users, item, tMs }: Dataset['events']) {
  const purchase = eventTypes.indexOf('purchase');
  const bought = new Map<string, { readonly item: number; readonly tMs: number }[]>();
  for (let e = 0; e < n; e++) {
    if (type[e] !== purchase) continue;
    const name = users[user[e] as number] as string;
    const own = bought.get(name) ?? [];
    own.push({ item: item[e] as number, tMs: tMs[e] as number });
    bought.set(name, own);
  }
  return bought;
}
