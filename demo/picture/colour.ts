/** A colour in OKLCH: lightness in [0, 1], chroma, hue in degrees (CSS Color 4, section 9). */
export interface Colour {
  readonly l: number;
  readonly c: number;
  readonly h: number;
}

const of = (l: number, c: number, h: number): Colour => ({ l, c, h });

/** Colour words of shops. Two-word names first, so that "slate blue" is not blue. */
const words: readonly (readonly [string, Colour])[] = [
  ['slate blue', of(0.55, 0.08, 262)],
  ['sky blue', of(0.77, 0.09, 235)],
  ['oatmeal', of(0.86, 0.03, 82)],
  ['dusty rose', of(0.74, 0.06, 12)],
  ['cast iron', of(0.33, 0.006, 260)],
  ['carbon steel', of(0.4, 0.012, 255)],
  ['gold plated', of(0.77, 0.12, 88)],
  ['off white', of(0.95, 0.012, 90)],
  ['forest green', of(0.42, 0.08, 150)],
  ['dusty pink', of(0.76, 0.06, 15)],
  ['burnt orange', of(0.62, 0.15, 48)],
  ['midnight', of(0.28, 0.06, 270)],
  ['navy', of(0.33, 0.08, 262)],
  ['indigo', of(0.42, 0.13, 278)],
  ['slate', of(0.5, 0.03, 250)],
  ['denim', of(0.5, 0.08, 255)],
  ['teal', of(0.55, 0.09, 195)],
  ['turquoise', of(0.72, 0.11, 190)],
  ['aqua', of(0.8, 0.09, 200)],
  ['cyan', of(0.75, 0.11, 215)],
  ['petrol', of(0.42, 0.07, 215)],
  ['azure', of(0.66, 0.13, 245)],
  ['cobalt', of(0.45, 0.17, 262)],
  ['blue', of(0.55, 0.14, 255)],
  ['sage', of(0.71, 0.045, 145)],
  ['olive', of(0.55, 0.08, 112)],
  ['moss', of(0.52, 0.08, 125)],
  ['mint', of(0.86, 0.07, 165)],
  ['emerald', of(0.58, 0.13, 160)],
  ['forest', of(0.42, 0.08, 150)],
  ['lime', of(0.83, 0.17, 125)],
  ['jade', of(0.63, 0.1, 165)],
  ['green', of(0.58, 0.13, 148)],
  ['khaki', of(0.68, 0.06, 105)],
  ['mustard', of(0.74, 0.14, 85)],
  ['ochre', of(0.68, 0.13, 75)],
  ['amber', of(0.76, 0.15, 70)],
  ['honey', of(0.77, 0.13, 78)],
  ['gold', of(0.76, 0.12, 88)],
  ['brass', of(0.68, 0.09, 85)],
  ['lemon', of(0.9, 0.14, 105)],
  ['yellow', of(0.86, 0.16, 95)],
  ['saffron', of(0.78, 0.16, 75)],
  ['apricot', of(0.82, 0.09, 62)],
  ['peach', of(0.85, 0.07, 50)],
  ['orange', of(0.7, 0.16, 55)],
  ['terracotta', of(0.6, 0.12, 42)],
  ['rust', of(0.53, 0.13, 40)],
  ['copper', of(0.6, 0.1, 50)],
  ['cinnamon', of(0.55, 0.1, 50)],
  ['coral', of(0.7, 0.14, 30)],
  ['salmon', of(0.75, 0.11, 28)],
  ['scarlet', of(0.56, 0.2, 28)],
  ['crimson', of(0.5, 0.19, 20)],
  ['ruby', of(0.46, 0.17, 15)],
  ['red', of(0.56, 0.19, 26)],
  ['burgundy', of(0.38, 0.1, 15)],
  ['wine', of(0.38, 0.1, 10)],
  ['maroon', of(0.36, 0.1, 22)],
  ['rose', of(0.73, 0.1, 8)],
  ['blush', of(0.85, 0.05, 20)],
  ['pink', of(0.78, 0.11, 0)],
  ['magenta', of(0.58, 0.2, 345)],
  ['fuchsia', of(0.62, 0.2, 340)],
  ['plum', of(0.42, 0.11, 335)],
  ['berry', of(0.45, 0.14, 355)],
  ['mauve', of(0.68, 0.06, 325)],
  ['lavender', of(0.78, 0.07, 300)],
  ['lilac', of(0.78, 0.08, 310)],
  ['violet', of(0.52, 0.16, 295)],
  ['purple', of(0.48, 0.15, 305)],
  ['aubergine', of(0.33, 0.08, 330)],
  ['cream', of(0.94, 0.03, 90)],
  ['ivory', of(0.95, 0.02, 95)],
  ['linen', of(0.91, 0.022, 80)],
  ['oat', of(0.87, 0.03, 80)],
  ['sand', of(0.83, 0.045, 80)],
  ['beige', of(0.85, 0.035, 80)],
  ['stone', of(0.74, 0.02, 80)],
  ['taupe', of(0.6, 0.025, 60)],
  ['camel', of(0.68, 0.08, 68)],
  ['tan', of(0.72, 0.07, 68)],
  ['caramel', of(0.62, 0.1, 62)],
  ['cognac', of(0.5, 0.1, 50)],
  ['oak', of(0.72, 0.07, 72)],
  ['walnut', of(0.43, 0.055, 52)],
  ['chocolate', of(0.36, 0.05, 45)],
  ['espresso', of(0.3, 0.035, 45)],
  ['brown', of(0.45, 0.07, 50)],
  ['charcoal', of(0.34, 0.01, 260)],
  ['graphite', of(0.38, 0.008, 260)],
  ['anthracite', of(0.32, 0.01, 250)],
  ['silver', of(0.82, 0.006, 250)],
  ['grey', of(0.62, 0.006, 250)],
  ['gray', of(0.62, 0.006, 250)],
  ['black', of(0.25, 0.008, 270)],
  ['white', of(0.96, 0.006, 90)],
  ['pearl', of(0.93, 0.012, 70)],
  ['steel', of(0.68, 0.012, 245)],
  ['titanium', of(0.56, 0.012, 70)],
  ['glass', of(0.84, 0.03, 205)],
  ['ceramic', of(0.9, 0.018, 80)],
  ['enamel', of(0.48, 0.1, 250)],
  ['enamelled', of(0.5, 0.13, 30)],
  ['leather', of(0.5, 0.09, 52)],
  ['natural', of(0.84, 0.04, 78)],
];
const patterns = words.map(([word, colour]) => [new RegExp(`\\b${word.replace(' ', '[ -]')}\\b`, 'i'), colour] as const);

