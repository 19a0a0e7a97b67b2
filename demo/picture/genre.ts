import type { Lettering } from './lettering.ts';
import { letterings } from './lettering.ts';

/** Flat inks of a poster: the paper, three shapes, and the lettering. */
export interface Palette {
  readonly ground: string;
  readonly a: string;
  readonly b: string;
  readonly c: string;
}

export interface GenreStyle {
  readonly palettes: readonly [Palette, ...Palette[]];
  readonly letterings: readonly [Lettering, ...Lettering[]];
}

const inks = (ground: string, a: string, b: string, c: string): Palette => ({ ground, a, b, c });
const { book, grotesk, shout, credit, typed } = letterings;

/** Most distinctive first: a film that is both a western and a drama looks like a western. */
const styles: Readonly<Record<string, GenreStyle>> = {
  'film-noir': {
    palettes: [inks('#131313', '#e9e4d6', '#6f6a60', '#c8a24a'), inks('#1a1c20', '#d5dbe0', '#59636d', '#b8434a')],
    letterings: [typed, book],
  },
  western: {
    palettes: [
      inks('#e9b872', '#b5482a', '#5f2216', '#f6e3b4'),
      inks('#d9c7a3', '#a8562f', '#3c2a21', '#e8833a'),
      inks('#f0d9a8', '#c9622e', '#6d281b', '#2f4a57'),
    ],
    letterings: [shout, book],
  },
  horror: {
    palettes: [
      inks('#120f0f', '#c11824', '#efe6d8', '#3a1113'),
      inks('#161a14', '#9dbf43', '#e9efcf', '#2f4123'),
      inks('#1a0f17', '#dd3a54', '#f4d9cf', '#4a172e'),
    ],
    letterings: [shout, typed],
  },
  'sci-fi': {
    palettes: [
      inks('#10132b', '#e8573f', '#f3c98b', '#4a5fc1'),
      inks('#0c2330', '#3fb8af', '#f2ead3', '#ef6f4e'),
      inks('#1d1238', '#b76df2', '#f5d6ff', '#ff8a5b'),
    ],
    letterings: [credit, grotesk],
  },
  war: {
    palettes: [
      inks('#53563a', '#d8cfa6', '#2a2b1f', '#c9553f'),
      inks('#363e3b', '#c9c1a5', '#1c201e', '#d07a2d'),
      inks('#c3b283', '#4a4a33', '#262619', '#9c2f23'),
    ],
    letterings: [shout],
  },
  musical: {
    palettes: [
      inks('#f2b632', '#d7263d', '#1b1b3a', '#fff3d6'),
      inks('#f0a08f', '#2b2d6e', '#8f2745', '#fff6ec'),
      inks('#1d2a57', '#f59f3d', '#ef476f', '#f7ead3'),
    ],
    letterings: [book, grotesk],
  },
  animation: {
    palettes: [
      inks('#8ed6cf', '#ffd166', '#ef476f', '#073b4c'),
      inks('#ffbe5c', '#e4519a', '#2d4fa2', '#fff1d0'),
      inks('#2a2f6d', '#ffde7a', '#ff7f6a', '#8c96f5'),
    ],
    letterings: [grotesk],
  },
  children: {
    palettes: [
      inks('#fbe7b2', '#ee5a4f', '#2e86ab', '#3a7d44'),
      inks('#bfe3f0', '#f6ae2d', '#f26419', '#2f4858'),
      inks('#f7cfd8', '#4a7fb0', '#f2b134', '#3b5249'),
    ],
    letterings: [grotesk, book],
  },
  documentary: {
    palettes: [
      inks('#e7e2d6', '#2f4858', '#86a59c', '#c8553d'),
      inks('#20323a', '#d9e3dc', '#7fa99b', '#e9a84c'),
      inks('#d8dfe3', '#33475b', '#8499a8', '#b9542b'),
    ],
    letterings: [typed, credit],
  },
  fantasy: {
    palettes: [
      inks('#241b47', '#8f6bd8', '#f4d58d', '#3f2f78'),
      inks('#123c3a', '#4fa095', '#f3e3b3', '#1c5652'),
      inks('#3b1f4b', '#d789b5', '#f7dfba', '#5f3372'),
    ],
    letterings: [book],
  },
  mystery: {
    palettes: [
      inks('#14213d', '#e5b25d', '#f4ecd8', '#2b3f6b'),
      inks('#2a1a2e', '#d9734e', '#f0dcc2', '#4b2f52'),
      inks('#0f2f2e', '#c9b458', '#e9ead6', '#1f4f4c'),
    ],
    letterings: [book, typed],
  },
  romance: {
    palettes: [
      inks('#f6d4c8', '#d1495b', '#8c2f4f', '#fff3ea'),
      inks('#f3e0d2', '#e07a5f', '#7d4f6a', '#fff8f0'),
      inks('#442340', '#ef8a8a', '#f6c6a8', '#723a5f'),
    ],
    letterings: [book],
  },
  crime: {
    palettes: [
      inks('#e8e2d4', '#c2272d', '#171717', '#8d8778'),
      inks('#1c1f26', '#e2a72e', '#ece7da', '#444b57'),
      inks('#d9d2c1', '#20304a', '#b33a2b', '#7b7566'),
    ],
    letterings: [shout, grotesk],
  },
  thriller: {
    palettes: [
      inks('#e4572e', '#17181c', '#f5e9d6', '#b83a16'),
      inks('#101820', '#f2aa4c', '#e9e4d8', '#33414e'),
      inks('#b40d25', '#0f0f12', '#f4ead9', '#7d0a1d'),
    ],
    letterings: [shout, grotesk],
  },
  adventure: {
    palettes: [
      inks('#f3d9a4', '#2f6f6d', '#1e3f45', '#e2703a'),
      inks('#bfe0dc', '#2a7f86', '#174a57', '#f29e4c'),
      inks('#f6c99f', '#c75146', '#5b2333', '#f7ede2'),
    ],
    letterings: [book, shout],
  },
  action: {
    palettes: [
      inks('#f2c230', '#d7261e', '#161616', '#fbf1d5'),
      inks('#c92a1b', '#f8b500', '#1b1212', '#fde8c9'),
      inks('#13293d', '#f4743b', '#e9d8a6', '#3e92cc'),
    ],
    letterings: [shout],
  },
  comedy: {
    palettes: [
      inks('#ffd447', '#ef5b5b', '#20639b', '#fffaf0'),
      inks('#f7a9a0', '#2d3a8c', '#ffdf6b', '#fff6ea'),
      inks('#8ed1c2', '#f2545b', '#19323c', '#fff4dc'),
      inks('#f4ead7', '#e8743b', '#2f5d50', '#f3b73e'),
    ],
    letterings: [grotesk, book],
  },
  drama: {
    palettes: [
      inks('#e6dccb', '#a4452c', '#2b3a42', '#d9a441'),
      inks('#2e3a4a', '#d98e5f', '#efe3d0', '#54677d'),
      inks('#cfd6d0', '#4c6b62', '#22332f', '#c97b4a'),
      inks('#4a2f33', '#d9a47a', '#f1e3d3', '#7c5454'),
      inks('#d8c4b6', '#6d5a72', '#33293b', '#c7643f'),
    ],
    letterings: [book, credit, grotesk],
  },
};

const plain: GenreStyle = {
  palettes: [inks('#ddd8cd', '#5a6a7a', '#2a323b', '#c9803d'), inks('#2d3338', '#b9c2b6', '#ece6d8', '#d0704a')],
  letterings: [grotesk, book],
};

/** The film's known genres, lower case, the most distinctive first; `plain` when none is known. */
export function genresByLook(categories: readonly string[]): [string, ...string[]] {
  const own = new Set(categories.map((category) => category.trim().toLowerCase()));
  const [first = 'plain', ...rest] = Object.keys(styles).filter((genre) => own.has(genre));
  return [first, ...rest];
}

export const genreStyle = (genre: string): GenreStyle => styles[genre] ?? plain;

/** Black or white lettering for a `#rrggbb` ground, whichever has the higher contrast (WCAG relative luminance, threshold 0.179). */
export function lettersOn(ground: string): string {
  const channel = (at: number) => {
    const value = Number.parseInt(ground.slice(at, at + 2), 16) / 255;
    return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
  };
  const luminance = 0.2126 * channel(1) + 0.7152 * channel(3) + 0.0722 * channel(5);
  return luminance > 0.179 ? '#16130f' : '#fbf6ea';
}
