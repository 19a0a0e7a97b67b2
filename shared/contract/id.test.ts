import { expect, test } from 'vitest';
import { isItemId, isReleaseId, isSha256, isSiteId, isUuid } from './id.ts';

const digest = 'ab'.repeat(32);
const uuid = '01890f7e-6b5a-7cc3-98c4-dc0c0c07398f';

test.each([
  ['site', isSiteId, ['demo', '1', 'a-b-', 'a'.repeat(63)], ['', '-a', 'Demo', 'a/b', 'a.b', 'a'.repeat(64), 'demo\n']],
  ['item', isItemId, ['1', 'a/b c', 'é', ' ', 'x'.repeat(128)], ['', 'x'.repeat(129), 'a\u0000', 'a\n', '\u007f']],
  ['digest', isSha256, [digest], ['', digest.slice(1), `${digest}0`, digest.toUpperCase(), `${digest}\n`]],
  ['release', isReleaseId, [digest], ['live', digest.slice(2)]],
  ['uuid', isUuid, [uuid], ['', uuid.toUpperCase(), uuid.replace('7cc3', '0cc3'), uuid.replace('98c4', '18c4'), `${uuid} `]],
])('%s: takes well-formed ids and nothing else', (_, accepts, good, bad) => {
  for (const text of good) expect(accepts(text), JSON.stringify(text)).toBe(true);
  for (const text of bad) expect(accepts(text), JSON.stringify(text)).toBe(false);
});
