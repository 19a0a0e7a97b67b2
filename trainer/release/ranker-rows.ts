import type { TrainingConfig } from '../../shared/contract/config.ts';
import type { FeatureSet } from '../../shared/feature/set.ts';
import { categoricalOf } from '../dataset/categorical.ts';
import { joined, type List } from '../dataset/list.ts';
import { type CollectedLists, countServed, type ServedCounts } from '../dataset/rows.ts';
import type { RankingRows } from '../fit/rows.ts';
import { type Examination, examinationOf, fitExamination } from '../fit/unbiased/examination.ts';
import { inverseWeights } from '../fit/unbiased/weights.ts';

/** Rows of both rankers, of the same lists. */
export interface BothRows {
  readonly light: RankingRows;
  readonly heavy: RankingRows;
}

export interface RankerRows extends BothRows {
  /** What was shown after all that rankers learn from: to make probabilities of their scores. Absent where too little was clicked. */
  readonly held?: BothRows;
  /** Of places; fitted on what was shown before. */
  readonly examination: Examination;
  readonly served: ServedCounts;
  /** Lists of choices and of slates that rankers learn from. */
  readonly lists: { readonly chosen: number; readonly shown: number };
  readonly warnings: readonly string[];
}

/** Share of the slates, the latest, that no ranker sees. */
const heldShare = 0.25;
/** A calibration by fewer clicks is worse than none. */
const leastClicks = 30;

/** What rankers learn from, by `training.ranker`: choices among candidates, slates that were shown, or both; and how much a place explains of a click. */
export function rankerRows(
  { chosen, shown, catalogue }: Pick<CollectedLists, 'chosen' | 'shown' | 'catalogue'>,
  features: FeatureSet,
  { rows: kind, ...bias }: TrainingConfig['ranker'],
): RankerRows {
  const heldFrom = shown.length - Math.floor(heldShare * shown.length);
  const isCalibrated = clicksOf(shown.slice(heldFrom)) >= leastClicks;
  const untilMs = isCalibrated ? (shown[heldFrom] as List).tMs : Number.POSITIVE_INFINITY;
  const before = (lists: readonly List[]) => lists.filter(({ tMs }) => tMs < untilMs);
  const past = { chosen: before(chosen), shown: before(shown) };
  const both = (lists: readonly List[]): BothRows => ({
    light: { ...joined(lists, 'light', features.columns.light.length), categorical: categoricalOf(features, 'light') },
    // The edge knows no history: what rests on one is for the device.
    heavy: {
      ...joined(lists, 'heavy', features.columns.heavy.length),
      categorical: categoricalOf(features, 'heavy'),
      catalogue,
    },
  });
  const usesShown = clicksOf(past.shown) > 0 && kind !== 'candidates';
  const usesChosen = !usesShown || kind !== 'slates';
  const lists = { chosen: usesChosen ? past.chosen : [], shown: usesShown ? past.shown : [] };
  const learnt = [...lists.chosen, ...lists.shown].sort((a, b) => a.tMs - b.tMs);
  const rows = both(learnt);
  const examination = shown.length > 0 ? fitExamination(both(past.shown).heavy) : { places: [1], warnings: [] };
  const explained = (one: RankingRows) => withoutBias(one, examination, bias);
  return {
    light: explained(rows.light),
    heavy: explained(rows.heavy),
    ...(isCalibrated && { held: both(shown.slice(heldFrom)) }),
    examination,
    served: countServed(learnt, features),
    lists: { chosen: lists.chosen.length, shown: lists.shown.length },
    warnings: warningsOf(examination, shown.length, isCalibrated),
  };
}

/** What a place explains of clicks. */
function withoutBias(
  rows: RankingRows,
  examination: Examination,
  { places, mostWeight }: Pick<TrainingConfig['ranker'], 'places' | 'mostWeight'>,
): RankingRows {
  const { positions } = rows;
  if (!positions || places === 'ignore') return rows;
  const looked = Float32Array.from(positions, (place) => examinationOf(examination, place));
  return places === 'additive' ? { ...rows, examination: looked } : { ...rows, weights: inverseWeights(looked, mostWeight) };
}

const clicksOf = (lists: readonly List[]): number =>
  lists.reduce((sum, { shown }) => sum + (shown?.outcomes.click.reduce((own, click) => own + click, 0) ?? 0), 0);

function warningsOf({ warnings }: Examination, slates: number, isCalibrated: boolean): string[] {
  if (slates === 0) return [];
  const few = `fewer than ${leastClicks} clicks on the latest of ${slates} slates: scores of this release have no probabilities`;
  return [...warnings, ...(isCalibrated ? [] : [few])];
}
