import type { UserKey } from '../../shared/contract/id.ts';
import type { Settings } from '../settings.ts';
import { isPassing, retryDelayMs } from './delay.ts';
import { Owed } from './owed.ts';
import { postSimple } from './post.ts';

let owed: Owed | undefined;
let isRunning = false;

/** Tells the edge whom to forget, the wished and whom earlier pages owe, again and again until it has said that it did, or that it never will (it has no such site). Never rejects. */
export async function forgetAtEdge(settings: Settings, wish?: UserKey): Promise<void> {
  owed ??= new Owed(settings.site);
  if (wish) owed.add(wish);
  if (isRunning) return;
  isRunning = true;
  let failures = 0;
  for (let [user] = owed.users; user; [user] = owed.users) {
    const { status, retryAfter } = await postSimple(settings, 'forget', JSON.stringify({ user }), true);
    if (isPassing(status)) {
      const ms = retryDelayMs(++failures, retryAfter, Date.now(), Math.random());
      await new Promise((resolve) => setTimeout(resolve, ms));
    } else {
      failures = 0;
      owed.settle(user);
    }
  }
  isRunning = false;
}
