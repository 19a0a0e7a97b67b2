import { circle, ellipse, path, polygon, rect, stroke, times } from '../shape.ts';
import type { Silhouette } from './tone.ts';

const round = 'stroke-linecap="round" stroke-linejoin="round"';
const hook = (colour: string) => stroke('M100 22v-8q0 -12 10 -10t4 13M58 44L100 22L142 44', colour, 4, round);

export const tee: Silhouette = (t) =>
  hook(t.wood) +
  path('M72 34q28 20 56 0l44 24l-18 42l-20 -9v103H66V91l-20 9L28 58Z', t.main) +
  path('M110 42q10 -2 18 -8l44 24l-18 42l-20 -9v103h-24Z', t.dark) +
  path('M72 34q28 20 56 0l-6 -3q-22 14 -44 0Z', t.deep);
export const sweater: Silhouette = (t) =>
  hook(t.wood) +
  path('M72 34q28 14 56 0l34 20l24 118l-28 6l-20 -74v84H62v-84l-20 74l-28 -6L38 54Z', t.main) +
  path('M110 40q10 -2 18 -6l34 20l24 118l-28 6l-20 -74v84h-28Z', t.dark) +
  rect(62, 176, 76, 14, t.deep) +
  times(3, (i) => rect(62, 92 + i * 16, 76, 6, t.light)) +
  path('M70 34q30 18 60 0v-8q-30 14 -60 0Z', t.deep);
export const jacket: Silhouette = (t) =>
  hook(t.wood) +
  path('M70 32L100 46L130 32l34 18l18 124l-28 4l-16 -72v88H62v-88l-16 72l-28 -4L36 50Z', t.main) +
  path('M100 46l30 -14l34 18l18 124l-28 4l-16 -72v88h-38Z', t.dark) +
  polygon([70, 32, 100, 46, 86, 92, 60, 40], t.light) +
  polygon([130, 32, 100, 46, 114, 92, 140, 40], t.light) +
  times(3, (i) => circle(94, 112 + i * 26, 3.6, t.deep)) +
  rect(70, 146, 20, 5, t.deep);
export const dress: Silhouette = (t) =>
  hook(t.wood) +
  path('M76 36q24 26 48 0l10 6q-4 34 -10 50q36 60 42 102H34q6 -42 42 -102q-6 -16 -10 -50Z', t.main) +
  path('M110 48l14 -12l10 6q-4 34 -10 50q36 60 42 102h-52q10 -52 -10 -98Z', t.dark) +
  rect(74, 88, 52, 9, t.light, 'rx="3"');
export const trousers: Silhouette = (t) =>
  path('M54 16h92l14 180h-42l-18 -118l-18 118H40Z', t.main) +
  path('M100 16h46l14 180h-42l-18 -118Z', t.dark) +
  rect(54, 12, 92, 16, t.deep, 'rx="3"') +
  rect(95, 10, 10, 20, t.metal, 'rx="2"') +
  stroke('M64 32q2 18 -8 26M136 32q-2 18 8 26', t.light, 3);
export const shorts: Silhouette = (t) =>
  path('M46 56h108l16 116h-58l-12 -62l-12 62H30Z', t.main) +
  path('M100 56h54l16 116h-58l-12 -62Z', t.dark) +
  rect(46, 48, 108, 17, t.deep, 'rx="4"') +
  stroke('M96 66l-8 26M104 66l8 26', t.light, 4, round);
export const skirt: Silhouette = (t) =>
  path('M64 40h72l44 148q-80 20 -160 0Z', t.main) +
  path('M112 40h24l44 148q-26 8 -54 10Z', t.dark) +
  stroke('M82 52L58 194M100 52V198', t.dark, 3) +
  rect(62, 34, 76, 14, t.deep, 'rx="3"');
export const sneaker: Silhouette = (t) =>
  path('M14 108q4 -12 20 -6q26 12 46 -8q12 6 30 26q24 20 58 24q24 4 24 30v4H12q-4 -40 2 -70Z', t.main) +
  path('M12 168q-3 -20 -1 -38q18 16 44 12q20 -2 40 14q30 20 94 12l3 10H12Z', t.dark) +
  rect(6, 174, 190, 20, 'oklch(96% .008 90)', 'rx="9"') +
  stroke('M82 104l16 -10M94 116l16 -10M107 128l15 -10', 'oklch(96% .008 90)', 5, round) +
  rect(6, 186, 190, 8, t.deep, 'rx="4"');
export const boot: Silhouette = (t) =>
  path('M50 18h66v92q0 18 26 22q44 8 44 46H46q-4 -80 4 -160Z', t.main) +
  path('M94 18h22v92q0 18 26 22q44 8 44 46h-60q10 -70 -32 -160Z', t.dark) +
  rect(42, 176, 148, 19, t.deep, 'rx="5"') +
  rect(48, 18, 70, 14, t.light, 'rx="4"') +
  path('M84 60q18 24 16 62', 'none', `stroke="${t.deep}" stroke-width="5"`);
export const hat: Silhouette = (t) =>
  ellipse(100, 156, 96, 26, t.dark) +
  path('M46 154q0 -92 24 -92q30 16 60 0q24 0 24 92q-54 20 -108 0Z', t.main) +
  path('M112 66q10 0 18 -4q24 0 24 92q-16 6 -34 8q6 -58 -8 -96Z', t.dark) +
  path('M46 138q54 18 108 0v16q-54 20 -108 0Z', t.deep);
