import { circle, ellipse, path, polygon, rect, stroke, times } from '../shape.ts';
import type { Silhouette } from './tone.ts';

export const sleepingBag: Silhouette = (t) =>
  rect(40, 60, 156, 124, t.main, 'rx="62"') +
  path('M118 60h16q62 0 62 62t-62 62h-16q40 -62 0 -124Z', t.dark) +
  ellipse(66, 122, 46, 62, t.light) +
  times(4, (i) => ellipse(66, 122, 36 - i * 10, 49 - i * 13, 'none', `stroke="${t.dark}" stroke-width="4"`)) +
  rect(126, 58, 13, 128, t.deep) +
  rect(162, 64, 12, 116, t.deep);
export const coolBox: Silhouette = (t) =>
  path('M46 62V30h108v32', 'none', `stroke="${t.metal}" stroke-width="10" stroke-linejoin="round"`) +
  rect(16, 84, 168, 112, t.main, 'rx="12"') +
  rect(112, 84, 72, 112, t.dark, 'rx="12"') +
  rect(8, 56, 184, 38, 'oklch(95% .01 90)', 'rx="11"') +
  rect(86, 84, 28, 24, t.deep, 'rx="4"');
export const dryBag: Silhouette = (t) =>
  path('M62 40q38 -30 76 0', 'none', `stroke="${t.ink}" stroke-width="8"`) +
  rect(50, 36, 100, 20, t.deep, 'rx="8"') +
  path('M54 56h92q14 8 14 24v92q0 24 -24 24H64q-24 0 -24 -24V80q0 -16 14 -24Z', t.main) +
  path('M116 56h30q14 8 14 24v92q0 24 -24 24h-24q20 -66 4 -140Z', t.dark) +
  rect(64, 104, 52, 46, t.light, 'rx="5"');
export const hammock: Silhouette = (t) =>
  rect(4, 8, 11, 188, t.wood, 'rx="5"') +
  rect(185, 8, 11, 188, t.wood, 'rx="5"') +
  stroke('M12 44L44 84M188 44L156 84', t.ink, 3) +
  path('M36 78q64 42 128 0q-8 92 -64 92T36 78Z', t.main) +
  path('M36 78q64 42 128 0q-2 24 -10 42q-54 34 -108 0q-8 -18 -10 -42Z', t.light) +
  times(5, (i) => rect(56 + i * 20, 100, 5, 58 - Math.abs(i - 2) * 10, t.dark));
export const lantern: Silhouette = (t) =>
  path('M58 62q0 -54 42 -54t42 54', 'none', `stroke="${t.metal}" stroke-width="7"`) +
  polygon([66, 44, 134, 44, 150, 70, 50, 70], t.main) +
  rect(58, 70, 84, 82, 'oklch(92% .08 92)') +
  path('M100 88q22 30 0 56q-22 -26 0 -56Z', 'oklch(76% .15 70)') +
  rect(58, 70, 8, 82, t.dark) +
  rect(134, 70, 8, 82, t.dark) +
  path('M44 150h112l10 46H34Z', t.main) +
  path('M112 150h44l10 46h-48Z', t.dark);
export const campChair: Silhouette = (t) =>
  stroke('M46 196L150 104M154 196L50 104M46 104V24M154 104V24', t.metal, 8, 'stroke-linecap="round"') +
  path('M44 22q56 16 112 0v66q-56 16 -112 0Z', t.main) +
  path('M108 30q26 0 48 -8v66q-22 8 -48 8Z', t.dark) +
  rect(36, 100, 128, 26, t.light, 'rx="8"');
export const helmet: Silhouette = (t) =>
  path('M54 150q-8 40 20 42M130 152q4 30 -30 40', 'none', `stroke="${t.ink}" stroke-width="6"`) +
  path('M12 146q-6 -110 92 -110q84 0 86 92q0 14 -16 16q-80 6 -162 2Z', t.main) +
  path('M116 37q72 6 74 91q0 14 -16 16l-40 2q20 -60 -18 -109Z', t.dark) +
  [0, 1, 2].map((i) => path(`M${50 + i * 34} ${108 - i * 3}q6 -34 30 -44q6 26 -2 44Z`, t.deep)).join('') +
  rect(8, 138, 178, 12, t.light, 'rx="6"');
export const saddlebag: Silhouette = (t) =>
  rect(4, 40, 192, 10, t.metal, 'rx="5"') +
  rect(58, 40, 14, 46, t.deep) +
  rect(128, 40, 14, 46, t.deep) +
  path('M26 70h148v86q0 34 -34 34H60q-34 0 -34 -34Z', t.main) +
  path('M118 70h56v86q0 34 -34 34h-30q22 -60 8 -120Z', t.dark) +
  path('M22 64h156v34q-78 34 -156 0Z', t.light) +
  rect(90, 96, 20, 30, t.wood, 'rx="4"');
export const jersey: Silhouette = (t) =>
  path('M72 26q28 18 56 0l48 26l-14 48l-24 -6v102H62V94l-24 6L24 52Z', t.main) +
  path('M112 33q8 -2 16 -7l48 26l-14 48l-24 -6v102h-26Z', t.dark) +
  rect(62, 96, 76, 24, t.light) +
  rect(97, 36, 6, 66, t.metal) +
  path('M72 26q28 18 56 0v-9q-28 16 -56 0Z', t.deep);
export const bikeLight: Silhouette = (t) =>
  polygon([128, 84, 200, 40, 200, 172, 128, 128], 'oklch(93% .09 95)', 'opacity=".8"') +
  rect(30, 72, 84, 68, t.main, 'rx="16"') +
  rect(72, 72, 42, 68, t.dark, 'rx="12"') +
  rect(106, 66, 26, 80, t.metal, 'rx="9"') +
  path('M52 140v22q0 22 22 22t22 -22v-22Z', t.deep) +
  circle(56, 92, 6, t.light);
export const glove: Silhouette = (t) =>
  path(
    'M64 196V120L34 92q-12 -14 2 -22q10 -6 20 6l14 16V34q0 -14 12 -14t12 14v44V22q0 -14 12 -14t12 14v56V28q0 -13 11 -13t11 13v54V48q0 -12 10 -12t10 12v80q0 14 -10 26v42Z',
    t.main,
  ) +
  path('M118 22q0 -14 0 56V28q0 -13 11 -13t11 13v54V48q0 -12 10 -12t10 12v80q0 14 -10 26v42h-38q26 -60 6 -118Z', t.dark) +
  rect(60, 168, 94, 28, t.light, 'rx="6"') +
  times(8, (i) => rect(68 + i * 11, 172, 3, 20, t.dark));
export const duffel: Silhouette = (t) =>
  path('M64 98V74q0 -36 36 -36t36 36v24', 'none', `stroke="${t.deep}" stroke-width="9"`) +
  rect(6, 88, 188, 108, t.main, 'rx="40"') +
  path('M128 88h26q40 0 40 54t-40 54h-26q30 -54 0 -108Z', t.dark) +
  rect(52, 88, 13, 108, t.deep) +
  rect(135, 88, 13, 108, t.deep) +
  rect(30, 98, 140, 6, t.light, 'rx="3"');
