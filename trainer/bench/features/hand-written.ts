const day = 86_400_000;
const bucket7d = (7 * day) / 50;
const bucket1d = day / 50;
/** First millisecond of the oldest bucket of a window of 50 buckets. */
const windowStart = (tMs: string, bucketMs: number) => `(${tMs} // ${bucketMs} - 49) * ${bucketMs}`;
const interest = "type IN ('view', 'click', 'rating', 'purchase')";
const weight = (days: number) => `pow(2, (tMs - origin) / ${days * day}.0)`;
const faded = (sum: string, days: number) => `coalesce(${sum} * pow(2, -(q.tMs - origin) / ${days * day}.0), 0)`;

/**
 * The features of definitions.ts as one would write them for DuckDB without a compiler: running aggregates per event, an ASOF join for each time they are
 * read at, and lists of a visitor's events for the last twenty. One origin of the decay's weights is enough for sixty days.
 */
export const handWritten = `
WITH origin AS (SELECT min(tMs) AS origin FROM events),
log AS (SELECT e.*, i.brand, i.price, i.categories FROM events e JOIN items i ON i.id = e.item),
item_running AS (
  SELECT item, tMs,
    count(*) FILTER (type = 'view') OVER w AS views,
    count(*) FILTER (type = 'click') OVER w AS clicks,
    count(*) FILTER (type = 'impression') OVER w AS impressions,
    sum(${weight(7)}) FILTER (${interest}) OVER w AS decayed7,
    sum(${weight(30)}) FILTER (${interest}) OVER w AS decayed30,
    count(value) FILTER (type = 'rating') OVER w AS ratings,
    sum(value) FILTER (type = 'rating') OVER w AS stars,
    max(tMs) FILTER (type = 'purchase') OVER w AS sold
  FROM events, origin WINDOW w AS (PARTITION BY item ORDER BY tMs)),
user_running AS (
  SELECT "user", tMs,
    count(*) FILTER (${interest}) OVER w AS n,
    max(tMs) FILTER (${interest}) OVER w AS latest,
    sum(price) FILTER (type = 'purchase') OVER w AS prices,
    count(price) FILTER (type = 'purchase') OVER w AS bought,
    sum(first::INTEGER) OVER w AS brands
  FROM (SELECT *, ${interest} AND row_number() OVER (PARTITION BY "user", brand, ${interest} ORDER BY tMs) = 1 AS first FROM log)
  WINDOW w AS (PARTITION BY "user" ORDER BY tMs)),
own_running AS (
  SELECT "user", item, tMs, count(*) OVER w AS n FROM events WHERE ${interest} WINDOW w AS (PARTITION BY "user", item ORDER BY tMs)),
ranked AS (
  SELECT "user", tMs, item, brand, categories, price, row_number() OVER (PARTITION BY "user" ORDER BY tMs, id) AS r FROM log WHERE ${interest}),
as_of AS (
  SELECT q.id, q.tMs, q."user", q.item, c.brand, c.categories, c.price, c.publishedAtMs,
    i.views, i.views - coalesce(i7.views, 0) AS views7, i.clicks - coalesce(i1.clicks, 0) AS clicks1,
    i.decayed7, i.decayed30, i.clicks, i.impressions, i.ratings, i.stars, i.sold,
    u.n, u.n - coalesce(u7.n, 0) AS n7, u.latest, u.prices, u.bought, u.brands, o.n AS own, o.tMs AS own_latest
  FROM queries q
    JOIN items c ON c.id = q.item
    ASOF LEFT JOIN item_running i ON i.item = q.item AND q.tMs > i.tMs
    ASOF LEFT JOIN item_running i7 ON i7.item = q.item AND ${windowStart('q.tMs', bucket7d)} > i7.tMs
    ASOF LEFT JOIN item_running i1 ON i1.item = q.item AND ${windowStart('q.tMs', bucket1d)} > i1.tMs
    ASOF LEFT JOIN user_running u ON u."user" = q."user" AND q.tMs > u.tMs
    ASOF LEFT JOIN user_running u7 ON u7."user" = q."user" AND ${windowStart('q.tMs', bucket7d)} > u7.tMs
    ASOF LEFT JOIN own_running o ON o."user" = q."user" AND o.item = q.item AND q.tMs > o.tMs),
history AS (
  SELECT q.id,
    count(*) AS n,
    count(*) FILTER (q.brand = r.brand) AS brand,
    sum(len(list_intersect(q.categories, r.categories)) / len(r.categories)) AS category,
    avg(ln(r.price)) AS log_price
  FROM as_of q JOIN ranked r ON r."user" = q."user" AND r.r > q.n - 20 AND r.r <= q.n
  GROUP BY q.id)
SELECT a.id AS query,
  coalesce(views, 0)::FLOAT, coalesce(views7, 0)::FLOAT, coalesce(clicks1, 0)::FLOAT,
  (${faded('decayed7', 7).replaceAll('q.tMs', 'a.tMs')})::FLOAT, (${faded('decayed30', 30).replaceAll('q.tMs', 'a.tMs')})::FLOAT,
  coalesce(CASE WHEN impressions > 0 THEN (clicks + 1) / (impressions + 20) END, 'nan')::FLOAT,
  coalesce(CASE WHEN ratings > 0 THEN (stars + 17.5) / (ratings + 5) END, 'nan')::FLOAT,
  coalesce((a.tMs - sold) / 1000, 'nan')::FLOAT,
  ln(1 + a.price)::FLOAT, (greatest(0, a.tMs - publishedAtMs) / 1000)::FLOAT,
  ln(1 + coalesce(a.n, 0))::FLOAT, coalesce(n7, 0)::FLOAT, coalesce((a.tMs - latest) / 1000, 'nan')::FLOAT,
  coalesce(CASE WHEN bought > 0 THEN prices / bought END, 'nan')::FLOAT, coalesce(brands, 0)::FLOAT,
  coalesce(own, 0)::FLOAT, coalesce((a.tMs - own_latest) / 1000, 'nan')::FLOAT,
  coalesce(h.category / h.n, 'nan')::FLOAT, coalesce(h.brand / h.n, 'nan')::FLOAT,
  coalesce(abs(ln(a.price) - h.log_price), 'nan')::FLOAT
FROM as_of a LEFT JOIN history h ON h.id = a.id, origin`;
