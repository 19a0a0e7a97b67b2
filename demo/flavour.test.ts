import { expect, test } from 'vitest';
import type { ItemId } from '../shared/contract/id.ts';
import { flavourOf } from './flavour.ts';

test('goods have prices, films do not', () => {
  const film = { id: '1' as ItemId, title: 'Toy Story (1995)', categories: ['Comedy'] };
  expect(flavourOf([film])).toBe('films');
  expect(flavourOf([film, { ...film, price: 0 }])).toBe('shop');
});
