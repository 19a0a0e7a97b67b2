import { circle, ellipse, path, polygon, rect, stroke, times } from '../shape.ts';
import type { Silhouette } from './tone.ts';

const round = 'stroke-linecap="round" stroke-linejoin="round"';

export const lamp: Silhouette = (t) =>
  polygon([66, 20, 134, 20, 162, 96, 38, 96], t.main) +
  polygon([108, 20, 134, 20, 162, 96, 118, 96], t.dark) +
  rect(97, 96, 6, 76, t.metal) +
  path('M60 196q0 -24 40 -24t40 24Z', t.wood);
export const pendant: Silhouette = (t) =>
  rect(98.5, -60, 3, 110, t.metal) +
  path('M28 132a72 84 0 0 1 144 0Z', t.main) +
  path('M110 49a72 84 0 0 1 62 83h-44q0 -50 -18 -83Z', t.dark) +
  ellipse(100, 132, 72, 9, t.deep) +
  circle(100, 134, 13, 'oklch(93% .09 95)');
export const chair: Silhouette = (t) =>
  stroke('M64 120L52 194M136 120L148 194M78 120L74 194M122 120L126 194', t.wood, 7, round) +
  path('M56 20q44 -14 88 0l-6 84H62Z', t.main) +
  path('M104 14q22 0 40 6l-6 84h-30Z', t.dark) +
  rect(46, 100, 108, 24, t.light, 'rx="11"');
export const stool: Silhouette = (t) =>
  stroke('M62 84L46 194M138 84L154 194M56 140H144', t.wood, 8, round) +
  rect(40, 66, 120, 26, t.main, 'rx="13"') +
  rect(96, 66, 64, 26, t.dark, 'rx="13"');
export const sofa: Silhouette = (t) =>
  stroke('M36 178V196M164 178V196', t.wood, 8, round) +
  rect(22, 70, 156, 80, t.dark, 'rx="18"') +
  rect(36, 112, 64, 44, t.light, 'rx="9"') +
  rect(100, 112, 64, 44, t.light, 'rx="9"') +
  rect(4, 98, 34, 84, t.main, 'rx="15"') +
  rect(162, 98, 34, 84, t.main, 'rx="15"') +
  rect(30, 150, 140, 32, t.main, 'rx="6"');
export const table: Silhouette = (t) =>
  polygon([26, 96, 42, 96, 38, 196, 30, 196], t.dark) +
  polygon([158, 96, 174, 96, 170, 196, 162, 196], t.dark) +
  rect(8, 82, 184, 16, t.main, 'rx="4"') +
  rect(44, 98, 112, 18, t.deep);
export const shelf: Silhouette = (t) =>
  rect(34, 12, 132, 184, t.dark, 'rx="4"') +
  times(3, (i) => rect(44, 22 + i * 58, 112, 50, t.light)) +
  rect(52, 38, 10, 34, t.main) +
  rect(64, 32, 12, 40, t.deep) +
  rect(78, 42, 9, 30, t.wood) +
  circle(128, 116, 14, t.main) +
  rect(56, 166, 44, 22, t.wood) +
  rect(112, 146, 8, 42, t.deep) +
  rect(122, 152, 10, 36, t.main);
export const bed: Silhouette = (t) =>
  rect(10, 62, 180, 90, t.wood, 'rx="10"') +
  rect(24, 90, 70, 40, 'oklch(95% .01 90)', 'rx="12"') +
  rect(106, 90, 70, 40, 'oklch(95% .01 90)', 'rx="12"') +
  rect(8, 116, 184, 62, t.main, 'rx="12"') +
  rect(8, 140, 184, 38, t.dark, 'rx="10"') +
  rect(16, 178, 10, 18, t.wood) +
  rect(174, 178, 10, 18, t.wood);
export const vase: Silhouette = (t) =>
  stroke('M100 70Q92 30 66 8M100 70Q102 30 112 2M100 70Q116 40 142 24', 'oklch(52% .07 140)', 3, round) +
  circle(66, 10, 11, t.light) +
  circle(113, 6, 12, t.light) +
  circle(142, 26, 10, t.light) +
  path('M84 66h32q0 26 18 44q26 28 8 86H58q-18 -58 8 -86q18 -18 18 -44Z', t.main) +
  path('M104 66h12q0 26 18 44q26 28 8 86h-30q26 -74 -8 -130Z', t.dark);
export const mug: Silhouette = (t) =>
  path('M138 96h22q24 0 24 28t-24 28h-22', 'none', `stroke="${t.dark}" stroke-width="13"`) +
  path('M36 78h108v84q0 34 -34 34H70q-34 0 -34 -34Z', t.main) +
  path('M104 78h40v84q0 34 -34 34h-14q22 -50 8 -118Z', t.dark) +
  ellipse(90, 78, 54, 10, t.light) +
  ellipse(90, 79, 46, 7, 'oklch(35% .05 50)');
