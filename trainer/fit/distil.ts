import type { RankingRows } from './rows.ts';

/** How much a ranker is told of what its teacher thinks, beside what was chosen (Hinton, Vinyals and Dean 2015). */
export interface Lesson {
  /** Share of the teacher in the target, in [0, 1]; 0: what was chosen alone. */
  readonly weight: number;
  /** Of the teacher's scores, above 0: the higher, the more alike it finds the candidates. */
  readonly temperature: number;
}

/** What is tried: from half of the target to most of it, sharp and soft. */
export const lessons: readonly Lesson[] = [
  { weight: 0.5, temperature: 1 },
  { weight: 0.8, temperature: 1 },
  { weight: 0.8, temperature: 2 },
];

/**
 * The rows with soft labels: of each list, (1 - weight) * labels / sum of labels + weight * softmax(teacher / temperature), scaled so that the greatest
 * is what the greatest label was, for losses weigh a list by it. A list without a positive is all the teacher's, with the weight of a label of 1. Rankers
 * need not know: listwise losses take the labels as a distribution, LambdaMART as gains. Of rows whose places are looked at more and less, the teacher's
 * part is taken times the examination: labels are choices there, and the teacher says what is wanted.
 * @throws RangeError for rows without a teacher, a weight or a temperature out of range, or scores that are not finite.
 */
export function taught(rows: RankingRows, { weight, temperature }: Lesson): RankingRows {
  const { teacher, lists, offsets } = rows;
  if (teacher?.length !== rows.labels.length) throw new RangeError('rows to distil have a score of the teacher each');
  if (!(weight >= 0 && weight <= 1)) throw new RangeError(`the weight of a lesson is in [0, 1]; got ${weight}`);
  if (!(temperature > 0)) throw new RangeError(`the temperature of a lesson is above 0; got ${temperature}`);
  const labels = new Float32Array(rows.labels.length);
  for (let q = 0; q < lists; q++) {
    const [start, end] = [offsets[q] as number, offsets[q + 1] as number];
    const looked = rows.examination?.subarray(start, end);
    const own = { labels: rows.labels.subarray(start, end), teacher: teacher.subarray(start, end), looked };
    mix(own, { weight, temperature }, labels.subarray(start, end));
  }
  return { ...rows, labels };
}

interface TaughtList {
  readonly labels: Float32Array;
  readonly teacher: Float32Array;
  readonly looked: Float32Array | undefined;
}

function mix({ labels, teacher, looked }: TaughtList, { weight, temperature }: Lesson, out: Float32Array): void {
  const most = teacher.reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY);
  const soft = Array.from(teacher, (score): number => Math.exp((score - most) / temperature));
  if (looked) for (const [i, share] of looked.entries()) soft[i] = share * (soft[i] as number);
  const [total, sum] = [labels.reduce((a, b) => a + b, 0), soft.reduce((a, b) => a + b, 0)];
  if (teacher.length > 0 && !Number.isFinite(sum)) throw new RangeError('a score of the teacher is not finite');
  const share = total > 0 ? weight : 1;
  const target = soft.map((value, i) => (share * value) / sum + (total > 0 ? ((1 - share) * (labels[i] as number)) / total : 0));
  const scale = (total > 0 ? labels.reduce((a, b) => Math.max(a, b), 0) : 1) / Math.max(...target);
  for (const [i, value] of target.entries()) out[i] = scale * value;
}
