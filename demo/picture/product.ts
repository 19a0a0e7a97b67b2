import { type Colour, css, house, namedColour } from './colour.ts';
import { createDice, type Dice, hash32 } from './seed.ts';
import { circle, ellipse, group, path, rect } from './shape.ts';
import { silhouetteOf } from './silhouette/silhouette.ts';
import { toneOf } from './silhouette/tone.ts';
import type { Subject } from './subject.ts';

export interface Product extends Subject {
  readonly brand?: string;
}

/** A fill that follows the colour scheme, with the light one where light-dark() is unknown. */
const both = (light: Colour, dark: Colour) => `${css(light)}" style="fill:light-dark(${css(light)},${css(dark)})`;

/** A neighbour of a colour, so that goods of no named colour are not all alike. */
const varied = ({ l, c, h }: Colour, dice: Dice): Colour => ({
  l: l + dice.between(-0.05, 0.05),
  c,
  h: h + dice.between(-12, 12),
});

/** A product in its display case as SVG text, 240 x 320 units: colour words of the title decide its colour, the brand its stage. */
export function productSvg(product: Product): string {
  const dice = createDice(hash32(`${product.id} ${product.title}`));
  const own = namedColour(product.title) ?? varied(dice.pick(house), dice);
  const stage = createDice(hash32(product.brand ?? product.categories[0] ?? product.title));
  const hue = own.c < 0.03 ? stage.between(30, 110) : own.h + stage.pick([0, 0, 35, -35, 180]);
  // Pale goods stand before a deeper wall, so that they have an edge.
  const pale = own.l > 0.84;
  const wall = both({ l: pale ? 0.83 : 0.945, c: pale ? 0.045 : 0.018, h: hue }, { l: 0.3, c: 0.018, h: hue });
  const shape = both({ l: pale ? 0.765 : 0.895, c: pale ? 0.06 : 0.038, h: hue }, { l: 0.37, c: 0.03, h: hue });
  const plinth = both({ l: pale ? 0.9 : 0.985, c: 0.01, h: hue }, { l: 0.46, c: 0.02, h: hue });
  const side = both({ l: pale ? 0.72 : 0.86, c: 0.022, h: hue }, { l: 0.25, c: 0.02, h: hue });
  const backdrop = stage.pick([
    circle(120, 150, 96, shape),
    path('M36 320V130a84 84 0 0 1 168 0V320Z', shape),
    rect(40, 34, 160, 226, shape, 'rx="6"'),
    path('M0 320V150Q60 40 240 90V320Z', shape),
  ]);
  const stand = stage.pick([
    rect(34, 256, 172, 64, side) + ellipse(120, 256, 86, 13, plinth),
    rect(24, 252, 192, 68, side) + rect(18, 246, 204, 13, plinth, 'rx="2"'),
    rect(0, 258, 240, 62, side) + rect(0, 250, 240, 10, plinth),
  ]);
  return (
    `<svg viewBox="0 0 240 320" aria-hidden="true" focusable="false">${rect(0, 0, 240, 320, wall)}${backdrop}${stand}` +
    `${ellipse(120, 254, 66, 6, 'oklch(20% .02 60)', 'opacity=".2"')}${group('translate(26 70) scale(.94)', silhouetteOf(product)(toneOf(own)))}</svg>`
  );
}
