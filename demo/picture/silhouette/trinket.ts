import { circle, ellipse, path, polygon, rect, stroke, times } from '../shape.ts';
import type { Silhouette } from './tone.ts';

/** The bust or cushion on which jewellery is shown. */
const bust = path('M78 20h44v44q4 22 42 34q22 8 22 40v58H14v-58q0 -32 22 -40q38 -12 42 -34Z', 'oklch(36% .02 300)');
const pad = rect(30, 60, 140, 136, 'oklch(36% .02 300)', 'rx="16"') + rect(42, 72, 116, 112, 'oklch(41% .02 300)', 'rx="10"');

export const necklace: Silhouette = (t) =>
  bust +
  stroke('M66 86Q100 176 134 86', t.main, 5) +
  polygon([100, 128, 114, 146, 100, 170, 86, 146], t.light) +
  polygon([100, 128, 114, 146, 100, 170], t.main);
export const earrings: Silhouette = (t) =>
  pad +
  [70, 130]
    .map(
      (x) =>
        stroke(`M${x} 88v18`, t.light, 4) +
        circle(x, 86, 5, t.light) +
        circle(x, 132, 21, 'none', `stroke="${t.main}" stroke-width="8"`) +
        circle(x, 153, 6, t.light),
    )
    .join('');
export const bracelet: Silhouette = (t) =>
  ellipse(100, 134, 82, 48, 'none', `stroke="${t.main}" stroke-width="13"`) +
  path('M18 134a82 48 0 0 0 164 0', 'none', `stroke="${t.dark}" stroke-width="13"`) +
  times(5, (i) => circle(52 + i * 24, 176 - Math.abs(i - 2) * 6, 7, t.light));
export const brooch: Silhouette = (t) =>
  pad +
  times(8, (i) => ellipse(100, 98, 11, 24, i % 2 ? t.main : t.light, `transform="rotate(${i * 45} 100 128)"`)) +
  circle(100, 128, 13, t.dark) +
  circle(100, 128, 6, t.light);
export const cufflinks: Silhouette = (t) =>
  pad +
  [70, 130]
    .map(
      (x) =>
        rect(x - 24, 102, 48, 48, t.main, 'rx="7"') +
        polygon([x + 24, 102, x + 24, 150, x - 24, 150], t.dark) +
        rect(x - 13, 113, 26, 26, t.light, 'rx="4"'),
    )
    .join('');
export const ring: Silhouette = (t) =>
  circle(100, 134, 54, 'none', `stroke="${t.main}" stroke-width="14"`) +
  path('M100 80a54 54 0 0 1 0 108', 'none', `stroke="${t.dark}" stroke-width="14"`) +
  rect(64, 58, 72, 36, t.light, 'rx="15"') +
  ellipse(100, 75, 21, 10, t.deep);
export const watch: Silhouette = (t) =>
  polygon([78, 8, 122, 8, 128, 64, 72, 64], t.main) +
  polygon([72, 140, 128, 140, 122, 196, 78, 196], t.dark) +
  circle(100, 102, 54, t.metal) +
  circle(100, 102, 44, 'oklch(97% .01 90)') +
  stroke('M100 102V72M100 102L120 112', t.ink, 5, 'stroke-linecap="round"') +
  rect(153, 96, 10, 14, t.metal, 'rx="3"');
export const pocketWatch: Silhouette = (t) =>
  stroke('M100 44q-12 -40 40 -40', t.dark, 4, 'stroke-dasharray="7 4"') +
  circle(100, 44, 11, 'none', `stroke="${t.dark}" stroke-width="6"`) +
  circle(100, 126, 70, t.main) +
  circle(100, 126, 57, 'oklch(97% .01 90)') +
  times(12, (i) => rect(98.5, 76, 3, i % 3 ? 6 : 12, t.ink, `transform="rotate(${i * 30} 100 126)"`)) +
  stroke('M100 126V92M100 126L122 138', t.ink, 5, 'stroke-linecap="round"');
export const glasses: Silhouette = (t) =>
  stroke('M22 98Q10 70 30 60M178 98Q190 70 170 60M86 104q14 -12 28 0', t.deep, 7, 'stroke-linecap="round"') +
  circle(54, 116, 36, t.main, `stroke="${t.deep}" stroke-width="8"`) +
  circle(146, 116, 36, t.main, `stroke="${t.deep}" stroke-width="8"`) +
  polygon([36, 134, 62, 92, 72, 96, 46, 140], t.light, 'opacity=".7"') +
  polygon([128, 134, 154, 92, 164, 96, 138, 140], t.light, 'opacity=".7"');
