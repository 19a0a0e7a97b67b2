import { circle, ellipse, path, polygon, rect, stroke, times } from '../shape.ts';
import type { Motif } from './motif.ts';

/** A ridge from left to right with peaks at random heights around `y`. */
const ridge = (y: number, h: number, rough: number, roll: (low: number, high: number) => number) => {
  const points = [0, h];
  for (let i = 0; i <= 6; i++) points.push(i * 40 + (i % 6 ? roll(-9, 9) : 0), y + (i % 2 ? -1 : 1) * roll(rough * 0.3, rough));
  return [...points, 240, h];
};

export const scienceFiction: Motif = ({ h, ink, dice }) => {
  const x = dice.between(95, 145);
  const y = h * 0.5;
  const r = dice.between(46, 60);
  const stars = times(26, () => circle(dice.between(4, 236), dice.between(4, h - 6), dice.between(0.5, 1.7), ink.b));
  const shade = path(`M${x} ${y - r}A${r} ${r} 0 0 1 ${x} ${y + r}A${r * 0.55} ${r} 0 0 0 ${x} ${y - r}`, ink.c, 'opacity=".75"');
  const scene = dice.pick(['ring', 'orbits', 'landing', 'grid', 'visor']);
  if (scene === 'orbits') {
    // The outermost planet stays inside the picture.
    const orbit = (i: number) => ((i + 1) * (h / 2 - 14)) / 4;
    const orbits = times(4, (i) =>
      circle(x, y, orbit(i), 'none', `stroke="${ink.b}" stroke-width="1.2" opacity="${0.85 - i * 0.15}"`),
    );
    const planets = times(4, (i) => {
      const turn = dice.between(0, 6.28);
      const far = orbit(i);
      return circle(x + Math.cos(turn) * far, y + Math.sin(turn) * far, 5 + i * 2.5, i % 2 ? ink.c : ink.a);
    });
    return stars + orbits + circle(x, y, 13, ink.b) + planets;
  }
  if (scene === 'grid') {
    const horizon = h * 0.62;
    const across = times(6, (i) => rect(0, horizon + i * i * 3.4, 240, 1.6, ink.a));
    const away = times(13, (i) => stroke(`M${120 + (i - 6) * 9} ${horizon}L${120 + (i - 6) * 62} ${h}`, ink.a, 1.6));
    const sun = times(5, (i) => rect(50, horizon - 12 - i * 14, 140, 2 + (4 - i) * 1.3, ink.ground));
    return stars + circle(120, horizon - 30, 56, ink.c) + sun + rect(0, horizon, 240, h - horizon, ink.ground) + across + away;
  }
  if (scene === 'visor') {
    const helmet = circle(120, h * 0.5, 76, ink.b) + rect(52, h * 0.78, 136, h * 0.4, ink.b, 'rx="30"');
    const glass = rect(62, h * 0.28, 116, h * 0.36, ink.ground, 'rx="42"');
    const world =
      circle(146, h * 0.44, 17, ink.a) + ellipse(146, h * 0.44, 27, 5, 'none', `stroke="${ink.c}" stroke-width="2.4"`);
    return stars + helmet + glass + world + circle(88, h * 0.38, 4, ink.b) + rect(92, h * 0.84, 56, 8, ink.c, 'rx="4"');
  }
  if (scene === 'landing') {
    const ship = dice.between(60, 180);
    return (
      stars +
      circle(ship > 120 ? 62 : 178, h * 0.3, 22, ink.b) +
      ellipse(120, h + 60, 230, 130, ink.c) +
      ellipse(120, h + 78, 230, 130, ink.a) +
      polygon([ship, h * 0.28, ship - 44, h * 0.82, ship + 44, h * 0.82], ink.b, 'opacity=".32"') +
      ellipse(ship, h * 0.27, 34, 8, ink.b) +
      ellipse(ship, h * 0.25, 14, 9, ink.a)
    );
  }
  const ring = `stroke="${ink.b}" stroke-width="5" transform="rotate(-18 ${x} ${y})"`;
  const front = `M${x - r * 1.75} ${y}A${r * 1.75} ${r * 0.42} 0 0 0 ${x + r * 1.75} ${y}`;
  return stars + ellipse(x, y, r * 1.75, r * 0.42, 'none', ring) + circle(x, y, r, ink.a) + shade + path(front, 'none', ring);
};

export const western: Motif = ({ h, ink, dice }) => {
  const x = dice.between(70, 170);
  const mesa = (left: number, top: number, width: number, fill: string) =>
    polygon(
      [left, h, left + 12, top + 8, left + 16, top, left + width - 16, top, left + width - 10, top + 10, left + width, h],
      fill,
    );
  const at = x > 120 ? 44 : 190;
  const cactus = stroke(
    `M${at} ${h}V${h * 0.55}M${at - 16} ${h * 0.64}v14q0 8 16 8M${at + 16} ${h * 0.6}v12q0 8 -16 8`,
    ink.b,
    9,
    'stroke-linecap="round"',
  );
  return (
    circle(x, h * 0.44, dice.between(44, 58), ink.c) +
    mesa(-20, h * 0.56, 110, ink.a) +
    mesa(140, h * 0.5, 130, ink.a) +
    mesa(84, h * 0.68, 66, ink.a) +
    path(`M0 ${h * 0.86}Q70 ${h * 0.78} 130 ${h * 0.86}T240 ${h * 0.82}V${h}H0Z`, ink.b) +
    cactus
  );
};

