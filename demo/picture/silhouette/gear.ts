import { circle, ellipse, path, polygon, rect, stroke, times } from '../shape.ts';
import type { Silhouette } from './tone.ts';

const round = 'stroke-linecap="round" stroke-linejoin="round"';
const screen = 'oklch(30% .03 260)';
const glow = 'oklch(72% .09 230)';

export const headphones: Silhouette = (t) =>
  path('M36 136V104a64 70 0 0 1 128 0V136', 'none', `stroke="${t.dark}" stroke-width="15" ${round}`) +
  rect(20, 112, 40, 76, t.main, 'rx="19"') +
  rect(140, 112, 40, 76, t.main, 'rx="19"') +
  rect(44, 118, 18, 64, t.deep, 'rx="9"') +
  rect(138, 118, 18, 64, t.deep, 'rx="9"');
export const speaker: Silhouette = (t) =>
  rect(46, 14, 108, 182, t.main, 'rx="16"') +
  rect(106, 14, 48, 182, t.dark, 'rx="16"') +
  circle(100, 132, 42, t.deep) +
  circle(100, 132, 26, t.light) +
  circle(100, 132, 9, t.deep) +
  circle(100, 56, 21, t.deep) +
  circle(100, 56, 10, t.light);
export const phone: Silhouette = (t) =>
  rect(54, 10, 92, 186, t.main, 'rx="18"') +
  rect(61, 18, 78, 170, screen, 'rx="12"') +
  rect(70, 34, 60, 44, t.light, 'rx="8"') +
  rect(70, 88, 27, 27, glow, 'rx="7"') +
  rect(103, 88, 27, 27, t.main, 'rx="7"') +
  rect(70, 121, 27, 27, t.main, 'rx="7"') +
  rect(103, 121, 27, 27, glow, 'rx="7"') +
  rect(86, 176, 28, 4, 'oklch(95% 0 0)', 'rx="2"');
export const tablet: Silhouette = (t) =>
  rect(22, 22, 156, 174, t.main, 'rx="16"') +
  rect(33, 34, 134, 150, screen, 'rx="6"') +
  path('M33 150l44 -46l34 30l26 -22l30 32v40H33Z', t.light) +
  circle(132, 70, 15, glow);
export const camera: Silhouette = (t) =>
  rect(66, 44, 68, 34, t.dark, 'rx="8"') +
  rect(10, 66, 180, 122, t.main, 'rx="18"') +
  rect(10, 104, 180, 52, t.deep) +
  circle(100, 128, 50, t.ink) +
  circle(100, 128, 38, screen) +
  circle(100, 128, 22, glow) +
  circle(90, 116, 8, 'oklch(95% .02 230)') +
  circle(166, 84, 7, t.light);
export const laptop: Silhouette = (t) =>
  rect(32, 50, 136, 104, t.main, 'rx="9"') +
  rect(40, 58, 120, 88, screen, 'rx="3"') +
  path('M40 146v-30q30 -34 60 -6t60 -22v58Z', t.light) +
  path('M14 158h172l8 24q0 12 -14 12H20q-14 0 -14 -12Z', t.dark) +
  rect(80, 160, 40, 8, t.deep, 'rx="3"');
export const monitor: Silhouette = (t) =>
  rect(92, 146, 16, 36, t.metal) +
  rect(58, 182, 84, 14, t.metal, 'rx="6"') +
  rect(6, 34, 188, 118, t.deep, 'rx="8"') +
  rect(15, 43, 170, 100, screen, 'rx="3"') +
  circle(136, 76, 20, t.light) +
  path('M15 143v-18l52 -44l44 40l26 -20l48 34v8Z', t.main);
export const keyboard: Silhouette = (t) =>
  rect(4, 96, 192, 92, t.main, 'rx="12"') +
  times(24, (i) =>
    rect(14 + (i % 8) * 22, 106 + Math.floor(i / 8) * 19, 18, 15, i === 7 ? 'oklch(68% .15 45)' : t.light, 'rx="4"'),
  ) +
  rect(54, 165, 92, 14, t.light, 'rx="4"');
