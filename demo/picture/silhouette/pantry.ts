import { circle, ellipse, path, polygon, rect, stroke, times } from '../shape.ts';
import type { Silhouette } from './tone.ts';

const paper = 'oklch(95% .015 90)';

export const jar: Silhouette = (t) =>
  rect(50, 18, 100, 30, t.wood, 'rx="6"') +
  rect(36, 46, 128, 150, t.main, 'rx="22"') +
  rect(112, 46, 52, 150, t.dark, 'rx="22"') +
  rect(36, 92, 128, 66, paper) +
  rect(56, 112, 88, 7, t.deep) +
  rect(70, 128, 60, 5, t.deep);
export const carton: Silhouette = (t) =>
  polygon([44, 62, 68, 22, 132, 22, 156, 62], t.light) +
  rect(62, 10, 76, 16, t.deep, 'rx="3"') +
  rect(44, 60, 112, 136, t.main) +
  rect(112, 60, 44, 136, t.dark) +
  circle(88, 124, 30, t.light) +
  rect(58, 170, 60, 6, paper);
export const can: Silhouette = (t) =>
  rect(44, 28, 112, 160, t.main) +
  rect(112, 28, 44, 160, t.dark) +
  ellipse(100, 188, 56, 8, t.deep) +
  ellipse(100, 28, 56, 10, t.metal) +
  ellipse(100, 27, 44, 6, paper) +
  rect(44, 78, 112, 62, paper) +
  circle(100, 109, 22, t.main);
export const pouch: Silhouette = (t) =>
  path('M48 22h104l14 160q-66 26 -132 0Z', t.main) +
  path('M112 22h40l14 160q-22 9 -46 11Z', t.dark) +
  rect(46, 16, 108, 17, t.deep) +
  rect(64, 76, 72, 66, paper, 'rx="4"') +
  circle(100, 101, 14, t.main) +
  rect(78, 124, 44, 5, t.deep);
export const soap: Silhouette = (t) =>
  rect(88, 14, 44, 12, t.ink, 'rx="4"') +
  rect(94, 24, 12, 34, t.ink) +
  rect(76, 52, 48, 18, t.ink, 'rx="4"') +
  rect(52, 68, 96, 128, t.main, 'rx="14"') +
  rect(108, 68, 40, 128, t.dark, 'rx="14"') +
  rect(68, 104, 64, 56, paper) +
  rect(78, 118, 44, 5, t.deep) +
  rect(84, 131, 32, 4, t.deep);
export const tube: Silhouette = (t) =>
  rect(74, 172, 52, 24, t.ink, 'rx="5"') +
  path('M44 14h112l-26 160H70Z', t.main) +
  path('M112 14h44l-26 160h-22Z', t.dark) +
  rect(42, 8, 116, 14, t.light) +
  rect(70, 64, 60, 7, paper) +
  rect(76, 80, 48, 5, paper);
export const perfume: Silhouette = (t) =>
  rect(80, 14, 40, 36, t.ink, 'rx="4"') +
  rect(90, 48, 20, 16, t.metal) +
  rect(36, 62, 128, 134, t.light, 'rx="16"') +
  rect(48, 96, 104, 90, t.main, 'rx="9"') +
  rect(104, 96, 48, 90, t.dark, 'rx="9"') +
  rect(72, 122, 56, 32, paper);
export const fruit: Silhouette = (t) =>
  stroke('M100 62Q100 34 116 18', t.wood, 6, 'stroke-linecap="round"') +
  path('M108 46q18 -28 50 -20q-10 32 -50 20Z', 'oklch(56% .1 148)') +
  path('M100 66q-84 -30 -84 54q6 76 58 76q16 0 26 -8q10 8 26 8q52 0 58 -76q0 -84 -84 -54Z', t.main) +
  path('M132 58q52 -4 52 62q-6 76 -58 76q-10 0 -18 -4q60 -40 24 -134Z', t.dark);
export const bread: Silhouette = (t) =>
  path('M10 150q-4 -62 44 -66h92q48 4 44 66q-4 44 -30 44H40q-26 0 -30 -44Z', t.main) +
  path('M120 84h26q48 4 44 66q-4 44 -30 44h-34q34 -50 -6 -110Z', t.dark) +
  times(4, (i) => path(`M${44 + i * 32} 96q20 16 12 44`, 'none', `stroke="${t.light}" stroke-width="8" stroke-linecap="round"`));
export const parcel: Silhouette = (t) =>
  rect(22, 64, 156, 132, t.main, 'rx="6"') +
  rect(104, 64, 74, 132, t.dark, 'rx="6"') +
  rect(12, 50, 176, 34, t.light, 'rx="5"') +
  rect(88, 50, 24, 146, t.deep) +
  path(
    'M100 50q-52 -6 -44 -32t44 32q52 -6 44 -32t-44 32Z',
    'none',
    `stroke="${t.deep}" stroke-width="9" stroke-linejoin="round"`,
  );
