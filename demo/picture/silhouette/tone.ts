import { type Colour, css, shade } from '../colour.ts';

/** Flat inks of a product: its own colour in four lights, a wood and a metal beside it. */
export interface Tone {
  readonly main: string;
  readonly dark: string;
  readonly deep: string;
  readonly light: string;
  readonly wood: string;
  readonly metal: string;
  readonly ink: string;
}

/** Draws a product into a box of 200 x 200; it stands on y = 196 or hangs from y = 6. */
export type Silhouette = (tone: Tone) => string;

export function toneOf(colour: Colour): Tone {
  // Light goods are shaded less, dark goods are lit more, so that their forms stay readable.
  const step = colour.l > 0.85 ? 0.07 : 0.09;
  return {
    main: css(colour),
    dark: css(shade(colour, -step)),
    deep: css(shade(colour, -step * 2.2)),
    light: css(shade(colour, colour.l < 0.4 ? 0.16 : 0.1, 0.85)),
    wood: 'oklch(66% .08 65)',
    metal: 'oklch(58% .012 250)',
    ink: 'oklch(26% .015 60)',
  };
}