export const bowl: Silhouette = (t) =>
  path('M14 104h172q-4 78 -62 88H76q-58 -10 -62 -88Z', t.main) +
  path('M112 104h74q-4 78 -62 88h-20q26 -34 8 -88Z', t.dark) +
  ellipse(100, 104, 86, 15, t.light) +
  rect(74, 188, 52, 8, t.deep);
export const plate: Silhouette = (t) =>
  circle(100, 108, 88, t.main) +
  circle(100, 108, 88, 'none', `stroke="${t.dark}" stroke-width="4"`) +
  circle(100, 108, 58, t.light) +
  circle(100, 108, 58, 'none', `stroke="${t.dark}" stroke-width="2"`);
export const teapot: Silhouette = (t) =>
  path('M146 118q36 -2 42 -42', 'none', `stroke="${t.dark}" stroke-width="17" stroke-linecap="round"`) +
  path('M50 112q-38 0 -38 30t46 30', 'none', `stroke="${t.wood}" stroke-width="10"`) +
  path('M42 150q0 -72 58 -72t58 72q0 30 -20 46H62q-20 -16 -20 -46Z', t.main) +
  path('M110 79q48 6 48 71q0 30 -20 46h-26q34 -46 -2 -117Z', t.dark) +
  ellipse(100, 80, 30, 7, t.deep) +
  circle(100, 66, 9, t.wood);
export const pan: Silhouette = (t) =>
  rect(112, 116, 92, 13, t.wood, 'rx="6"') +
  path('M8 112h112v34q0 34 -34 34H42q-34 0 -34 -34Z', t.main) +
  path('M84 112h36v34q0 34 -34 34H74q18 -24 10 -68Z', t.dark) +
  rect(2, 104, 124, 12, t.light, 'rx="6"');
export const bottle: Silhouette = (t) =>
  rect(84, 8, 32, 22, t.wood, 'rx="4"') +
  path('M88 30h24v26q0 14 16 26q10 8 10 24v76q0 14 -14 14H76q-14 0 -14 -14v-76q0 -16 10 -24q16 -12 16 -26Z', t.main) +
  path('M104 30h8v26q0 14 16 26q10 8 10 24v76q0 14 -14 14h-12Z', t.dark) +
  rect(62, 120, 76, 44, t.light);
export const candle: Silhouette = (t) =>
  path('M100 16q15 22 0 38q-15 -16 0 -38Z', 'oklch(80% .15 75)') +
  rect(98.5, 50, 3, 22, t.ink) +
  rect(52, 70, 96, 126, t.main, 'rx="10"') +
  rect(108, 70, 40, 126, t.dark, 'rx="10"') +
  rect(52, 110, 96, 50, t.light) +
  rect(70, 126, 60, 4, t.ink) +
  rect(82, 138, 36, 3, t.ink);
export const clock: Silhouette = (t) =>
  circle(100, 106, 88, t.main) +
  circle(100, 106, 72, 'oklch(97% .01 90)') +
  times(12, (i) => rect(98, 40, 4, i % 3 ? 8 : 15, t.ink, `transform="rotate(${i * 30} 100 106)"`)) +
  stroke('M100 106L72 82M100 106L126 56', t.ink, 6, round) +
  circle(100, 106, 6, t.dark);
export const mirror: Silhouette = (t) =>
  path('M34 196V92a66 80 0 0 1 132 0V196Z', t.main) +
  path('M46 186V92a54 68 0 0 1 108 0V186Z', 'oklch(90% .02 230)') +
  polygon([62, 186, 128, 44, 146, 62, 92, 186], 'oklch(95% .012 230)');
export const plant: Silhouette = (t) => {
  const leaf = (turn: number, size: number, fill: string) =>
    path(
      'M100 124q-26 -40 0 -104q26 64 0 104',
      fill,
      `transform="rotate(${turn} 100 128) translate(${100 - 100 * size} ${128 - 128 * size}) scale(${size})"`,
    );
  return (
    leaf(-52, 0.8, 'oklch(48% .09 150)') +
    leaf(52, 0.8, 'oklch(48% .09 150)') +
    leaf(-24, 1, 'oklch(56% .1 148)') +
    leaf(26, 1, 'oklch(56% .1 148)') +
    leaf(0, 1.12, 'oklch(63% .11 145)') +
    polygon([52, 124, 148, 124, 136, 196, 64, 196], t.main) +
    polygon([108, 124, 148, 124, 136, 196, 112, 196], t.dark) +
    rect(46, 116, 108, 18, t.light, 'rx="4"')
  );
};
export const cushion: Silhouette = (t) =>
  path('M20 40q80 16 160 0q-16 76 0 152q-80 -16 -160 0q16 -76 0 -152Z', t.main) +
  path('M106 48q44 0 74 -8q-16 76 0 152q-36 -8 -74 -8Z', t.dark) +
  stroke('M52 76L148 158M148 76L52 158', t.light, 5);
