import { keep } from '../dataset/history.ts';
import type { Task } from '../evaluate/task.ts';
import { createRandom, shuffle } from '../random.ts';

/** More questions make a figure little surer, and scoring a large catalogue for each takes its time. */
const mostCases = 5000;

/**
 * A share of a task: so many of the users of the fit, at random, with their cases; of cases whose visitor is unknown to the fit the same share. Items keep
 * their ordinals. At most 5,000 cases. The smaller share is within the larger.
 */
export function partOf(task: Task, share: number, seed: number): Task {
  const random = createRandom(seed, 'part');
  const users = Int32Array.from({ length: task.fit.users }, (_, user) => user);
  shuffle(users, random);
  const order = Int32Array.from({ length: task.cases.length }, (_, index) => index);
  shuffle(order, random);
  const chosen = new Uint8Array(task.fit.users);
  for (const user of users.subarray(0, Math.ceil(share * users.length))) chosen[user] = 1;
  const unknown = new Set(order.subarray(0, Math.ceil(share * order.length)));
  const isAsked = (index: number) => {
    const user = task.cases[index]?.history.user ?? -1;
    return user < 0 ? unknown.has(index) : chosen[user] === 1;
  };
  const asked = order.filter(isAsked).subarray(0, mostCases).sort();
  return {
    ...task,
    fit: share >= 1 ? task.fit : keep(task.fit, (entry) => chosen[task.fit.user[entry] as number] === 1),
    cases: Array.from(asked, (index) => task.cases[index] as Task['cases'][number]),
  };
}
