/** An outbox keeps events of a visitor who was offline; older ones are of no use and may be forged. */
export const oldestEventMs = 7 * 24 * 3_600_000;

/**
 * When an event happened by the Worker's clock: its age by the client's own clock, before the time of receipt. A client whose clock
 * is wrong is corrected; the result is within [receivedMs - 7 days, receivedMs]. Whole milliseconds.
 */
export function correctedMs(t: number, sentAt: number, receivedMs: number): number {
  return Math.round(Math.min(receivedMs, Math.max(receivedMs - oldestEventMs, receivedMs - (sentAt - t))));
}
