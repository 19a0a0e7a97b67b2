import { crossValue } from './cross.ts';
import type { FeatureDefinition } from './definition.ts';
import type { FeatureQuery } from './query.ts';
import { queriesPerLog, type Random, type RandomLog, randomDefinitions, randomLog } from './random.case.ts';
import { createReplay } from './replay.ts';

/** Random logs under random definitions: what every executor of features must agree on. */
export interface AgreeCase {
  readonly definitions: readonly FeatureDefinition[];
  readonly logs: readonly RandomLog[];
}

/** Logs that one statement computes. Each has ids of its own. */
export const logsPerCase = 50;
const featuresPerCase = 14;

/** @param logs how many, up to logsPerCase */
export const drawCase = (random: Random, logs: number): AgreeCase => ({
  definitions: randomDefinitions(random, featuresPerCase),
  logs: Array.from({ length: logs }, (_, l) => randomLog(random, `l${l}`)),
});

/** How many logs the cases are to have, and from which seed, as the environment says. */
export function agreeSettings(environment: Readonly<Record<string, string | undefined>>) {
  const { VITRINE_CASES = '1000', VITRINE_SEED = '1' } = environment;
  const logs = Number(VITRINE_CASES);
  const cases = Array.from({ length: Math.ceil(logs / logsPerCase) }, (_, c) => ({
    stream: `agree/${c}`,
    logs: Math.min(logsPerCase, logs - c * logsPerCase),
  }));
  return { logs, seed: Number(VITRINE_SEED), cases };
}

/** Values of every query from a fresh replay of the events strictly before it, in the order of their arrival: [queries of all logs] x [definitions]. */
export const streamed = ({ definitions, logs }: AgreeCase): Float32Array[] =>
  logs.flatMap(({ items, events, queries }) =>
    queries.map((query) => {
      const replay = createReplay(definitions, items);
      for (const event of events) if (event.tMs < query.tMs) replay.add(event);
      return replay.values(query);
    }),
  );

const exact = new Set(['count', 'distinct', 'velocity', 'timeSince', 'last', 'max', 'min']);

/** What two executors may differ by. Both round to float32, and logarithms and powers differ in their last digit. */
function tolerance(feature: FeatureDefinition, value: number): number {
  const isExact = 'aggregate' in feature && exact.has(feature.aggregate.kind) && feature.transform !== 'log1p';
  if (isExact) return 0;
  // Streaming sums vectors in float32.
  const compares = 'seeds' in feature ? feature.seeds : feature;
  const isVector = 'cosine' in compares || 'dot' in compares;
  if (isVector) return 2e-6 * Math.max(1, Math.abs(value));
  // A difference of logarithms of size 10 may be 0 but for their last digits.
  return 1e-6 * Math.abs(value) + ('priceDistance' in compares || 'price' in compares ? 1e-12 : 1e-38);
}

export interface Disagreement {
  readonly feature: FeatureDefinition;
  readonly log: RandomLog;
  readonly query: FeatureQuery;
  readonly found: number;
  readonly wanted: number;
}

/**
 * Each value that is not what streaming says.
 * @param found row-major [queries of all logs x definitions]. A cross is checked against the operands that were found.
 */
export function disagreements(
  { definitions, logs }: AgreeCase,
  wanted: readonly Float32Array[],
  found: Float32Array,
): Disagreement[] {
  const width = definitions.length;
  const at = (name: string) => definitions.findIndex((feature) => feature.name === name);
  return wanted.flatMap((row, q) =>
    definitions.flatMap((feature, f) => {
      const value = found[q * width + f] as number;
      const own = (name: string) => found[q * width + at(name)] as number;
      const right =
        'cross' in feature ? Math.fround(crossValue(feature, own(feature.of[0]), own(feature.of[1]))) : (row[f] as number);
      if (Number.isNaN(right) ? Number.isNaN(value) : Math.abs(value - right) <= tolerance(feature, right)) return [];
      const log = logs[Math.floor(q / queriesPerLog)] as RandomLog;
      return [{ feature, log, query: log.queries[q % queriesPerLog] as FeatureQuery, found: value, wanted: right }];
    }),
  );
}

/** Whether an executor is wrong about a case. */
export type Executor = (
  definitions: readonly FeatureDefinition[],
  logs: readonly RandomLog[],
) => Promise<Float32Array> | Float32Array;

/** What is wrong about a case, in words: the first disagreement with the fewest events that still show it; undefined when all agrees. */
export async function firstDisagreement(
  drawn: AgreeCase,
  wanted: readonly Float32Array[],
  run: Executor,
): Promise<string | undefined> {
  const [first] = disagreements(drawn, wanted, await run(drawn.definitions, drawn.logs));
  if (!first) return undefined;
  const definitions = drawn.definitions.filter(({ name }) => name === first.feature.name);
  const queries = Array<FeatureQuery>(queriesPerLog).fill(first.query);
  const wrong = async (events: RandomLog['events']): Promise<Disagreement | undefined> => {
    const small = { definitions, logs: [{ ...first.log, events, queries }] };
    return disagreements(small, streamed(small), await run(small.definitions, small.logs))[0];
  };
  let least = first;
  // A cross needs its operands: it is shown as it was found.
  if (!('cross' in first.feature))
    for (let chunk = Math.ceil(first.log.events.length / 2); chunk >= 1; chunk = chunk > 1 ? Math.ceil(chunk / 2) : 0)
      for (let from = 0; from < least.log.events.length; ) {
        const fewer = await wrong(least.log.events.toSpliced(from, chunk));
        if (fewer) least = fewer;
        else from += chunk;
      }
  const { feature, log, query, found, wanted: right } = least;
  const { events, items } = log;
  return JSON.stringify({ feature, found: String(found), streamed: String(right), query, events, items });
}
