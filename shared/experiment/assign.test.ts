import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { ReleaseId } from '../contract/id.ts';
import type { Arm } from '../contract/traffic.ts';
import { assign } from './assign.ts';
import { murmur3 } from './murmur3.ts';

const arm = (name: string, weight: number, mode: Arm['mode'] = 'live'): Arm => ({
  name,
  weight,
  mode,
  release: 'r' as ReleaseId,
});
const units = Array.from({ length: 20_000 }, (_, i) => `visitor-${i}`);

test('murmur3 gives the published values', () => {
  // Vectors of Appleby's SMHasher as collected by Stack Overflow question 14747343.
  expect(murmur3('', 0)).toBe(0);
  expect(murmur3('', 1)).toBe(0x514e28b7);
  expect(murmur3('', 0xffffffff)).toBe(0x81f16f39);
  expect(murmur3('test', 0)).toBe(0xba6bd213);
  expect(murmur3('Hello, world!', 0)).toBe(0xc0363e43);
  expect(murmur3('The quick brown fox jumps over the lazy dog', 0)).toBe(0x2e4ff723);
  expect(murmur3('ππππππππ', 0x9747b28c)).toBe(0xd58063c1);
});

test('shares follow the weights: chi-square of 20,000 visitors below its 99.9 % point', () => {
  const arms = [arm('a', 6), arm('b', 3), arm('c', 1)];
  for (const salt of ['s1', 's2', 's3', 's4']) {
    const counts = new Map<string, number>();
    for (const unit of units) {
      const { name } = assign({ salt, arms }, unit);
      counts.set(name, (counts.get(name) ?? 0) + 1);
    }
    const chiSquare = arms.reduce((sum, { name, weight }) => {
      const expected = (units.length * weight) / 10;
      return sum + ((counts.get(name) ?? 0) - expected) ** 2 / expected;
    }, 0);
    // 2 degrees of freedom.
    expect(chiSquare).toBeLessThan(13.82);
  }
});

test('two salts assign independently: chi-square of the 2 x 2 table below its 99.9 % point', () => {
  const arms = [arm('a', 1), arm('b', 1)];
  const cells = new Map<string, number>();
  for (const unit of units) {
    const cell = assign({ salt: 'one', arms }, unit).name + assign({ salt: 'two', arms }, unit).name;
    cells.set(cell, (cells.get(cell) ?? 0) + 1);
  }
  const chiSquare = ['aa', 'ab', 'ba', 'bb'].reduce((sum, cell) => sum + ((cells.get(cell) ?? 0) - 5000) ** 2 / 5000, 0);
  expect(chiSquare).toBeLessThan(16.27);
});

test('shadow and off arms never get a visitor, wherever they stand', () => {
  const arms = [arm('off', 9, 'off'), arm('a', 1), arm('shadow', 9, 'shadow'), arm('b', 1), arm('last', 9, 'off')];
  fc.assert(
    fc.property(fc.string(), fc.string(), (salt, unit) => {
      expect(['a', 'b']).toContain(assign({ salt, arms }, unit).name);
      // And they do not move anybody.
      expect(assign({ salt, arms }, unit)).toEqual(assign({ salt, arms: [arm('a', 1), arm('b', 1)] }, unit));
    }),
  );
});

test('a growing canary takes visitors from the control and gives none back', () => {
  const plan = (share: number) => ({ salt: 's', arms: [arm('control', 1 - share), arm('canary', share)] });
  for (const unit of units.slice(0, 2000))
    if (assign(plan(0.05), unit).name === 'canary') expect(assign(plan(0.2), unit).name).toBe('canary');
});

test('a plan without a live arm is an error', () => {
  expect(() => assign({ salt: 's', arms: [arm('a', 1, 'off')] }, 'u')).toThrow(/no live arm/);
  expect(() => assign({ salt: 's', arms: [] }, 'u')).toThrow(RangeError);
});