/** The colour a text names, or undefined. What follows the last comma counts first: "Copper kettle, sage" is sage. */
export function namedColour(text: string): Colour | undefined {
  const after = text.slice(text.lastIndexOf(',') + 1);
  return (patterns.find(([pattern]) => pattern.test(after)) ?? patterns.find(([pattern]) => pattern.test(text)))?.[1];
}

/** Colours for goods that name none. */
export const house: readonly [Colour, ...Colour[]] = [
  of(0.6, 0.12, 42),
  of(0.55, 0.08, 262),
  of(0.62, 0.08, 160),
  of(0.74, 0.13, 85),
  of(0.45, 0.07, 215),
  of(0.7, 0.1, 20),
  of(0.5, 0.1, 300),
  of(0.42, 0.08, 150),
  of(0.68, 0.08, 68),
  of(0.36, 0.03, 260),
];

const clamp = (value: number) => Math.min(0.99, Math.max(0.08, value));

/** The colour made lighter or darker, and its chroma scaled. */
export const shade = (colour: Colour, lightness: number, chroma = 1): Colour => ({
  l: clamp(colour.l + lightness),
  c: colour.c * chroma,
  h: colour.h,
});

export const css = ({ l, c, h }: Colour): string => `oklch(${(l * 100).toFixed(1)}% ${c.toFixed(3)} ${h.toFixed(0)})`;
