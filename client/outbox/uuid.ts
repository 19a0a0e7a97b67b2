import { hex } from '../hex.ts';

/** RFC 9562 text form of 16 bytes whose version and variant bits are set here. */
function format(bytes: Uint8Array, version: number): string {
  bytes[6] = ((bytes[6] as number) & 0x0f) | (version << 4);
  bytes[8] = ((bytes[8] as number) & 0x3f) | 0x80;
  return hex(bytes).replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');
}

const random = () => crypto.getRandomValues(new Uint8Array(16));

/** Random id (RFC 9562, version 4). `crypto.randomUUID` is missing on insecure origins, this is not. */
export const uuid4 = (): string => format(random(), 4);

/** Id that sorts by its time of birth (RFC 9562, version 7): 48 bits of milliseconds, then random bits. */
export function uuid7(nowMs: number): string {
  const bytes = random();
  for (let i = 0, rest = nowMs; i < 6; i++, rest = Math.floor(rest / 256)) bytes[5 - i] = rest % 256;
  return format(bytes, 7);
}
