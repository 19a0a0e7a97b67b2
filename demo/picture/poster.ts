import { readTitle } from '../title.ts';
import { genreStyle, genresByLook, lettersOn } from './genre.ts';
import { setTitle, titleHeight, titleText } from './lettering.ts';
import { crime, war } from './motif/conflict.ts';
import { action, documentary, plain, romance, thriller } from './motif/geometry.ts';
import { adventure, drama, fantasy, scienceFiction, western } from './motif/landscape.ts';
import type { Motif } from './motif/motif.ts';
import { animation, children, comedy, musical } from './motif/play.ts';
import { horror, mystery, noir } from './motif/shadow.ts';
import { createDice, hash32 } from './seed.ts';
import { rect } from './shape.ts';
import type { Subject } from './subject.ts';

const motifs: Readonly<Record<string, Motif>> = {
  action,
  adventure,
  animation,
  children,
  comedy,
  crime,
  documentary,
  drama,
  fantasy,
  horror,
  musical,
  mystery,
  romance,
  thriller,
  war,
  western,
  'film-noir': noir,
  'sci-fi': scienceFiction,
};

const width = 240;
const height = 320;
const margin = 18;

/** The poster of a film as SVG text, 240 x 320 units: art and inks by its genres, composition by its id and title. */
export function posterSvg(film: Subject): string {
  const genres = genresByLook(film.categories);
  const dice = createDice(hash32(`${film.id} ${film.title}`));
  // The most distinctive genre gives the art two times in three, any of its genres the inks: films of one genre are kin, not copies.
  const genre = dice.pick([genres[0], genres[0], genres[1] ?? genres[0]]);
  const style = genreStyle(genre);
  const ink = dice.pick(genreStyle(dice.pick(genres)).palettes);
  const lettering = dice.pick(style.letterings);
  const { name, year } = readTitle(film.title);
  const set = setTitle(name, lettering, width - 2 * margin);
  const band = Math.round(Math.max(84, titleHeight(set) + 46));
  const h = height - band;
  const art = (motifs[genre] ?? plain)({ h, ink, dice });
  const letters = lettersOn(ink.ground);
  const top = dice.between(0, 1) < 0.28;
  const [artY, textY] = top ? [band, margin + 2] : [0, h + 16];
  const yearY = textY + titleHeight(set) + 15;
  const credit = year
    ? `<text x="${margin}" y="${yearY.toFixed(1)}" font-family="${lettering.family}" font-size="13" font-weight="600" letter-spacing="1" fill="${letters}" opacity=".72">${year}</text>`
    : '';
  return (
    `<svg viewBox="0 0 ${width} ${height}" aria-hidden="true" focusable="false">${rect(0, 0, width, height, ink.ground)}` +
    `<svg x="0" y="${artY.toFixed(1)}" width="${width}" height="${h.toFixed(1)}" viewBox="0 0 ${width} ${h.toFixed(1)}" overflow="hidden">${art}</svg>` +
    `${titleText(set, lettering, margin, textY, letters)}${credit}</svg>`
  );
}
