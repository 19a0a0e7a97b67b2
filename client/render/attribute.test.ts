import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { safeAttribute } from './attribute.ts';

describe('safeAttribute', () => {
  it.each([
    'javascript:alert(1)',
    ' JavaScript:alert(1)',
    'java\nscript:alert(1)',
    '\u0001javascript:alert(1)',
    'vbscript:x',
    'data:text/html,<script>1</script>',
    'data:image/png;base64,AA',
    'file:///etc/passwd',
    'blob:https://a/b',
  ])('refuses %j as a link', (value) => expect(safeAttribute('href', value)).toBeUndefined());

  it.each(['https://a.example/x', 'http://a.example', '/item/1', 'item/1?x=1#y', '//cdn.example/a.png', '?page=2', ''])(
    'passes %j',
    (value) => expect(safeAttribute('href', value)).toBe(value),
  );

  it('passes a data image as a source only', () => {
    expect(safeAttribute('src', 'data:image/svg+xml,<svg/>')).toBe('data:image/svg+xml,<svg/>');
    expect(safeAttribute('src', 'data:text/html,x')).toBeUndefined();
  });

  it.each(['onclick', 'ONERROR', 'style', 'srcdoc'])('never writes %s', (name) =>
    expect(safeAttribute(name, 'x')).toBeUndefined(),
  );

  it('leaves other attributes alone', () => expect(safeAttribute('title', 'javascript: the good parts')).not.toBeUndefined());

  it('lets no link through whose scheme is not http or https', () => {
    fc.assert(
      fc.property(fc.webUrl(), fc.constantFrom('javascript', 'data', 'ftp', 'blob', 'file', 'ws'), (url, scheme) => {
        expect(safeAttribute('href', url.replace(/^https?/, scheme))).toBeUndefined();
      }),
    );
  });
});