export const blanket: Silhouette = (t) =>
  times(4, (i) => rect(20, 84 + i * 28, 160, 25, [t.main, t.light, t.main, t.dark][i] ?? t.main, 'rx="12"')) +
  times(9, (i) => rect(28 + i * 17, 84, 5, 25, t.deep, 'opacity=".5"'));
export const rug: Silhouette = (t) =>
  rect(14, 46, 172, 140, t.main) +
  rect(28, 60, 144, 112, 'none', `stroke="${t.light}" stroke-width="5"`) +
  polygon([100, 74, 146, 116, 100, 158, 54, 116], t.dark) +
  polygon([100, 94, 124, 116, 100, 138, 76, 116], t.light) +
  times(22, (i) => rect(15 + i * 7.8, 36, 2.4, 10, t.dark) + rect(15 + i * 7.8, 186, 2.4, 10, t.dark));
export const towel: Silhouette = (t) =>
  rect(20, 26, 160, 8, t.metal, 'rx="4"') +
  path('M48 24h104v158H48Z', t.main) +
  rect(116, 24, 36, 158, t.dark) +
  rect(48, 140, 104, 9, t.light) +
  rect(48, 156, 104, 5, t.light);
export const basket: Silhouette = (t) =>
  path('M52 92q0 -74 48 -74t48 74', 'none', `stroke="${t.wood}" stroke-width="8"`) +
  polygon([24, 88, 176, 88, 160, 196, 40, 196], t.main) +
  times(4, (i) => rect(30, 104 + i * 23, 140, 7, i % 2 ? t.dark : t.light)) +
  rect(18, 80, 164, 15, t.dark, 'rx="7"');
export const floorLamp: Silhouette = (t) =>
  rect(97, 60, 6, 132, t.metal) +
  ellipse(100, 190, 40, 7, t.metal) +
  polygon([70, 4, 130, 4, 150, 68, 50, 68], t.main) +
  polygon([108, 4, 130, 4, 150, 68, 116, 68], t.dark);
export const wallLight: Silhouette = (t) =>
  rect(22, 60, 22, 96, t.metal, 'rx="11"') +
  stroke('M40 110Q90 110 96 76', t.metal, 8) +
  polygon([70, 120, 146, 120, 128, 62, 88, 62], t.main) +
  polygon([112, 62, 128, 62, 146, 120, 118, 120], t.dark) +
  polygon([70, 124, 146, 124, 184, 196, 36, 196], 'oklch(93% .09 95)', 'opacity=".55"');
export const flowerPot: Silhouette = (t) =>
  polygon([38, 84, 162, 84, 146, 196, 54, 196], t.main) +
  polygon([112, 84, 162, 84, 146, 196, 120, 196], t.dark) +
  rect(28, 62, 144, 30, t.light, 'rx="5"') +
  ellipse(100, 64, 62, 6, 'oklch(34% .04 50)');
export const candleHolder: Silhouette = (t) =>
  path('M100 2q13 20 0 34q-13 -14 0 -34Z', 'oklch(80% .15 75)') +
  rect(90, 38, 20, 84, 'oklch(95% .02 90)') +
  rect(78, 116, 44, 20, t.main, 'rx="5"') +
  rect(92, 134, 16, 44, t.dark) +
  path('M44 196q0 -22 56 -22t56 22Z', t.main);
export const linen: Silhouette = (t) =>
  times(3, (i) => rect(24, 88 + i * 36, 152, 34, [t.light, t.main, t.dark][i] ?? t.main, 'rx="15"')) +
  times(3, (i) => rect(24, 103 + i * 36, 126, 4, [t.main, t.dark, t.deep][i] ?? t.dark, 'rx="2"')) +
  rect(84, 84, 24, 112, t.deep, 'opacity=".85"') +
  path('M96 84q-44 -6 -36 -28t36 28q44 -6 36 -28t-36 28Z', 'none', `stroke="${t.deep}" stroke-width="7" stroke-linejoin="round"`);
export const pillows: Silhouette = (t) =>
  path('M26 60q70 12 140 0q-10 40 0 74q-70 -12 -140 0q10 -38 0 -74Z', t.dark) +
  path('M34 116q74 12 148 0q-10 42 0 78q-74 -12 -148 0q10 -40 0 -78Z', t.main) +
  path('M112 121q36 0 70 -5q-10 42 0 78q-30 -5 -64 -6Z', t.light);
