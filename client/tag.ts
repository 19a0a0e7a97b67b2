import { sdk } from 'virtual:parts';
import type { SiteId } from '../shared/contract/id.ts';
import type { Command, CommandQueue } from './command.ts';
import type { start } from './session.ts';
import type { Settings } from './settings.ts';

/**
 * The script tag: `<script async src="https://edge/v1/vitrine.js" data-site="demo" data-consent="granted">`.
 * Reads its own attributes, keeps the commands, and loads the session. Whatever fails, the page stays as it is.
 */
const queueLimit = 100;

const script = document.currentScript as HTMLScriptElement | null;
const host = window as unknown as { vitrine?: CommandQueue };

if (script?.dataset.site && !host.vitrine?.loaded) {
  const waiting: Command[] = [];
  let run = (command: Command): void => {
    if (waiting.length < queueLimit) waiting.push(command);
  };
  const vitrine: CommandQueue = (...command) => run(command);
  vitrine.loaded = true;
  // What the page queued before this script, and what a stub that it still holds pushes later.
  for (const command of Array.from(host.vitrine?.q ?? [])) run(Array.from(command) as unknown as Command);
  vitrine.q = Object.assign([], { push: (command: ArrayLike<unknown>) => run(Array.from(command) as unknown as Command) });
  host.vitrine = vitrine;

  const { site, edge, worker, consent } = script.dataset;
  const base = new URL('.', script.src).href;
  const settings: Settings = {
    site: site as SiteId,
    edge: (edge ?? new URL(base).origin).replace(/\/$/, ''),
    base,
    ...(consent === 'granted' || consent === 'denied' ? { consent } : {}),
    ...(worker ? { worker } : {}),
  };
  import(/* @vite-ignore */ base + sdk)
    .then((module: { start: typeof start }) => {
      run = module.start(settings);
      for (const command of waiting) run(command);
    })
    // No session: the page keeps its own children. There is nobody to tell.
    .catch(() => {});
}
