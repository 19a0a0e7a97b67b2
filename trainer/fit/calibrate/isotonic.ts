import type { Calibration } from '../../../shared/rank/calibration.ts';
import type { ScoredClicks } from './clicks.ts';

type Isotonic = Extract<Calibration, { kind: 'isotonic' }>;

/** Impressions with neighbouring scores. */
interface Block {
  /** Sum of score x weight. */
  scores: number;
  clicks: number;
  /** Sum of examinations. */
  weight: number;
}

/** Knots that a document holds at most. */
const mostKnots = 200;

/**
 * Isotonic regression by pooling adjacent violators (Ayer et al. 1955; Zadrozny and Elkan 2002). A block's probability is its clicks over the sum of its examinations: the weighted
 * least squares answer to clicks / examination, right in the mean under the position-based model. Kept as far from 0 and 1 as one impression can tell.
 */
export function fitIsotonic({ scores, clicks, examination }: ScoredClicks): Isotonic {
  const order = Array.from({ length: scores.length }, (_, i) => i).sort(
    (a, b) => (scores[a] as number) - (scores[b] as number) || a - b,
  );
  const blocks: Block[] = [];
  let last = Number.NaN;
  for (const i of order) {
    const [score, weight] = [scores[i] as number, examination[i] as number];
    const own = { scores: score * weight, clicks: (clicks[i] as number) > 0 ? 1 : 0, weight };
    const top = blocks.at(-1);
    // Equal scores have equal probabilities.
    if (top && score === last) pool(top, own);
    else blocks.push(own);
    last = score;
    for (let n = blocks.length; n > 1 && shareOf(blocks[n - 2] as Block) >= shareOf(blocks[n - 1] as Block); n--)
      pool(blocks[n - 2] as Block, blocks.pop() as Block);
  }
  const total = blocks.reduce((sum, { weight }) => sum + weight, 0);
  const edge = 1 / (total + 2);
  const knots = thinned(blocks)
    .map((block) => ({ score: block.scores / block.weight, probability: Math.min(1 - edge, Math.max(edge, shareOf(block))) }))
    .filter(({ score }, k, all) => k === 0 || score > (all[k - 1] as { score: number }).score);
  if (knots.length === 0) return { kind: 'isotonic', scores: [0], probabilities: [0.5] };
  return {
    kind: 'isotonic',
    scores: knots.map(({ score }) => score),
    probabilities: knots.map(({ probability }) => probability),
  };
}

const shareOf = ({ clicks, weight }: Block): number => clicks / weight;

function pool(into: Block, other: Block): void {
  into.scores += other.scores;
  into.clicks += other.clicks;
  into.weight += other.weight;
}

/** Neighbouring blocks together until there are few enough. */
function thinned(blocks: readonly Block[]): Block[] {
  const step = Math.ceil(blocks.length / mostKnots);
  const kept: Block[] = [];
  for (const [b, block] of blocks.entries()) {
    if (b % step === 0) kept.push({ ...block });
    else pool(kept.at(-1) as Block, block);
  }
  return kept;
}
