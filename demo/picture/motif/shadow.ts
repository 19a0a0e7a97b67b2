import { circle, ellipse, path, polygon, rect, stroke, times } from '../shape.ts';
import type { Motif } from './motif.ts';

export const noir: Motif = ({ h, ink, dice }) => {
  const lean = dice.between(-16, 16);
  const slats = times(9, (i) =>
    polygon([0, 20 + i * 24, 240, 20 + i * 24 + lean, 240, 31 + i * 24 + lean, 0, 31 + i * 24], ink.b, 'opacity=".8"'),
  );
  const x = dice.between(96, 150);
  const man =
    path(`M${x - 62} ${h}q4 -62 44 -70v-14q-14 -12 -12 -34h60q2 22 -12 34v14q40 8 44 70Z`, ink.ground) +
    ellipse(x, h - 118, 56, 8, ink.ground) +
    path(`M${x - 32} ${h - 120}q2 -40 14 -38q18 6 36 0q12 -2 14 38Z`, ink.ground) +
    rect(x - 32, h - 130, 64, 8, ink.c);
  return circle(x > 120 ? 70 : 178, h * 0.36, 44, ink.a) + slats + man;
};

export const mystery: Motif = ({ h, ink, dice }) => {
  const x = dice.between(90, 150);
  if (dice.pick([true, false])) {
    const y = h * 0.38;
    return (
      circle(x, h * 0.5, 92, ink.c) +
      circle(x, y, 30, ink.a) +
      polygon([x - 12, y + 18, x + 12, y + 18, x + 27, h * 0.82, x - 27, h * 0.82], ink.a) +
      circle(x, y, 8, ink.ground)
    );
  }
  return (
    rect(x - 42, h * 0.16, 84, h * 0.84, ink.c) +
    polygon([x - 42, h * 0.16, x + 12, h * 0.24, x + 12, h, x - 42, h], ink.ground) +
    polygon([x + 12, h * 0.2, x + 42, h * 0.16, x + 42, h, x + 110, h + 4, x + 12, h], ink.a) +
    circle(x + 3, h * 0.62, 3.4, ink.b) +
    rect(0, h - 3, 240, 3, ink.c)
  );
};

export const horror: Motif = ({ h, ink, dice }) => {
  const scene = dice.pick(['eye', 'teeth', 'wood', 'house']);
  if (scene === 'eye') {
    const y = h * 0.5;
    return (
      path(`M14 ${y}Q120 ${y - 110} 226 ${y}Q120 ${y + 110} 14 ${y}Z`, ink.b) +
      circle(120, y, 46, ink.a) +
      ellipse(120, y, 9, 40, ink.ground) +
      times(5, (i) =>
        stroke(
          `M${30 + i * 8} ${y + (i - 2) * 5}q20 ${dice.between(-12, 12).toFixed(0)} 34 ${((2 - i) * 2).toFixed(0)}`,
          ink.a,
          1.4,
        ),
      )
    );
  }
  if (scene === 'teeth') {
    const row = (y: number, way: number) =>
      times(8, (i) => polygon([i * 30, y, i * 30 + 30, y, i * 30 + 15, y + way * dice.between(50, 82)], ink.b));
    return rect(0, 0, 240, h, ink.a) + rect(0, 22, 240, h - 40, ink.ground) + row(22, 1) + row(h - 18, -1);
  }
  const moon = circle(dice.between(80, 160), h * 0.42, 58, ink.a);
  if (scene === 'house')
    return (
      moon +
      path(`M0 ${h * 0.88}Q120 ${h * 0.7} 240 ${h * 0.88}V${h}H0Z`, ink.c) +
      polygon(
        [
          84,
          h * 0.82,
          84,
          h * 0.5,
          76,
          h * 0.5,
          104,
          h * 0.28,
          132,
          h * 0.5,
          124,
          h * 0.5,
          124,
          h * 0.58,
          160,
          h * 0.58,
          160,
          h * 0.82,
        ],
        ink.ground,
      ) +
      rect(97, h * 0.52, 14, 20, ink.b) +
      rect(136, h * 0.65, 12, 14, ink.a)
    );
  const trees = times(9, (i) => {
    const x = i * 29 + dice.between(-6, 6);
    const w = dice.between(5, 11);
    return (
      polygon([x - w, h, x - 1, dice.between(0, h * 0.3), x + 1, 0, x + w, h], ink.ground) +
      stroke(`M${x} ${h * dice.between(0.4, 0.7)}l${dice.between(-26, 26)} ${dice.between(-40, -18)}`, ink.ground, 3)
    );
  });
  return rect(0, 0, 240, h, ink.c) + moon + trees;
};
