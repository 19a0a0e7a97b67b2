import type { EventType } from '../../../shared/contract/event.ts';
import type { ItemId } from '../../../shared/contract/id.ts';
import type { FeatureQuery } from '../../../shared/feature/query.ts';
import type { ReplayEvent, ReplayItem } from '../../../shared/feature/replay.ts';
import type { Database } from '../../adapter/duckdb.ts';
import { createRandom, type Random } from '../../random.ts';

/** A generated log: sorted by time, and the impressions among its events as questions. */
export interface World {
  readonly items: readonly ReplayItem[];
  readonly events: readonly ReplayEvent[];
  readonly queries: readonly FeatureQuery[];
}

const startMs = Date.UTC(2024, 0, 1);
const spanMs = 60 * 86_400_000;
const itemCount = 20_000;
const userCount = 50_000;
const categoryNames = Array.from({ length: 20 }, (_, c) => `category ${c}`);

/** A few are met often, most seldom. */
const skewed = (random: Random, n: number, power: number) => Math.floor(random.uniform() ** power * n);

/** The type of an event that is no impression. */
function typeOf(random: Random): EventType {
  const draw = random.uniform();
  return draw < 0.5 ? 'view' : draw < 0.8 ? 'click' : draw < 0.9 ? 'rating' : 'purchase';
}

export function createWorld(eventCount: number, impressionCount: number, seed: number): World {
  const random = createRandom(seed, 'bench/features');
  const items = Array.from(
    { length: itemCount },
    (_, i): ReplayItem => ({
      id: `item-${i}` as ItemId,
      title: `Item ${i}`,
      categories: Array.from(
        new Set(Array.from({ length: 1 + random.below(3) }, () => categoryNames[random.below(20)] as string)),
      ),
      brand: `brand ${random.below(200)}`,
      price: 1 + random.below(20_000) / 128,
      publishedAtMs: startMs - random.below(365) * 86_400_000,
    }),
  );
  const share = impressionCount / eventCount;
  const times = Float64Array.from({ length: eventCount }, () => startMs + Math.floor(random.uniform() * spanMs)).sort();
  const queries: FeatureQuery[] = [];
  const events: ReplayEvent[] = [];
  for (const [e, tMs] of times.entries()) {
    const left = impressionCount - queries.length;
    const isImpression = left > 0 && (random.uniform() < share || eventCount - e <= left);
    const type = isImpression ? 'impression' : typeOf(random);
    const item = `item-${skewed(random, itemCount, 2.5)}`;
    const user = `user-${skewed(random, userCount, 1.5)}`;
    const value = type === 'rating' ? { value: 1 + random.below(5) } : {};
    events.push({ type, tMs, id: `event-${String(e).padStart(7, '0')}`, item, user, session: `${user}.0`, ...value });
    if (isImpression) queries.push({ tMs, item, user });
  }
  return { items, events, queries };
}

/** The tables `items` and `events` as a data set has them, as Parquet files. */
export async function writeWorld(
  database: Database,
  { items, events }: World,
  itemsPath: string,
  eventsPath: string,
): Promise<void> {
  const itemWriter = await database.writer('item_draft', {
    id: 'VARCHAR',
    categories: 'VARCHAR',
    brand: 'VARCHAR',
    price: 'DOUBLE',
    publishedAtMs: 'DOUBLE',
  });
  for (const { id, categories, brand = '', price = 0, publishedAtMs = 0 } of items)
    itemWriter.write([id, JSON.stringify(categories), brand, price, publishedAtMs]);
  itemWriter.close();
  const eventWriter = await database.writer('event_draft', {
    id: 'VARCHAR',
    type: 'VARCHAR',
    user: 'VARCHAR',
    session: 'VARCHAR',
    item: 'VARCHAR',
    tMs: 'DOUBLE',
    value: 'DOUBLE',
  });
  for (const { id = '', type, user = '', session = '', item, tMs, value } of events)
    eventWriter.write([id, type, user, session, item, tMs, value ?? null]);
  eventWriter.close();
  await database.run(`
    COPY (SELECT * REPLACE (categories::JSON::VARCHAR[] AS categories, publishedAtMs::BIGINT AS publishedAtMs) FROM item_draft)
      TO '${itemsPath}' (FORMAT parquet, COMPRESSION zstd);
    COPY (SELECT * REPLACE (tMs::BIGINT AS tMs) FROM event_draft) TO '${eventsPath}' (FORMAT parquet, COMPRESSION zstd);
    DROP TABLE item_draft;
    DROP TABLE event_draft;`);
}
