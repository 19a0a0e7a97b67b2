import type { Palette } from '../genre.ts';
import type { Dice } from '../seed.ts';

/** Draws the art of a poster into a box of 240 x `h` units (h between 190 and 260), over the palette's ground. */
export interface Canvas {
  readonly h: number;
  readonly ink: Palette;
  readonly dice: Dice;
}
export type Motif = (canvas: Canvas) => string;
