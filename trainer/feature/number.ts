/** A number as a literal of double precision: without the exponent, engines read decimals of other precision. */
export const real = (x: number): string => {
  const text = String(x);
  const literal = text.includes('e') ? text : `${text}e0`;
  return x < 0 ? `(${literal})` : literal;
};
