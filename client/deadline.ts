/** A step that did not answer in time. `name` is stable: "DeadlineExceeded". */
export class DeadlineExceeded extends Error {
  override readonly name = 'DeadlineExceeded';
}

/** The promise's result, or a rejection with DeadlineExceeded after `ms`. The work itself is not stopped. */
export function withDeadline<T>(work: Promise<T>, ms: number): Promise<T> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new DeadlineExceeded()), ms);
  });
  return Promise.race([work, late]).finally(() => clearTimeout(timer));
}