export const mouse: Silhouette = (t) =>
  rect(48, 30, 104, 166, t.main, 'rx="52"') +
  path('M100 30q52 0 52 52v10h-52Z', t.dark) +
  rect(48, 90, 104, 4, t.deep) +
  rect(94, 52, 12, 30, t.light, 'rx="6"');
export const tent: Silhouette = (t) =>
  polygon([100, 34, 194, 190, 6, 190], t.main) +
  polygon([100, 34, 194, 190, 100, 190], t.dark) +
  polygon([100, 84, 130, 190, 70, 190], t.deep) +
  polygon([100, 84, 100, 190, 76, 190], t.light) +
  stroke('M100 34L92 20M100 34L108 20', t.wood, 5, round);
export const bike: Silhouette = (t) =>
  circle(46, 148, 42, 'none', `stroke="${t.ink}" stroke-width="7"`) +
  circle(154, 148, 42, 'none', `stroke="${t.ink}" stroke-width="7"`) +
  stroke('M46 148L78 82H136L96 148ZM96 148L72 68M154 148L130 62H148', t.main, 8, round) +
  stroke('M58 66H86', t.wood, 9, round) +
  circle(96, 148, 9, t.metal);
export const ball: Silhouette = (t) =>
  circle(100, 112, 84, t.main) +
  path('M100 28q60 84 0 168M100 28q-60 84 0 168', 'none', `stroke="${t.light}" stroke-width="6"`) +
  stroke('M17 100q83 44 166 0', t.light, 6) +
  path('M136 36a84 84 0 0 1 0 152q48 -76 0 -152Z', t.dark, 'opacity=".55"');
export const dumbbell: Silhouette = (t) =>
  rect(40, 122, 120, 15, t.metal) +
  rect(20, 88, 28, 84, t.main, 'rx="8"') +
  rect(152, 88, 28, 84, t.main, 'rx="8"') +
  rect(4, 102, 20, 56, t.dark, 'rx="7"') +
  rect(176, 102, 20, 56, t.dark, 'rx="7"');
export const mat: Silhouette = (t) =>
  rect(52, 70, 130, 126, t.light) +
  rect(52, 70, 130, 126, t.main, 'opacity=".5"') +
  rect(18, 62, 44, 134, t.main, 'rx="20"') +
  rect(42, 66, 14, 126, t.dark, 'rx="7"') +
  ellipse(40, 66, 21, 9, t.deep) +
  stroke('M66 110H170M66 150H170', t.dark, 2.5);
export const racket: Silhouette = (t) =>
  ellipse(100, 74, 50, 64, 'oklch(95% .01 90)', `stroke="${t.main}" stroke-width="11"`) +
  times(5, (i) => rect(66 + i * 16, 18, 1.6, 112, t.metal)) +
  times(6, (i) => rect(54, 32 + i * 17, 92, 1.6, t.metal)) +
  rect(91, 134, 18, 62, t.dark, 'rx="6"');
export const book: Silhouette = (t) =>
  rect(40, 16, 126, 180, t.deep, 'rx="5"') +
  rect(46, 22, 116, 168, 'oklch(95% .015 90)') +
  rect(34, 12, 122, 180, t.main, 'rx="5"') +
  rect(34, 12, 16, 180, t.dark) +
  rect(66, 44, 72, 44, t.light, 'rx="2"') +
  rect(74, 56, 56, 5, t.deep) +
  rect(74, 68, 38, 4, t.deep) +
  circle(102, 140, 20, t.light);
