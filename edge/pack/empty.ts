import { type Degraded, type Pack, packVersion, type SlateAnswer } from '../../shared/contract/pack.ts';
import type { RecommendRequest } from '../../shared/contract/request.ts';
import type { SlateHead } from './head.ts';

/** The answer when there is nothing to answer from: no items, the reason, nothing to rerank, nothing signed. The page keeps what it has. */
export function emptyAnswer(
  head: SlateHead,
  { rank, count }: Pick<RecommendRequest, 'rank' | 'count'>,
  degraded: readonly Degraded[],
): Pack | SlateAnswer {
  const { slate, surface, release, arm } = head;
  const end = { degraded, timing: {}, token: '' };
  if (rank === 'edge') return { v: packVersion, slate, surface, release, arm, items: [], ...end };
  return {
    v: packVersion,
    ...head,
    featureHash: '',
    rules: { excludeSeen: false, categoryShare: 1 },
    rerank: false,
    count,
    items: [],
    scores: [],
    sources: [],
    propensities: [],
    served: '',
    vectors: { dim: 0, data: '', scales: '' },
    ...end,
  };
}
