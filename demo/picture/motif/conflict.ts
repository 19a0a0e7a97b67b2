import { circle, polygon, rect, stroke, times } from '../shape.ts';
import type { Motif } from './motif.ts';

export const crime: Motif = ({ h, ink, dice }) => {
  const scene = dice.pick(['slash', 'print', 'bars']);
  if (scene === 'slash') {
    const tilt = dice.between(30, 90);
    const holes = times(3, (i) =>
      circle(
        60 + i * 56 + dice.between(-10, 10),
        h * 0.3 + dice.between(0, h * 0.4),
        8,
        ink.ground,
        `stroke="${ink.c}" stroke-width="3"`,
      ),
    );
    return (
      polygon([0, h * 0.2 + tilt, 240, h * 0.2 - tilt * 0.4, 240, h * 0.72 - tilt * 0.4, 0, h * 0.72 + tilt], ink.a) +
      polygon([0, h * 0.72 + tilt, 240, h * 0.72 - tilt * 0.4, 240, h * 0.79 - tilt * 0.4, 0, h * 0.79 + tilt], ink.b) +
      holes
    );
  }
  if (scene === 'print') {
    const y = h * 0.55;
    const lines = times(8, (i) => {
      const r = 10 + i * 9.5;
      return stroke(
        `M${120 - r} ${y + r * 0.9}V${y}A${r} ${r} 0 0 1 ${120 + r} ${y}v${r * 0.7}`,
        i === 3 ? ink.a : ink.b,
        4.4,
        `stroke-linecap="round" stroke-dasharray="${dice.between(60, 160).toFixed(0)} ${dice.between(8, 14).toFixed(0)}"`,
      );
    });
    return lines;
  }
  return (
    circle(120, h * 0.48, 74, ink.a) +
    times(6, (i) => rect(18 + i * 37.5, 0, 13, h, ink.b)) +
    rect(0, h * 0.2, 240, 9, ink.b) +
    rect(0, h * 0.78, 240, 9, ink.b)
  );
};

export const war: Motif = ({ h, ink, dice }) => {
  const scene = dice.pick(['beams', 'chevrons', 'planes']);
  if (scene === 'chevrons')
    return (
      times(5, (i) =>
        polygon(
          [30, 40 + i * 38, 120, 4 + i * 38, 210, 40 + i * 38, 210, 60 + i * 38, 120, 24 + i * 38, 30, 60 + i * 38],
          i === 2 ? ink.c : ink.a,
        ),
      ) + circle(120, h - 6, 5, ink.a)
    );
  const plane = (x: number, y: number, s: number) =>
    polygon(
      [
        x,
        y - 16 * s,
        x + 3 * s,
        y - 4 * s,
        x + 24 * s,
        y + 5 * s,
        x + 3 * s,
        y + 4 * s,
        x + 2 * s,
        y + 14 * s,
        x + 8 * s,
        y + 19 * s,
        x - 8 * s,
        y + 19 * s,
        x - 2 * s,
        y + 14 * s,
        x - 3 * s,
        y + 4 * s,
        x - 24 * s,
        y + 5 * s,
        x - 3 * s,
        y - 4 * s,
      ],
      ink.b,
    );
  if (scene === 'planes')
    return (
      circle(dice.between(70, 170), h * 0.56, 74, ink.c) +
      plane(120, h * 0.3, 1.6) +
      plane(64, h * 0.6, 1.05) +
      plane(178, h * 0.62, 1.05)
    );
  const beams = times(3, (i) => {
    const [from, to] = [40 + i * 80, dice.between(0, 240)];
    return polygon([from - 5, h, to - 26, 0, to + 26, 0, from + 5, h], ink.a, 'opacity=".5"');
  });
  return (
    beams +
    circle(dice.between(60, 180), h * 0.3, 24, ink.c) +
    polygon(
      [
        0,
        h,
        0,
        h * 0.82,
        34,
        h * 0.82,
        34,
        h * 0.72,
        62,
        h * 0.72,
        62,
        h * 0.86,
        110,
        h * 0.86,
        110,
        h * 0.68,
        130,
        h * 0.6,
        150,
        h * 0.68,
        150,
        h * 0.84,
        200,
        h * 0.84,
        200,
        h * 0.76,
        240,
        h * 0.76,
        240,
        h,
      ],
      ink.b,
    )
  );
};
