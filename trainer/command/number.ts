import { InvalidArgumentError } from 'commander';

/** Parser of an option that is a whole number, `least` or more. */
export const whole = (least: number) => (text: string) => {
  const value = Number(text);
  if (!Number.isInteger(value) || value < least) throw new InvalidArgumentError(`Expected a whole number from ${least} on.`);
  return value;
};

/** Parser of an option that is a finite number above 0. */
export const positive = (text: string): number => {
  const value = Number(text);
  if (!(value > 0 && value < Number.POSITIVE_INFINITY)) throw new InvalidArgumentError('Expected a number above 0.');
  return value;
};

/** Parser of an option that is a number from 0 to 1. */
export const share = (text: string): number => {
  const value = Number(text);
  if (!(value >= 0 && value <= 1)) throw new InvalidArgumentError('Expected a number from 0 to 1.');
  return value;
};

/** Parser of an option that is a finite number. */
export const finite = (text: string): number => {
  const value = Number(text);
  if (text.trim() === '' || !Number.isFinite(value)) throw new InvalidArgumentError('Expected a number.');
  return value;
};
