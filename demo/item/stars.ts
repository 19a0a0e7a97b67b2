import { make } from '../part.ts';

/** Five radio buttons that look like stars: keyboard, touch and screen reader as the browser does them. */
export function stars(rate: (value: number) => void): HTMLElement[] {
  const box = make('div', { class: 'stars-row' });
  for (let value = 1; value <= 5; value++) {
    const input = make('input', { type: 'radio', name: 'rating', value: String(value) });
    input.addEventListener('change', () => {
      for (const other of box.querySelectorAll<HTMLElement>('label'))
        other.classList.toggle('is-lit', Number(other.dataset.value) <= value);
      rate(value);
    });
    const label = make(
      'label',
      { 'data-value': String(value) },
      input,
      make('span', { class: 'visually-hidden' }, `${value} ${value === 1 ? 'star' : 'stars'}`),
    );
    box.append(label);
  }
  return [box];
}
