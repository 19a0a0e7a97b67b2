import { circle, ellipse, path, polygon, rect, stroke, times } from '../shape.ts';
import type { Silhouette } from './tone.ts';

export const casserole: Silhouette = (t) =>
  rect(2, 108, 196, 18, t.deep, 'rx="9"') +
  path('M18 98h164v56q0 42 -42 42H60q-42 0 -42 -42Z', t.main) +
  path('M128 98h54v56q0 42 -42 42h-24q32 -40 12 -98Z', t.dark) +
  path('M14 98q10 -38 86 -38t86 38Z', t.light) +
  rect(84, 42, 32, 18, t.metal, 'rx="8"');
export const saucepan: Silhouette = (t) =>
  rect(126, 98, 78, 13, t.metal, 'rx="6"') +
  path('M10 86h124v82q0 28 -28 28H38q-28 0 -28 -28Z', t.main) +
  path('M94 86h40v82q0 28 -28 28H92q18 -48 2 -110Z', t.dark) +
  ellipse(72, 86, 62, 10, t.light) +
  ellipse(72, 87, 53, 7, t.deep);
export const wok: Silhouette = (t) =>
  path('M166 112q22 -8 32 -26', 'none', `stroke="${t.wood}" stroke-width="13" stroke-linecap="round"`) +
  path('M4 110h172q-6 82 -86 82T4 110Z', t.main) +
  path('M110 110h66q-6 82 -86 82q40 -20 20 -82Z', t.dark) +
  ellipse(90, 110, 86, 14, t.light) +
  ellipse(90, 111, 74, 10, t.deep);
export const roastingTin: Silhouette = (t) =>
  path('M4 112h20M176 112h20', 'none', `stroke="${t.dark}" stroke-width="13" stroke-linecap="round"`) +
  polygon([16, 104, 184, 104, 172, 186, 28, 186], t.main) +
  polygon([120, 104, 184, 104, 172, 186, 128, 186], t.dark) +
  rect(8, 96, 184, 14, t.light, 'rx="6"');
export const griddle: Silhouette = (t) =>
  rect(140, 118, 62, 14, t.wood, 'rx="7"') +
  rect(6, 62, 138, 126, t.main, 'rx="16"') +
  rect(18, 74, 114, 102, t.dark, 'rx="8"') +
  times(6, (i) => rect(28 + i * 17, 82, 7, 86, t.light, 'rx="3"'));
export const jug: Silhouette = (t) =>
  path('M136 84q42 0 42 40t-44 38', 'none', `stroke="${t.dark}" stroke-width="13"`) +
  path('M52 44l16 10h72q-4 38 4 60q14 50 -14 82H66q-28 -32 -14 -82q10 -32 0 -70Z', t.main) +
  path('M112 54h28q-4 38 4 60q14 50 -14 82h-22q34 -60 4 -142Z', t.dark) +
  path('M52 44l16 10h72l-4 9H56Z', t.light);
export const moka: Silhouette = (t) =>
  path('M148 60h26q10 0 8 14l-8 34', 'none', `stroke="${t.ink}" stroke-width="12" stroke-linecap="round"`) +
  polygon([52, 46, 148, 46, 128, 116, 72, 116], t.main) +
  polygon([104, 46, 148, 46, 128, 116, 104, 116], t.dark) +
  polygon([52, 46, 36, 56, 60, 74], t.main) +
  polygon([72, 122, 128, 122, 150, 196, 50, 196], t.light) +
  polygon([104, 122, 128, 122, 150, 196, 104, 196], t.main) +
  rect(66, 113, 68, 13, t.deep, 'rx="3"') +
  polygon([56, 46, 144, 46, 116, 26, 84, 26], t.light) +
  circle(100, 20, 9, t.ink);
export const grinder: Silhouette = (t) =>
  stroke('M100 40V20M100 20H158', t.metal, 8, 'stroke-linecap="round"') +
  circle(160, 22, 11, t.wood) +
  path('M58 86q0 -46 42 -46t42 46Z', t.main) +
  path('M104 40q38 2 38 46h-38Z', t.dark) +
  rect(44, 84, 112, 112, t.wood, 'rx="8"') +
  rect(60, 138, 80, 38, 'oklch(58% .075 62)', 'rx="4"') +
  circle(100, 157, 6, t.metal) +
  rect(44, 84, 112, 10, t.deep);
export const dripper: Silhouette = (t) =>
  polygon([48, 26, 152, 26, 112, 96, 88, 96], t.main) +
  polygon([108, 26, 152, 26, 112, 96, 104, 96], t.dark) +
  rect(66, 92, 68, 10, t.deep, 'rx="5"') +
  path('M74 104h52l30 74q2 18 -16 18H60q-18 0 -16 -18Z', 'oklch(92% .015 220)') +
  path('M58 144h84l14 34q2 18 -16 18H60q-18 0 -16 -18Z', 'oklch(34% .05 50)') +
  path('M42 26h116v8H42Z', t.light);
export const tumblers: Silhouette = (t) =>
  [30, 104]
    .map(
      (x, i) =>
        polygon([x, 74, x + 66, 74, x + 58, 196, x + 8, 196], i ? t.dark : t.main) +
        ellipse(x + 33, 74, 33, 7, t.light) +
        rect(x + 12, 100, 7, 80, t.light, 'rx="3" opacity=".6"'),
    )
    .join('');
export const kettle: Silhouette = (t) =>
  path('M60 84q0 -62 40 -62t40 62', 'none', `stroke="${t.ink}" stroke-width="11"`) +
  path('M146 132q26 -2 34 -44', 'none', `stroke="${t.dark}" stroke-width="15" stroke-linecap="round"`) +
  path('M30 196q-8 -116 70 -116t70 116Z', t.main) +
  path('M108 80q68 4 62 116h-48q24 -62 -14 -116Z', t.dark) +
  ellipse(100, 82, 26, 6, t.deep) +
  circle(100, 70, 8, t.ink);
