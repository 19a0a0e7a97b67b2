import type { Degraded, Pack, SlateAnswer } from '../../shared/contract/pack.ts';
import type { RecommendRequest } from '../../shared/contract/request.ts';
import type { Ports } from '../port.ts';
import type { SlateHead } from './head.ts';
import { type Cascade, columnsOf, type Outcome, packDevice, packEdge } from './pack.ts';
import { slateMessage } from './slate-log.ts';
import type { Signer } from './token.ts';

export interface AnswerServices {
  readonly ports: Pick<Ports, 'defer' | 'log'>;
  readonly signer: Signer | undefined;
}

/** Logs a slate and packs it for who asked: signed candidates for a device that reranks, a signed finished slate for others. */
export async function answer(
  request: RecommendRequest,
  head: SlateHead,
  cascade: Cascade,
  { degraded: earlier, timing }: Outcome,
  { ports, signer }: AnswerServices,
): Promise<Pack | SlateAnswer> {
  const columns = columnsOf(cascade);
  const degraded: readonly Degraded[] = signer ? earlier : [...earlier, { stage: 'log', reason: 'unsigned' }];
  ports.defer(ports.log.send(slateMessage(head, cascade, columns, request, degraded)));
  const outcome = { degraded, timing };
  return request.rank === 'device'
    ? await packDevice(head, cascade, columns, outcome, signer)
    : await packEdge(head, columns, outcome, signer);
}