export const beanie: Silhouette = (t) =>
  circle(100, 36, 20, t.light) +
  path('M34 150q-4 -104 66 -104t66 104Z', t.main) +
  path('M104 46q66 2 62 104h-40q4 -70 -22 -104Z', t.dark) +
  rect(26, 138, 148, 42, t.light, 'rx="14"') +
  times(9, (i) => rect(40 + i * 15, 142, 3, 34, t.dark));
export const scarf: Silhouette = (t) =>
  path('M40 60q60 60 120 0l14 26q-74 68 -148 0Z', t.dark) +
  polygon([74, 92, 112, 100, 102, 186, 62, 178], t.main) +
  polygon([104, 98, 140, 92, 156, 172, 118, 180], t.light) +
  times(5, (i) => rect(63 + i * 8, 178, 4, 18, t.main)) +
  times(5, (i) => rect(120 + i * 7.4, 174, 4, 18, t.light)) +
  path('M34 54q66 44 132 0q4 40 -66 44t-66 -44Z', t.main);
export const sock: Silhouette = (t) =>
  path('M78 12h56v96q0 12 -10 22l-46 52q-20 18 -40 4t-8 -40l40 -40q8 -8 8 -20Z', t.main) +
  path('M112 12h22v96q0 12 -10 22l-46 52q-14 12 -28 8q52 -30 62 -84Z', t.dark) +
  rect(74, 8, 64, 24, t.light, 'rx="6"') +
  times(3, (i) => rect(78, 44 + i * 17, 56, 7, t.light));
export const tote: Silhouette = (t) =>
  path('M66 92V52q0 -36 34 -36t34 36v40', 'none', `stroke="${t.deep}" stroke-width="9"`) +
  polygon([30, 78, 170, 78, 180, 196, 20, 196], t.main) +
  polygon([118, 78, 170, 78, 180, 196, 126, 196], t.dark) +
  circle(100, 136, 20, t.light);
export const backpack: Silhouette = (t) =>
  path('M76 34q0 -24 24 -24t24 24', 'none', `stroke="${t.deep}" stroke-width="8"`) +
  path('M40 196V96q0 -70 60 -70t60 70v100Z', t.main) +
  path('M112 27q48 8 48 69v100h-36Z', t.dark) +
  rect(56, 122, 88, 62, t.light, 'rx="12"') +
  rect(56, 136, 88, 5, t.deep) +
  rect(94, 130, 12, 20, t.wood, 'rx="3"') +
  rect(66, 84, 68, 6, t.deep, 'rx="3"');
export const wallet: Silhouette = (t) =>
  rect(20, 76, 160, 112, t.main, 'rx="12"') +
  rect(20, 128, 160, 60, t.dark, 'rx="12"') +
  rect(126, 112, 60, 40, t.light, 'rx="10"') +
  circle(146, 132, 7, t.metal) +
  stroke('M32 90H168', t.deep, 2.5, 'stroke-dasharray="7 5"');
export const belt: Silhouette = (t) =>
  path('M100 30a76 76 0 1 1 -1 0', 'none', `stroke="${t.main}" stroke-width="26"`) +
  path('M100 30a76 76 0 0 1 0 152', 'none', `stroke="${t.dark}" stroke-width="26"`) +
  rect(76, 160, 48, 44, 'none', `stroke="${t.metal}" stroke-width="7" rx="6"`) +
  rect(98, 166, 5, 32, t.metal);
export const shirt: Silhouette = (t) =>
  hook(t.wood) +
  path('M70 34l30 12l30 -12l40 22l-8 128h-22V104l-4 92H64l-4 -92v80H38L30 56Z', t.main) +
  path('M100 46l30 -12l40 22l-8 128h-22V104l-4 92h-36Z', t.dark) +
  polygon([70, 30, 100, 46, 82, 66, 62, 38], t.light) +
  polygon([130, 30, 100, 46, 118, 66, 138, 38], t.light) +
  times(5, (i) => circle(100, 72 + i * 26, 3.2, t.deep)) +
  rect(114, 84, 18, 22, t.main, 'rx="2"');
export const sandal: Silhouette = (t) =>
  path('M10 176q0 -20 24 -18q60 8 104 -4q46 -12 54 10q2 14 -12 14H16Z', t.wood) +
  path('M112 158q8 -56 44 -58q22 0 26 48q-20 0 -44 6q-14 4 -26 4Z', t.main) +
  path('M150 100q28 -6 32 48q-14 0 -26 2q8 -24 -6 -50Z', t.dark) +
  path('M22 158q-6 -60 14 -64q18 0 34 36q12 24 18 32q-34 2 -66 -4Z', t.main) +
  circle(44, 116, 6, t.metal) +
  rect(6, 174, 188, 16, t.deep, 'rx="7"');
export const vest: Silhouette = (t) =>
  path('M66 22q12 40 34 40t34 -40l18 8q-2 40 14 60v106H34V90q16 -20 14 -60Z', t.main) +
  path('M112 60q14 -8 22 -38l18 8q-2 40 14 60v106h-44q20 -70 -10 -136Z', t.dark) +
  rect(34, 178, 132, 18, t.deep, 'rx="4"') +
  times(4, (i) => rect(42, 104 + i * 17, 116, 5, t.light));
