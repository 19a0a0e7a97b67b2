import { circle, ellipse, group, path, polygon, rect, stroke, times } from '../shape.ts';
import type { Motif } from './motif.ts';

export const comedy: Motif = ({ h, ink, dice }) => {
  const scene = dice.pick(['smile', 'halves', 'balloons', 'confetti', 'gentleman']);
  if (scene === 'smile') {
    const r = h * 0.4;
    const y = h * 0.52;
    const tilt = `transform="rotate(${dice.between(-14, 14).toFixed(0)} 120 ${y})"`;
    return (
      circle(120, y, r, ink.a) +
      circle(120 - r * 0.36, y - r * 0.24, r * 0.1, ink.b, tilt) +
      circle(120 + r * 0.36, y - r * 0.24, r * 0.1, ink.b, tilt) +
      path(`M${120 - r * 0.58} ${y + r * 0.08}A${r * 0.58} ${r * 0.58} 0 0 0 ${120 + r * 0.58} ${y + r * 0.08}Z`, ink.c, tilt)
    );
  }
  if (scene === 'halves') {
    const fills = [ink.a, ink.b, ink.c] as const;
    return times(12, (i) => {
      const [x, y] = [30 + (i % 4) * 60, 34 + Math.floor(i / 4) * (h / 3)];
      const sweep = dice.pick([0, 1]);
      return path(`M${x - 27} ${y}A27 27 0 0 ${sweep} ${x + 27} ${y}Z`, dice.pick(fills));
    });
  }
  if (scene === 'balloons')
    return times(3, (i) => {
      const [x, y, r] = [62 + i * 58, h * (0.42 + (i % 2) * 0.16) + dice.between(-14, 14), dice.between(26, 36)];
      const fill = [ink.a, ink.b, ink.c][i] ?? ink.a;
      return (
        stroke(`M${x} ${y + r}Q${x + 14} ${(y + r + h) / 2} 120 ${h + 20}`, ink.b, 1.6) +
        ellipse(x, y, r, r * 1.18, fill) +
        polygon([x - 5, y + r * 1.3, x, y + r * 1.12, x + 5, y + r * 1.3], fill)
      );
    });
  if (scene === 'gentleman') {
    const y = h * 0.46;
    const curl = path(`M120 ${y}q30 -26 50 4q12 12 26 -8q2 40 -36 36q-34 0 -40 -32Z`, ink.b);
    const other = group('translate(240 0) scale(-1 1)', curl);
    const bow = (side: number) => polygon([120, h * 0.8, 120 + side * 52, h * 0.7, 120 + side * 52, h * 0.9], ink.a);
    return (
      circle(120 - 36, h * 0.24, 9, ink.b) +
      circle(120 + 36, h * 0.24, 9, ink.b) +
      curl +
      other +
      bow(1) +
      bow(-1) +
      circle(120, h * 0.8, 11, ink.c)
    );
  }
  return times(20, (i) => {
    const [x, y] = [24 + (i % 5) * 48 + dice.between(-14, 14), 24 + Math.floor(i / 5) * (h / 4) + dice.between(-14, 14)];
    const fill = dice.pick([ink.a, ink.b, ink.c]);
    const turn = `transform="rotate(${dice.between(0, 180).toFixed(0)} ${x.toFixed(0)} ${y.toFixed(0)})"`;
    return dice.pick([
      () => circle(x, y, dice.between(7, 17), fill),
      () => rect(x - 20, y - 5, 40, 10, fill, turn),
      () => polygon([x, y - 17, x + 17, y + 14, x - 17, y + 14], fill, turn),
    ])();
  });
};

export const musical: Motif = ({ h, ink, dice }) => {
  if (dice.pick([true, false])) {
    const [x, y] = [120, h * 0.52];
    const grooves = times(5, (i) => circle(x, y, 86 - i * 9, 'none', `stroke="${ink.c}" stroke-width=".8" opacity=".55"`));
    return (
      circle(x, y, 94, ink.b) +
      grooves +
      circle(x, y, 36, ink.a) +
      circle(x, y, 6, ink.c) +
      path(`M${x} ${y}L${x + 66} ${y - 66}A94 94 0 0 1 ${x + 90} ${y - 26}Z`, ink.c, 'opacity=".25"')
    );
  }
  return times(11, (i) => {
    const tall = (0.25 + 0.65 * Math.abs(Math.sin(i * 0.9 + dice.between(0, 0.5)))) * (h - 30);
    return rect(14 + i * 19.6, h - tall, 14, tall + 20, [ink.a, ink.b, ink.c][i % 3] ?? ink.a, 'rx="7"');
  });
};

export const animation: Motif = ({ h, ink, dice }) => {
  const creature = (x: number, wide: number, tall: number, fill: string) => {
    const top = h - tall;
    const eye = wide * 0.16;
    const look = dice.between(-eye * 0.35, eye * 0.35);
    const eyes = [-1, 1]
      .map(
        (side) =>
          circle(x + side * wide * 0.2, top + wide * 0.48, eye, '#fffdf6') +
          circle(x + side * wide * 0.2 + look, top + wide * 0.5, eye * 0.5, '#1d1a26'),
      )
      .join('');
    const body = `M${x - wide / 2} ${h + 20}V${top + wide / 2}A${wide / 2} ${wide / 2} 0 0 1 ${x + wide / 2} ${top + wide / 2}V${h + 20}Z`;
    const ears = dice.pick([true, false])
      ? circle(x - wide * 0.36, top + wide * 0.12, wide * 0.15, fill) +
        circle(x + wide * 0.36, top + wide * 0.12, wide * 0.15, fill)
      : '';
    return (
      ears +
      path(body, fill) +
      eyes +
      stroke(
        `M${x - wide * 0.12} ${top + wide * 0.74}q${wide * 0.12} ${wide * 0.12} ${wide * 0.24} 0`,
        '#1d1a26',
        3,
        'stroke-linecap="round"',
      )
    );
  };
  return (
    circle(dice.between(40, 200), h * 0.26, 26, '#fffdf6', 'opacity=".5"') +
    creature(66, 78, h * dice.between(0.55, 0.8), ink.a) +
    creature(182, 84, h * dice.between(0.45, 0.62), ink.c) +
    creature(124, 70, h * dice.between(0.34, 0.48), ink.b)
  );
};

export const children: Motif = ({ h, ink, dice }) => {
  const fills = [ink.a, ink.b, ink.c] as const;
  const size = Math.min(50, h / 4.4);
  const at = size / 48;
  const block = (i: number, row: number, x: number, y: number) => {
    const fill = fills[(i + row) % 3] ?? ink.a;
    const over = fills[(i + row + 1) % 3] ?? ink.b;
    const mark = dice.pick([
      circle(23, 23, 12, over),
      polygon([23, 10, 37, 36, 9, 36], over),
      rect(11, 11, 24, 24, over),
      path('M9 33a14 14 0 0 1 28 0Z', over),
    ]);
    return group(`translate(${x.toFixed(1)} ${y.toFixed(1)}) scale(${at.toFixed(3)})`, rect(0, 0, 46, 46, fill, 'rx="4"') + mark);
  };
  return [4, 3, 2, 1]
    .map((count, row) => {
      const left = 120 - (count * size) / 2 + dice.between(-8, 8);
      return times(count, (i) => block(i, row, left + i * size, h - (row + 1) * size));
    })
    .join('');
};
