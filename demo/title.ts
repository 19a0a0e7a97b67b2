/** A title as people say it. */
export interface TitleParts {
  readonly name: string;
  /** Four digits, where the title ends with a year in parentheses (films). */
  readonly year?: string;
}

const article = /^(.*), (The|An?|L[eao]s?|L'|Il|El|D[aei][rse]|Une?|Den|Det)$/i;

/**
 * "Matrix, The (1999)" -> The Matrix, 1999. A title without a year is left as it is; with a year, alternative titles in
 * parentheses are dropped: "Leon: The Professional (a.k.a. The Professional) (Léon) (1994)" -> Leon: The Professional, 1994.
 */
export function readTitle(title: string): TitleParts {
  const dated = /^(.*\S)\s*\((\d{4})(?:[–-]\d{0,4})?\)\s*$/.exec(title);
  if (!dated) return { name: title.trim() };
  const [, full = title, year = ''] = dated;
  const bare = full.replace(/(?:\s*\([^()]*\))+$/, '') || full;
  const inverted = article.exec(bare);
  if (!inverted) return { name: bare, year };
  const [, rest = '', first = ''] = inverted;
  return { name: first.endsWith("'") ? `${first}${rest}` : `${first} ${rest}`, year };
}
