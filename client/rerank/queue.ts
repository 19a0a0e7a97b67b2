/** Runs jobs one at a time, in order. A job that fails rejects its own promise and nobody else's. */
export class SerialQueue {
  #tail: Promise<unknown> = Promise.resolve();

  add<T>(job: () => T | Promise<T>): Promise<T> {
    const run = this.#tail.then(job);
    // The next job starts after this one whatever became of it.
    this.#tail = run.catch(() => {});
    return run;
  }
}
