/**
 * A memo of loads, bounded by the bytes of what it holds; the least recently used goes first. Concurrent callers of one key share one
 * load. A failed load is forgotten, so that the next caller tries again.
 */
export class ByteCache<Value> {
  private readonly entries = new Map<string, { readonly value: Promise<Value>; bytes: number }>();
  private heldBytes = 0;
  private readonly limitBytes: number;
  private readonly bytesOf: (value: Value) => number;

  constructor(limitBytes: number, bytesOf: (value: Value) => number) {
    this.limitBytes = limitBytes;
    this.bytesOf = bytesOf;
  }

  /** The value of `name`; `load` runs when it is not held. Rejects as `load` does. */
  get(name: string, load: () => Promise<Value>): Promise<Value> {
    const held = this.entries.get(name);
    if (held) {
      this.entries.delete(name);
      this.entries.set(name, held);
      return held.value;
    }
    const value = load();
    const entry = { value, bytes: 0 };
    this.entries.set(name, entry);
    value.then(
      (loaded) => {
        if (this.entries.get(name) !== entry) return;
        entry.bytes = this.bytesOf(loaded);
        this.heldBytes += entry.bytes;
        this.shrink(name);
      },
      () => this.forget(name, entry),
    );
    return value;
  }

  /** The value of `name` if it is held or being loaded. */
  peek(name: string): Promise<Value> | undefined {
    return this.entries.get(name)?.value;
  }

  /** Drops what is held under `name`, or only `entry` if something newer may be there. */
  private forget(name: string, entry: { bytes: number }): void {
    if (this.entries.get(name) !== entry) return;
    this.entries.delete(name);
    this.heldBytes -= entry.bytes;
  }

  /** The newest is kept even if it alone is over the limit: it is in use. */
  private shrink(keep: string): void {
    for (const [name, entry] of this.entries) {
      if (this.heldBytes <= this.limitBytes) return;
      if (name !== keep && entry.bytes > 0) this.forget(name, entry);
    }
  }
}
