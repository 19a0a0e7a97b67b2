/** Exponents stay far from the end of the float64 range (2^1023). */
const largestExponent = 512;
const dayMs = 86_400_000;

/**
 * Decayed counts of all items, streaming: score(i, t) = sum of weight * 2^(-(t - ti) / halfLife) over the interactions before t. Kept relative to a
 * moving origin, so that an update touches one item and the order at any time is the order of the stored numbers.
 */
export class DecayedCounts {
  readonly relative: Float64Array;
  readonly #halfLifeMs: number;
  #originMs: number | undefined;

  constructor(items: number, halfLifeDays: number) {
    this.relative = new Float64Array(items);
    this.#halfLifeMs = halfLifeDays * dayMs;
  }

  add(item: number, tMs: number, weight: number): void {
    this.#originMs ??= tMs;
    let exponent = (tMs - this.#originMs) / this.#halfLifeMs;
    if (exponent > largestExponent) {
      // Move the origin here: what becomes smaller than float64's least number has decayed to nothing.
      const scale = 2 ** -exponent;
      for (let i = 0; i < this.relative.length; i++) this.relative[i] = (this.relative[i] as number) * scale;
      this.#originMs = tMs;
      exponent = 0;
    }
    this.relative[item] = (this.relative[item] as number) + weight * 2 ** exponent;
  }

  /** Scores as of `nowMs`, in the unit of weights; 0 for items without interactions. */
  at(nowMs: number): Float64Array {
    const scale = this.#originMs === undefined ? 0 : 2 ** -((nowMs - this.#originMs) / this.#halfLifeMs);
    return this.relative.map((value) => value * scale);
  }
}
