import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { namedColour } from './colour.ts';
import { genreStyle, genresByLook, lettersOn } from './genre.ts';
import { letterings, setTitle } from './lettering.ts';
import { posterSvg } from './poster.ts';
import { productSvg } from './product.ts';
import { lamp, table, teapot } from './silhouette/home-goods.ts';
import { tube } from './silhouette/pantry.ts';
import { silhouetteOf } from './silhouette/silhouette.ts';
import { sweater, tee } from './silhouette/wear.ts';

const genres = [
  'Action',
  'Adventure',
  'Animation',
  'Children',
  'Comedy',
  'Crime',
  'Documentary',
  'Drama',
  'Fantasy',
  'Film-Noir',
  'Horror',
  'IMAX',
  'Musical',
  'Mystery',
  'Romance',
  'Sci-Fi',
  'Thriller',
  'War',
  'Western',
];
const subject = fc.record({
  id: fc.string(),
  title: fc.string({ minLength: 1, maxLength: 80 }),
  categories: fc.subarray(genres),
});

const drawn = new Set(['svg', 'g', 'rect', 'circle', 'ellipse', 'path', 'polygon', 'text', 'tspan']);

/** The tags of an SVG text with what is not a tag taken away; throws where tags do not close. */
function tagsOf(svg: string): string[] {
  const open: string[] = [];
  const seen: string[] = [];
  for (const [, close, name = '', self] of svg.matchAll(/<(\/?)([a-z]+)[^<>]*?(\/?)>/g)) {
    if (close) expect(open.pop()).toBe(name);
    else if (!self) open.push(name);
    seen.push(name);
  }
  expect(open).toEqual([]);
  return seen;
}

describe.each([
  ['posterSvg', posterSvg],
  ['productSvg', productSvg],
])('%s', (_, draw) => {
  test('draws the same item the same way, and well formed', () => {
    fc.assert(
      fc.property(subject, (item) => {
        const svg = draw(item);
        expect(draw({ ...item })).toBe(svg);
        expect(svg).not.toMatch(/NaN|undefined|Infinity/);
        expect(tagsOf(svg).every((tag) => drawn.has(tag))).toBe(true);
      }),
    );
  });

  test('two items of one kind differ', () => {
    const pictures = new Set(
      Array.from({ length: 40 }, (_, i) => draw({ id: `${i}`, title: `Title ${i}`, categories: ['Drama'] })),
    );
    expect(pictures.size).toBeGreaterThan(25);
  });
});

test('markup in a title is text', () => {
  const svg = posterSvg({ id: '1', title: '<img src=x onerror=alert(1)> & "Co" (1999)', categories: [] });
  expect(svg).not.toContain('<img');
  expect(svg.toLowerCase()).toContain('&lt;img');
  expect(svg).toContain('&amp;');
});

test('every genre has a style of its own, the most distinctive first', () => {
  for (const genre of genres.filter((name) => name !== 'IMAX')) expect(genresByLook([genre])[0]).toBe(genre.toLowerCase());
  expect(genresByLook(['Drama', 'Western'])).toEqual(['western', 'drama']);
  expect(genresByLook(['(no genres listed)'])).toEqual(['plain']);
});

test('lettering has a contrast of at least 4.5 on every ground', () => {
  const luminance = (hex: string) =>
    [1, 3, 5]
      .map((at) => Number.parseInt(hex.slice(at, at + 2), 16) / 255)
      .map((value) => (value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4))
      .reduce((sum, value, i) => sum + value * ([0.2126, 0.7152, 0.0722][i] ?? 0), 0);
  for (const genre of [...genres, 'plain'])
    for (const { ground } of genreStyle(genre.toLowerCase()).palettes) {
      const [low = 0, high = 0] = [luminance(ground), luminance(lettersOn(ground))].sort((a, b) => a - b);
      expect((high + 0.05) / (low + 0.05), `${genre} ${ground}`).toBeGreaterThan(4.5);
    }
});

test('titles fit their width by estimate, and no word is lost unless it is cut with an ellipsis', () => {
  fc.assert(
    fc.property(fc.lorem({ maxCount: 12 }), fc.constantFrom(...Object.values(letterings)), (title, lettering) => {
      const { lines, size } = setTitle(title, lettering, 204);
      for (const line of lines)
        expect(line.length * (size * lettering.width + lettering.spacing)).toBeLessThanOrEqual(204 + 1e-9);
      expect(lines.length).toBeLessThanOrEqual(9);
    }),
  );
  expect(setTitle('The Shawshank Redemption', letterings.book, 204).lines.join(' ')).toBe('The Shawshank Redemption');
});

test('words of a title decide colour and form', () => {
  expect(namedColour('Slate Blue Teapot')).not.toEqual(namedColour('Blue Teapot'));
  expect(namedColour('Teapot')).toBeUndefined();
  expect(namedColour('Colored Tandem')).toBeUndefined();
  expect(silhouetteOf({ title: 'Sage Teapot', categories: [] })).toBe(teapot);
  expect(silhouetteOf({ title: 'Brass Desk Lamp', categories: [] })).toBe(lamp);
  expect(silhouetteOf({ title: 'Oak Coffee Table', categories: [] })).toBe(table);
  expect(silhouetteOf({ title: 'No 7', categories: ['T-shirts'] })).toBe(tee);
  expect(silhouetteOf({ title: 'Merino jumper, cream', categories: [] })).toBe(sweater);
  expect(silhouetteOf({ title: 'Hand cream', categories: [] })).toBe(tube);
  expect(silhouetteOf({ title: 'Zq', categories: ['Xy'] })).toBe(silhouetteOf({ title: 'Vw', categories: ['Xy'] }));
});
