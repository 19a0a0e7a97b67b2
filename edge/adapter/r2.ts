import { hexOf, sha256Native } from '../pack/digest.ts';
import type { FileStore } from '../port.ts';

/** R2's code for bytes whose checksum is not the announced one. */
const badDigest = '(10037)';

/** The file store over R2. */
export function r2Files(bucket: R2Bucket): FileStore {
  return {
    async size(key) {
      return (await bucket.head(key))?.size;
    },
    async read(key) {
      const object = await bucket.get(key);
      return object ? new Uint8Array(await object.arrayBuffer()) : undefined;
    },
    async stream(key) {
      const object = await bucket.get(key);
      return object ? { body: object.body, bytes: object.size } : undefined;
    },
    async writeVerified(key, body, sha256) {
      try {
        await bucket.put(key, body, { sha256 });
        return 'written';
      } catch (error) {
        if (error instanceof Error && error.message.includes(badDigest)) return 'wrong-digest';
        throw error;
      }
    },
    async write(key, body) {
      await bucket.put(key, body);
    },
    async create(key, body) {
      // The digest is checked on the way in, and listed.
      const sha256 = await sha256Native(body);
      return (await bucket.put(key, body, { onlyIf: { etagDoesNotMatch: '*' }, sha256 })) !== null;
    },
    async list(prefix, cursor, limit) {
      const found = await bucket.list({ prefix, limit, ...(cursor === undefined ? {} : { cursor }) });
      const objects = found.objects.map((object) => ({
        key: object.key,
        bytes: object.size,
        uploadedMs: object.uploaded.getTime(),
        ...(object.checksums.sha256 && { sha256: hexOf(object.checksums.sha256) }),
      }));
      return found.truncated ? { objects, cursor: found.cursor } : { objects };
    },
    async folders(prefix, after, limit) {
      // "0" follows "/": behind everything in that folder.
      const found = await bucket.list({
        prefix,
        delimiter: '/',
        limit,
        ...(after !== undefined && { startAfter: `${prefix}${after}0` }),
      });
      return { folders: found.delimitedPrefixes.map((name) => name.slice(prefix.length, -1)), more: found.truncated };
    },
    async remove(key) {
      await bucket.delete(key);
    },
  };
}
