import type { Pack } from '../../shared/contract/pack.ts';
import { assemble } from '../../shared/feature/assemble.ts';
import { blankValues } from '../../shared/feature/blank.ts';
import type { FeatureSet } from '../../shared/feature/set.ts';
import { applyPolicy } from '../../shared/policy/apply.ts';
import type { PackColumns } from './columns.ts';
import type { DeviceEngine } from './engine.ts';
import type { Past } from './past.ts';
import type { DeviceOrder } from './protocol.ts';
import { RerankRefused } from './refused.ts';

export interface RankInput {
  readonly pack: Pack;
  readonly columns: PackColumns;
  readonly set: FeatureSet;
  readonly engine: DeviceEngine;
  /** Absent: nothing happened yet. */
  readonly past: Past | undefined;
  readonly nowMs: number;
  readonly explain: boolean;
  /** Clock for timings, in milliseconds. */
  readonly clock: () => number;
}

/** Features -> scores -> policy. @throws RerankRefused 'bad-score' when the model does not give one finite score per candidate */
export async function rank(input: RankInput): Promise<DeviceOrder> {
  const { pack, columns, set, engine, past, nowMs, clock } = input;
  const n = pack.items.length;
  const started = clock();
  const features = assemble(set, 'heavy', n, columns.served, past?.values(columns.candidates, nowMs) ?? blankValues(set, n));
  const assembled = clock();
  const scores = await engine.run(features, n, { candidates: columns.candidates, events: past?.events ?? [], nowMs });
  const scored = clock();
  if (scores.length !== n || !scores.every(Number.isFinite)) throw new RerankRefused('bad-score');

  // Equal scores keep the edge's order: sort is stable.
  const byScore = Array.from({ length: n }, (_, index) => index).sort((a, b) => (scores[b] as number) - (scores[a] as number));
  const hidden = past?.hidden();
  const slate = applyPolicy({
    candidates: byScore,
    scores: byScore.map((index) => scores[index] as number),
    itemOf: (index) => {
      const item = pack.items[index];
      return item && !hidden?.has(item.id) ? item : undefined;
    },
    rules: pack.rules,
    count: pack.count,
    depth: n,
    nowMs,
    ...(past && { seen: past.seen(), calibrate: past.calibration() }),
  });
  const rankOf: number[] = [];
  for (const [at, index] of byScore.entries()) rankOf[index] = at;
  const propensities = new Array<number | undefined>(n);
  for (const { candidate, propensity } of slate.entries) propensities[candidate] = propensity;
  return {
    engine: engine.name,
    order: slate.entries.map(({ candidate }) => candidate),
    scores: Array.from(scores),
    rank: rankOf,
    propensities,
    timing: { features: assembled - started, score: scored - assembled, policy: clock() - scored },
    ...(input.explain ? { features: rows(set.document.heavy, features, n) } : {}),
  };
}

function rows(names: readonly string[], features: Float32Array, n: number): Record<string, number>[] {
  return Array.from({ length: n }, (_, row) =>
    Object.fromEntries(names.map((name, column) => [name, features[row * names.length + column] as number])),
  );
}
