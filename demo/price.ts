const formats = new Map<string, Intl.NumberFormat>();

/** "€1,240", "€49.90": cents only where there are any. Empty for what is no price. */
export function formatPrice(price: number, currency = 'EUR', locale = 'en-IE'): string {
  if (!Number.isFinite(price)) return '';
  const key = `${locale} ${currency}`;
  let format = formats.get(key);
  if (!format) {
    format = new Intl.NumberFormat(locale, { style: 'currency', currency, trailingZeroDisplay: 'stripIfInteger' });
    formats.set(key, format);
  }
  return format.format(price);
}
