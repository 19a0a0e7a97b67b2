import { randomBytes } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';

export interface Secrets {
  /** Bearer token of the admin API. */
  readonly adminToken: string;
}

/** The secrets in `file`. @throws Error when it names no admin token. */
export function readSecrets(file: string): Secrets {
  const adminToken = /^ADMIN_TOKEN="?([^"\n]+)"?$/m.exec(readFileSync(file, 'utf8'))?.[1];
  if (!adminToken) throw new Error(`${file} names no ADMIN_TOKEN. Delete the file to have new secrets made, or add the line.`);
  return { adminToken };
}

/**
 * Reads `.dev.vars`, or makes it with fresh random secrets at the first start: there is no default token or key.
 * The file is readable by its owner only and ignored by git; wrangler hands its lines to the Worker as bindings.
 */
export function ensureSecrets(file: string): Secrets {
  if (!existsSync(file)) {
    const adminToken = randomBytes(32).toString('base64url');
    const signingKey = randomBytes(32).toString('base64');
    writeFileSync(file, `ADMIN_TOKEN="${adminToken}"\nSIGNING_KEYS="k1:${signingKey}"\n`, { mode: 0o600, flag: 'wx' });
  }
  return readSecrets(file);
}
