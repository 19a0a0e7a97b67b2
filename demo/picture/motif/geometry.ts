import { circle, ellipse, path, polygon, rect, stroke, times } from '../shape.ts';
import type { Motif } from './motif.ts';

export const action: Motif = ({ h, ink, dice }) => {
  const [x, y] = [dice.between(70, 170), h * dice.between(0.45, 0.65)];
  const count = dice.pick([11, 13, 16]);
  const rays = times(count, (i) => {
    const [from, to] = [(i / count) * 6.283, ((i + 0.5) / count) * 6.283];
    return polygon(
      [x, y, x + Math.cos(from) * 330, y + Math.sin(from) * 330, x + Math.cos(to) * 330, y + Math.sin(to) * 330],
      ink.a,
    );
  });
  const burst = (r: number, fill: string) => {
    const points: number[] = [];
    for (let i = 0; i < 22; i++) {
      const far = i % 2 ? r * 0.62 : r * dice.between(0.9, 1.15);
      points.push(x + Math.cos(i * 0.2856) * far, y + Math.sin(i * 0.2856) * far);
    }
    return polygon(points, fill);
  };
  return rays + burst(70, ink.b) + burst(40, ink.c);
};

export const thriller: Motif = ({ h, ink, dice }) => {
  const [x, y] = [120 + dice.between(-14, 14), h * 0.5];
  if (dice.pick([true, true, false])) {
    let line = '';
    const turns = dice.between(4.4, 6);
    for (let t = 0; t < turns * 6.283; t += 0.22) {
      const r = 3 + (t * (h * 0.47)) / (turns * 6.283);
      line += `${line ? 'L' : 'M'}${(x + Math.cos(t) * r).toFixed(1)} ${(y + Math.sin(t) * r * 0.9).toFixed(1)}`;
    }
    return stroke(line, ink.a, 6.5, 'stroke-linecap="round" stroke-linejoin="round"') + circle(x, y, 11, ink.b);
  }
  if (dice.pick([true, false])) {
    const lean = dice.between(-60, 60);
    const man = `M120 ${h * 0.46}m-9 0q9 -12 18 0l5 44h-5l-3 34h-12l-3 -34h-5Z`;
    return (
      circle(120, h * 0.42, 84, ink.c) +
      polygon([112, h * 0.8, 128, h * 0.8, 150 + lean, h + 20, 60 + lean, h + 20], ink.b, 'opacity=".3"') +
      path(man, ink.a) +
      circle(120, h * 0.36, 9, ink.a)
    );
  }
  const frames = times(7, (i) =>
    rect(
      120 - 108 + i * 15,
      h / 2 - h * 0.47 + i * h * 0.065,
      216 - i * 30,
      h * 0.94 - i * h * 0.13,
      i % 2 ? ink.ground : ink.a,
      `transform="rotate(${i * 5} 120 ${h / 2})"`,
    ),
  );
  return frames + circle(120, h / 2, 9, ink.b);
};

export const documentary: Motif = ({ h, ink, dice }) => {
  const y = h * 0.5;
  if (dice.pick([true, false])) {
    const meridians = times(4, (i) => ellipse(120, y, 8 + i * 24, 82, 'none', `stroke="${ink.b}" stroke-width="1.6"`));
    const parallels = times(5, (i) => rect(38, y - 56 + i * 28, 164, 1.5, ink.b));
    return (
      circle(120, y, 82, ink.a) + meridians + parallels + circle(120 + dice.between(-40, 40), y + dice.between(-40, 40), 9, ink.c)
    );
  }
  const [x, turn] = [dice.between(90, 150), dice.between(-30, 30)];
  const contours = times(9, (i) =>
    ellipse(
      x,
      y,
      12 + i * 14,
      8 + i * 11,
      'none',
      `stroke="${i === 2 ? ink.c : i % 2 ? ink.b : ink.a}" stroke-width="${i === 2 ? 4 : 2.2}" transform="rotate(${(turn + i * 4).toFixed(0)} ${x.toFixed(0)} ${y})"`,
    ),
  );
  return contours + circle(x, y, 4, ink.c);
};

export const romance: Motif = ({ h, ink, dice }) => {
  const y = h * 0.52;
  const scene = dice.pick(['circles', 'leaves', 'cups']);
  if (scene === 'circles') {
    const lens = `M120 ${y - 46}A58 58 0 0 1 120 ${y + 46}A58 58 0 0 1 120 ${y - 46}`;
    return circle(85, y, 58, ink.a) + circle(155, y, 58, ink.b) + path(lens, ink.c);
  }
  if (scene === 'leaves')
    return (
      times(8, (i) =>
        path(
          `M120 ${y}q30 -34 0 -88q-30 54 0 88`,
          i % 2 ? ink.b : ink.a,
          `transform="rotate(${i * 45 + dice.between(-4, 4)} 120 ${y})"`,
        ),
      ) + circle(120, y, 14, ink.c)
    );
  return (
    path(`M120 ${h}C-30 ${h * 0.62} 40 ${h * 0.06} 120 ${h * 0.36}Z`, ink.a) +
    path(`M120 ${h}C270 ${h * 0.62} 200 ${h * 0.06} 120 ${h * 0.36}Z`, ink.b) +
    circle(120, h * 0.2, 13, ink.c)
  );
};

export const plain: Motif = ({ h, ink, dice }) => {
  const r = dice.between(60, 84);
  return (
    circle(120, h * 0.5, r, ink.a) +
    path(`M${120 - r} ${h * 0.5}A${r} ${r} 0 0 0 ${120 + r} ${h * 0.5}Z`, ink.b) +
    circle(120, h * 0.5, r * 0.28, ink.c)
  );
};
