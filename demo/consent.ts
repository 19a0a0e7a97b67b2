import { vitrine } from './command.ts';
import { forgetDeeds } from './journal.ts';
import type { Navigation } from './navigation.ts';
import { part } from './part.ts';
import { toast } from './toast.ts';

const notes = {
  on: 'Your profile stays in this browser; clicks are sent under a pseudonym.',
  off: 'Nothing is stored here, and nothing about you is sent.',
} as const;

/** The switch "Personalise on this device", and "Forget me". A refusal is kept in the address, because keeping it elsewhere would be storing. */
export function startConsent(navigation: Navigation): void {
  const box = part(document, '#consent', HTMLInputElement);
  const note = part(document, '#consent-note', HTMLElement);
  const show = (granted: boolean) => {
    box.checked = granted;
    note.textContent = granted ? notes.on : notes.off;
  };
  const tag = document.querySelector<HTMLElement>('script[data-site]');
  const refused = navigation.flags.private;
  if (refused) vitrine('consent', 'denied');
  show(tag?.dataset.consent === 'granted' && !refused);

  box.addEventListener('change', () => {
    vitrine('consent', box.checked ? 'granted' : 'denied');
    if (!box.checked) forgetDeeds();
    navigation.flag({ private: !box.checked });
    show(box.checked);
  });
  part(document, '#forget', HTMLButtonElement).addEventListener('click', () => {
    vitrine('forget');
    forgetDeeds();
    toast('Forgotten. This browser starts anew.');
  });
  box.form?.addEventListener('submit', (event) => event.preventDefault());
}
