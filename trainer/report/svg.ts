/** Charts are 320 units wide and are shown at about that many pixels, on a phone and in columns on a desk: text keeps its size. */
export const chartWidth = 320;

const entities: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };

/** Text for HTML and SVG, in content and in quoted attributes. */
export const escapeText = (text: string): string => text.replace(/[&<>"']/g, (character) => entities[character] ?? character);

/** An element; numbers are rounded to a hundredth of a unit. `content` is markup. */
export function element(name: string, attributes: Readonly<Record<string, string | number>>, content = ''): string {
  const written = Object.entries(attributes).map(([key, value]) => {
    const text = typeof value === 'number' ? String(Math.round(value * 100) / 100) : escapeText(value);
    return ` ${key}="${text}"`;
  });
  return `<${name}${written.join('')}>${content}</${name}>`;
}

export const label = (x: number, y: number, text: string, attributes: Readonly<Record<string, string | number>> = {}): string =>
  element('text', { x, y, ...attributes }, escapeText(text));

export const line = (x1: number, y1: number, x2: number, y2: number, kind: string): string =>
  element('line', { x1, y1, x2, y2, class: kind });

/** A picture with a name for those who do not see it. */
export const chart = (height: number, name: string, content: readonly string[]): string =>
  element(
    'svg',
    { viewBox: `0 0 ${chartWidth} ${Math.ceil(height)}`, role: 'img', 'aria-label': name, class: 'chart' },
    content.join(''),
  );

/** A linear scale from values to units. */
export interface Scale {
  (value: number): number;
  readonly ticks: readonly number[];
}

/**
 * Maps [low, high] to [from, to], the ends moved out to round numbers.
 * @param count about so many ticks: steps of 1, 2 or 5 times a power of ten.
 */
export function scaleOf(low: number, high: number, from: number, to: number, count = 4): Scale {
  const span = high - low || 1;
  const power = 10 ** Math.floor(Math.log10(span / count));
  const step = [1, 2, 5, 10].map((factor) => factor * power).find((candidate) => span / candidate <= count) ?? span;
  const first = Math.floor(low / step + 1e-9);
  const last = Math.max(first + 1, Math.ceil(high / step - 1e-9));
  const [start, end] = [first * step, last * step];
  const scale = (value: number) => from + ((value - start) / (end - start)) * (to - from);
  return Object.assign(scale, { ticks: Array.from({ length: last - first + 1 }, (_, i) => (first + i) * step) });
}

/** Two significant digits and no leading zero: .098, 0, 7.4. */
export function formatTick(value: number): string {
  if (Math.abs(value) < 1e-12) return '0';
  return String(Number(value.toPrecision(2))).replace(/^(-?)0\./, '$1.');
}

/** Four decimals without the leading zero, two from 1 on: .0985, 10.95. */
export const formatValue = (value: number): string =>
  Math.abs(value) < 1 ? value.toFixed(4).replace(/^(-?)0\./, '$1.') : value.toFixed(2);
