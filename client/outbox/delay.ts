/** Worth another try: no answer (0), an overloaded or failing edge, too many requests. Anything else will not be accepted later either. */
export const isPassing = (status: number): boolean => status === 0 || status === 429 || status === 408 || status >= 500;

/** First wait after a failure, doubled each time up to the last. */
const firstMs = 2_000;
const lastMs = 5 * 60_000;

/**
 * Milliseconds until the next try: "full jitter" (a uniform draw below an exponentially growing ceiling), but never sooner than the
 * server asked. https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/
 *
 * @param failures consecutive failures so far, >= 1
 * @param retryAfter the header's value: seconds or an HTTP date
 * @param random uniform in [0, 1)
 */
export function retryDelayMs(failures: number, retryAfter: string | null, nowMs: number, random: number): number {
  const ceiling = Math.min(lastMs, firstMs * 2 ** (failures - 1));
  const seconds = Number(retryAfter ?? Number.NaN);
  const asked = Number.isNaN(seconds) ? Date.parse(retryAfter ?? '') - nowMs : seconds * 1000;
  return Math.max(random * ceiling, asked > 0 ? Math.min(asked, lastMs) : 0);
}
