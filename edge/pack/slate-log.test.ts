import { expect, it } from 'vitest';
import type { RecommendRequest } from '../../shared/contract/request.ts';
import type { SlateHead } from './head.ts';
import type { Cascade, Columns } from './pack.ts';
import { slateMessage } from './slate-log.ts';

const head = { site: 'shop', slate: 's', surface: 'home', release: 'r', arm: 'a', issuedAtMs: 1 } as unknown as SlateHead;
const request = { rank: 'device', seeds: ['item-3'], device: 'phone', timeZoneMinutes: 60 } as unknown as RecommendRequest;
const cascade = { count: 12, open: { features: { hash: 'h' } } } as Cascade;
const columnsOf = (id: (n: number) => string, servedLength: number): Columns => {
  const n = Array.from({ length: 200 }, (_, i) => i);
  return {
    items: n.map((i) => ({ id: id(i), title: '', categories: [] })) as unknown as Columns['items'],
    scores: n.map((i) => 1 / (i + 3)),
    sources: n.map(() => 63),
    propensities: n.map(() => 1),
    served: 'A'.repeat(servedLength),
  };
};

it('keeps every candidate of an ordinary pack', () => {
  const { record } = slateMessage(
    head,
    cascade,
    columnsOf((i) => `item-${i}`, 13_000),
    request,
    [],
  );
  expect(record.items).toHaveLength(200);
  expect(record.served).toHaveLength(13_000);
  expect(record).toMatchObject({ device: 'phone', timeZoneMinutes: 60, seeds: ['item-3'], issuedAtMs: 1 });
});

it('stays under the queue’s 128 KB with the longest ids and many features, keeping what is shown', () => {
  for (const servedLength of [50_000, 110_000, 300_000]) {
    const message = slateMessage(
      head,
      cascade,
      columnsOf((i) => `${i}`.padEnd(128, '語'), servedLength),
      request,
      [],
    );
    expect(new TextEncoder().encode(JSON.stringify(message)).length).toBeLessThan(128_000);
    expect(message.record.items).toHaveLength(12);
    expect(message.record.scores).toHaveLength(12);
  }
});
