import { InvalidArgumentError } from 'commander';

/** Parser of an option that is a whole number, `least` or more. */
export const whole = (least: number) => (text: string) => {
  const value = Number(text);
  if (!Number.isInteger(value) || value < least) throw new InvalidArgumentError(`Expected a whole number from ${least} on.`);
  return value;
};
