import { expect, test } from 'vitest';
import { describeFailure, Failure, failureCodes, toFailure } from './failure.ts';

test('a system error says which path and what is wrong with it', () => {
  const error = Object.assign(new Error('EACCES: permission denied, mkdir'), { code: 'EACCES', path: '/root/x' });
  expect(toFailure(error)).toMatchObject({ code: 'bad-input', message: '/root/x: permission denied' });
});

test('a Failure of another copy of this module stays one', () => {
  const foreign = Object.assign(new Error('no'), { name: 'Failure', code: 'gate', hint: 'train longer' });
  expect(toFailure(foreign)).toBe(foreign);
  expect(describeFailure(toFailure(foreign))).toBe('error: no\n  train longer');
});

test('anything else is a plain failure with its name', () => {
  expect(toFailure(new RangeError('too far'))).toMatchObject({ code: 'failed', message: 'RangeError: too far' });
  expect(toFailure('text')).toMatchObject({ code: 'failed', message: 'text' });
  expect(failureCodes[new Failure('usage', 'x').code]).toBe(2);
});
