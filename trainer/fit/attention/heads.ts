import type { NetworkData } from '../network/data.ts';
import { type Objective, objectives, type RankingRows } from '../rows.ts';

/** What each objective counts in the score, and all of them in the loss beside that of the order. */
export interface HeadSettings {
  readonly clickWeight: number;
  readonly dwellWeight: number;
  readonly conversionWeight: number;
  readonly outcomeWeight: number;
}

/** Clip of what a click is divided by. */
const leastExamination = 0.05;
/** Seconds that count half. */
const dwellHalfSeconds = 30;

/** Heads of a ranker: a click, whatever is known of it, and what else was observed of some row. */
export const headsOf = ({ outcomes }: RankingRows): Objective[] =>
  objectives.filter((name) => name === 'click' || outcomes?.[name]?.some((value) => !Number.isNaN(value)));

/**
 * What heads learn from: seconds t as t / (t + 30), in [0, 1]; clicks and conversions 0 or 1, over the examination of their place where it is known: then
 * log(1 + e^z) - y z is in the mean the loss of what would be clicked if it were looked at (Saito et al. 2020). Each head's
 * loss is of the mean list, so that its weight is beside that of the order.
 */
export function headData(
  rows: RankingRows,
  heads: readonly Objective[],
  settings: HeadSettings,
): Pick<NetworkData, 'blend' | 'outcomes'> {
  const weightOf = { click: settings.clickWeight, dwell: settings.dwellWeight, conversion: settings.conversionWeight };
  const blend = heads.map((name) => weightOf[name]);
  const { outcomes, labels, lists, examination } = rows;
  const looked = (row: number) => Math.max(leastExamination, examination?.[row] ?? 1);
  if (!outcomes || !(settings.outcomeWeight > 0)) return { blend };
  const values = new Float32Array(labels.length * heads.length).fill(Number.NaN);
  for (const [k, name] of heads.entries()) {
    for (const [row, value] of outcomes[name]?.entries() ?? [])
      values[row * heads.length + k] =
        name === 'dwell' ? Math.max(0, value) / (Math.max(0, value) + dwellHalfSeconds) : value / looked(row);
  }
  const perList = (settings.outcomeWeight * lists) / Math.max(1, labels.length);
  return { blend, outcomes: { values, weights: heads.map(() => perList) } };
}
