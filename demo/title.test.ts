import { expect, test } from 'vitest';
import { readTitle } from './title.ts';

test.each([
  ['Matrix, The (1999)', 'The Matrix', '1999'],
  ["Bug's Life, A (1998)", "A Bug's Life", '1998'],
  ['City of Lost Children, The (Cité des enfants perdus, La) (1995)', 'The City of Lost Children', '1995'],
  ["Avventura, L' (Adventure, The) (1960)", "L'Avventura", '1960'],
  ['Seven (a.k.a. Se7en) (1995)', 'Seven', '1995'],
  ['Eat, Pray, Love (2010)', 'Eat, Pray, Love', '2010'],
  ['2001: A Space Odyssey (1968)', '2001: A Space Odyssey', '1968'],
  ['(500) Days of Summer (2009)', '(500) Days of Summer', '2009'],
  ['Fawlty Towers (1975-1979)', 'Fawlty Towers', '1975'],
  ['Slate Blue Mug (2-pack)', 'Slate Blue Mug (2-pack)', undefined],
  ['Table, The Round One', 'Table, The Round One', undefined],
])('%s', (title, name, year) => {
  expect(readTitle(title)).toEqual(year === undefined ? { name } : { name, year });
});
