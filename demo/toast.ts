const shownMs = 3200;
let timer = 0;

/** Says something in passing, to eyes and to screen readers. */
export function toast(text: string): void {
  const box = document.querySelector<HTMLElement>('#toast');
  if (!box) return;
  box.textContent = text;
  box.classList.add('is-shown');
  clearTimeout(timer);
  timer = setTimeout(() => box.classList.remove('is-shown'), shownMs);
}