export const pen: Silhouette = (t) =>
  `<g transform="rotate(38 100 110)">${rect(86, 4, 28, 140, t.main, 'rx="7"') + rect(100, 4, 14, 140, t.dark, 'rx="5"') + polygon([86, 144, 114, 144, 100, 190], t.light) + polygon([95, 172, 105, 172, 100, 190], t.ink) + rect(106, 18, 6, 52, t.metal, 'rx="3"') + rect(86, 132, 28, 9, t.metal)}</g>`;
export const blocks: Silhouette = (t) =>
  rect(22, 114, 76, 82, t.main, 'rx="6"') +
  rect(102, 114, 76, 82, t.dark, 'rx="6"') +
  rect(60, 28, 80, 82, t.light, 'rx="6"') +
  circle(60, 155, 21, t.light) +
  polygon([140, 134, 162, 176, 118, 176], t.main) +
  rect(82, 50, 36, 36, t.deep);
export const teddy: Silhouette = (t) =>
  circle(58, 44, 23, t.dark) +
  circle(142, 44, 23, t.dark) +
  ellipse(100, 150, 54, 46, t.main) +
  circle(100, 78, 56, t.main) +
  ellipse(100, 158, 30, 28, t.light) +
  ellipse(100, 96, 24, 19, t.light) +
  circle(78, 70, 6, t.ink) +
  circle(122, 70, 6, t.ink) +
  ellipse(100, 88, 8, 6, t.ink) +
  ellipse(46, 140, 18, 26, t.dark) +
  ellipse(154, 140, 18, 26, t.dark) +
  ellipse(64, 184, 26, 13, t.dark) +
  ellipse(136, 184, 26, 13, t.dark);
export const tool: Silhouette = (t) =>
  rect(92, 62, 20, 134, t.wood, 'rx="8"') +
  path('M40 22h92q34 2 40 34l-38 -6v14H40Z', t.main) +
  path('M104 22h28q34 2 40 34l-38 -6v14h-30Z', t.dark) +
  rect(88, 56, 28, 16, t.metal);
export const sleeve: Silhouette = (t) =>
  rect(14, 66, 172, 122, t.main, 'rx="12"') +
  path('M14 78q0 -12 12 -12h148q12 0 12 12v34L100 146L14 112Z', t.light) +
  circle(100, 138, 9, t.deep) +
  rect(30, 54, 140, 16, t.metal, 'rx="6"');
export const pencilCase: Silhouette = (t) =>
  rect(40, 60, 10, 60, 'oklch(75% .14 80)') +
  rect(58, 44, 10, 76, t.wood) +
  rect(76, 66, 10, 60, 'oklch(60% .14 30)') +
  rect(8, 104, 184, 88, t.main, 'rx="40"') +
  path('M128 104h24q40 0 40 44t-40 44h-24q28 -44 0 -88Z', t.dark) +
  rect(26, 114, 148, 6, t.metal, 'rx="3"') +
  rect(158, 116, 10, 26, t.deep, 'rx="4"');
export const tray: Silhouette = (t) =>
  polygon([34, 70, 166, 70, 194, 150, 6, 150], 'oklch(95% .012 90)') +
  times(3, (i) => rect(56 - i * 5, 88 + i * 18, 88 + i * 10, 4, 'oklch(80% .012 90)')) +
  path('M6 132h188v52q0 12 -12 12H18q-12 0 -12 -12Z', t.main) +
  path('M128 132h66v52q0 12 -12 12h-54Z', t.dark) +
  path('M74 132h52q0 22 -26 22t-26 -22Z', t.deep);
export const deskPad: Silhouette = (t) =>
  polygon([34, 76, 166, 76, 198, 188, 2, 188], t.main) +
  polygon([118, 76, 166, 76, 198, 188, 126, 188], t.dark) +
  polygon([64, 96, 112, 96, 108, 156, 50, 156], 'oklch(95% .012 90)') +
  stroke('M136 100L148 160', t.wood, 7, 'stroke-linecap="round"') +
  stroke('M12 182L40 82H160', t.light, 2.5, 'stroke-dasharray="6 5"');