export const fantasy: Motif = ({ h, ink, dice }) => {
  const x = dice.between(80, 160);
  const roll = dice.between;
  const tower = (left: number, top: number, width: number) =>
    rect(left, top, width, h - top, ink.ground) +
    polygon([left - 4, top, left + width / 2, top - width * 1.7, left + width + 4, top], ink.ground);
  const castle =
    tower(x - 9, h * 0.44, 18) +
    tower(x - 29, h * 0.56, 14) +
    tower(x + 15, h * 0.53, 14) +
    rect(x - 29, h * 0.68, 58, h * 0.3, ink.ground);
  const stars = times(14, () => {
    const [sx, sy, s] = [roll(8, 232), roll(8, h * 0.45), roll(1.5, 4)];
    return path(`M${sx} ${sy - s}L${sx + s * 0.28} ${sy}L${sx} ${sy + s}L${sx - s * 0.28} ${sy}Z`, ink.b);
  });
  return (
    stars +
    circle(x, h * 0.42, 56, ink.b) +
    polygon(ridge(h * 0.6, h, 30, roll), ink.a) +
    polygon(ridge(h * 0.74, h, 22, roll), ink.c) +
    castle +
    path(`M0 ${h * 0.9}Q120 ${h * 0.76} 240 ${h * 0.9}V${h}H0Z`, ink.ground)
  );
};

export const adventure: Motif = ({ h, ink, dice }) => {
  const x = dice.between(60, 180);
  const roll = dice.between;
  if (dice.pick([true, false])) {
    const wave = (y: number, fill: string, shift: number) =>
      path(`M${-40 + shift} ${y}${times(8, () => 'q20 -14 40 0 ')}V${h}H-40Z`, fill);
    const sail =
      polygon([x, h * 0.26, x, h * 0.66, x + 42, h * 0.66], ink.b) +
      polygon([x - 5, h * 0.34, x - 5, h * 0.66, x - 34, h * 0.66], ink.a);
    return (
      circle(x > 120 ? 70 : 170, h * 0.36, 40, ink.c) +
      sail +
      path(`M${x - 44} ${h * 0.7}h92l-18 20h-58Z`, ink.b) +
      wave(h * 0.82, ink.a, 0) +
      wave(h * 0.91, ink.b, -18)
    );
  }
  const trail = `M120 ${h}Q${x + 50} ${h * 0.86} 120 ${h * 0.78}T${x} ${h * 0.66}`;
  return (
    circle(x, h * 0.4, 46, ink.c) +
    polygon(ridge(h * 0.56, h, 34, roll), ink.a, 'opacity=".55"') +
    polygon(ridge(h * 0.68, h, 24, roll), ink.a) +
    path(`M0 ${h * 0.82}Q80 ${h * 0.7} 240 ${h * 0.8}V${h}H0Z`, ink.b) +
    stroke(trail, ink.ground, 5, 'stroke-dasharray="9 7" stroke-linecap="round"')
  );
};

export const drama: Motif = ({ h, ink, dice }) => {
  const scene = dice.pick(['arches', 'horizon', 'window', 'stones', 'stairs']);
  const x = dice.between(80, 160);
  if (scene === 'arches')
    return times(4, (i) => {
      const r = 92 - i * 23;
      return path(
        `M${120 - r} ${h}V${h * 0.5}A${r} ${r} 0 0 1 ${120 + r} ${h * 0.5}V${h}Z`,
        [ink.a, ink.c, ink.b, ink.ground][i] ?? ink.a,
      );
    });
  if (scene === 'horizon') {
    const r = dice.between(48, 64);
    const y = h * 0.58;
    return (
      path(`M${x - r} ${y}A${r} ${r} 0 0 1 ${x + r} ${y}Z`, ink.c) +
      rect(0, y, 240, h - y, ink.a) +
      times(7, (i) => rect(x - r + i * 8.5, y + 8 + i * 11, Math.max(6, (r - i * 8.5) * 2), 4.5, ink.c, 'opacity=".85"'))
    );
  }
  if (scene === 'window') {
    const lit = dice.pick([0, 1, 2, 3, 4, 5, 6, 7, 8]);
    return (
      rect(34, 26, 172, h - 26, ink.b) +
      times(9, (i) =>
        rect(50 + (i % 3) * 50, 42 + Math.floor(i / 3) * 56, 40, 44, i === lit ? ink.c : ink.a, i === lit ? '' : 'opacity=".55"'),
      )
    );
  }
  if (scene === 'stones') {
    const sizes = [66, 50, 37, 24].map((r) => (r * h) / 236);
    let y = h - 8;
    return times(4, (i) => {
      const r = sizes[i] ?? 24;
      y -= r * 0.62;
      const stone = ellipse(120 + dice.between(-9, 9), y, r, r * 0.6, [ink.b, ink.a, ink.c, ink.a][i] ?? ink.a);
      y -= r * 0.5;
      return stone;
    });
  }
  const step = (h - 40) / 6;
  return (
    circle(dice.between(50, 90), 62, 30, ink.c) +
    times(6, (i) => rect(240 - (i + 1) * 36 + 0.5, h - (6 - i) * step, 240, step + 1, i % 2 ? ink.a : ink.b, ''))
  );
};
