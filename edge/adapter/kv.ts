import type { CopyStore } from '../port.ts';

/** Seconds that a data centre may answer a key from its own cache; KV's minimum. */
const cacheTtl = 60;

/** Copies over KV. */
export function kvCopies(namespace: KVNamespace): CopyStore {
  return {
    async read(key) {
      const value = await namespace.get(key, { type: 'arrayBuffer', cacheTtl });
      return value ? new Uint8Array(value) : undefined;
    },
    async readText(key) {
      return (await namespace.get(key, { type: 'text', cacheTtl })) ?? undefined;
    },
    async write(key, value, lifeSeconds) {
      await namespace.put(key, value, lifeSeconds === undefined ? {} : { expirationTtl: lifeSeconds });
    },
  };
}
