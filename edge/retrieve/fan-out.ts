import type { Degraded } from '../../shared/contract/pack.ts';
import type { SourceName } from '../../shared/contract/surface.ts';
import type { BlendInput } from '../../shared/retrieval/blend.ts';
import type { Retrieved } from '../../shared/retrieval/retrieved.ts';
import { within } from '../deadline.ts';

/** One source of a surface, ready to be asked. `retrieve` may answer at once or later. */
export interface AskedSource {
  readonly source: SourceName;
  readonly weight: number;
  readonly retrieve: () => Retrieved | Promise<Retrieved>;
}

export interface FanOut {
  /** Of the sources that answered, in the order asked. */
  readonly lists: readonly BlendInput[];
  readonly degraded: readonly Degraded[];
}

/** Asks all sources at once. One that fails, or is not there by the deadline, is dropped and named. Never throws. */
export async function fanOut(sources: readonly AskedSource[], deadlineMs: number): Promise<FanOut> {
  const answers = await Promise.all(sources.map((source) => ask(source, deadlineMs)));
  const lists: BlendInput[] = [];
  const degraded: Degraded[] = [];
  for (const [i, { source, weight }] of sources.entries()) {
    const answer = answers[i];
    if (answer === 'source-failed' || answer === 'source-late' || answer === undefined)
      degraded.push({ stage: 'retrieve', reason: `${answer ?? 'source-failed'}:${source}` });
    else lists.push({ source, weight, list: answer });
  }
  return { lists, degraded };
}

/** A source that answers at once costs no timer. */
async function ask({ source, retrieve }: AskedSource, deadlineMs: number): Promise<Retrieved | 'source-failed' | 'source-late'> {
  try {
    const answer = retrieve();
    return answer instanceof Promise ? ((await within(deadlineMs, answer)) ?? 'source-late') : answer;
  } catch (error) {
    console.warn('source', source, error);
    return 'source-failed';
  }
}
