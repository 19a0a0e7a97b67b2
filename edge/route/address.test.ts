import { expect, it } from 'vitest';
import { visitorAddress } from './address.ts';

const of = (address: string) => visitorAddress(new Request('https://edge.test', { headers: { 'cf-connecting-ip': address } }));

it('is an IPv4 address, or the /64 of an IPv6 one however it is written', () => {
  expect(of('203.0.113.7')).toBe('203.0.113.7');
  expect(visitorAddress(new Request('https://edge.test'))).toBe('');
  for (const same of ['2001:db8::1', '2001:db8:0:0:ffff::', '2001:DB8:0000:0:1:2:3:4', '2001:db8::9:8:7:6'])
    expect(of(same)).toBe('2001:db8:0:0::/64');
  expect(of('::1')).toBe('0:0:0:0::/64');
  expect(of('2001:db8:0:1::1')).not.toBe(of('2001:db8::1'));
});
