import { existsSync } from 'node:fs';
import { Command } from 'commander';
import { Failure } from '../failure.ts';

/** Benchmarks by name: trainer/bench/<name>.ts exports a `Benchmark`. */
const benchmarks: Readonly<Record<string, string>> = {
  rerank: 'both engines on 200 and 500 candidates in a real browser',
  recommend: "requests per second of /v1/recommend beside the same Worker's hello world",
  events: "accepted events per second beside the same Worker's hello world, and the whole log compared with what was sent",
  features: 'feature definitions as SQL, beside the same features written by hand and beside streaming replay',
  scan: 'vector search in workerd beside Node: every row, and inverted lists',
  ann: 'vector search on one thread: recall@100 and queries per second, beside FAISS where it is installed',
  als: 'iALS solvers per iteration, beside an exact solver on OpenBLAS',
  dense: 'rows a second of training a dense ranker 64-128-64-1 on one and two threads, beside the product kernel',
  'two-tower': 'an epoch of the two-tower network over a million interactions, beside its dense products alone',
  ncf: 'candidate models on files of the NCF paper: HR@10, NDCG@10 among given negatives',
  topn: 'candidate models on files of LightGCN: Recall@20, NDCG@20',
  ratings: 'candidate models and a model of ratings on columns of MovieLens: RMSE, MAP, NDCG@10, precision@10, recall@10',
  sequence: 'candidate models on sequences, leave-last-out: HR@10, NDCG@10',
  cold: 'candidate models on items with fewer than five interactions: Recall@20, NDCG@20',
  session: 'candidate models on sessions, next click: HR@20, MRR@20',
  ltr: 'LambdaMART on graded documents of queries: NDCG at 1, 3, 5, 10, a ridge regression beside',
  unbiased: 'regret of a ranker that learns from what was shown, told of places or not, on a simulated shop',
  gbdt: 'gradient boosting of 200,000 x 40 rows on one and two threads, beside XGBoost hist where it is installed',
};

export interface Benchmark {
  /** Adds the options that the benchmark takes, beside --json. */
  declare?(command: Command): Command;
  /** Progress goes to standard error. @returns the figures, or several of them one after the other. */
  run(options: Readonly<Record<string, unknown>>): Promise<object> | AsyncIterable<object>;
}

export function register(program: Command): void {
  program
    .enablePositionalOptions()
    .command('bench')
    .description('Run a benchmark; the last line of standard output is one JSON object.')
    .argument('<name>', Object.keys(benchmarks).join(', '))
    .argument('[options...]', 'options of the benchmark: see `vitrine bench NAME --help`')
    .option('--json', 'the answer is JSON with or without it')
    .passThroughOptions()
    .addHelpText('after', `\n${list()}`)
    .action(async (name: string, args: readonly string[]) => {
      const benchmark = await load(name);
      const own = new Command(`vitrine bench ${name}`).description(benchmarks[name] ?? '').exitOverride();
      await (benchmark.declare?.(own) ?? own)
        .option('--json', 'the answer is JSON with or without it')
        .action((options: Readonly<Record<string, unknown>>) => print(benchmark.run(options)))
        .parseAsync(args, { from: 'user' });
    });
}

async function print(answer: Promise<object> | AsyncIterable<object>): Promise<void> {
  const write = (figures: object) => process.stdout.write(`${JSON.stringify(figures)}\n`);
  if (Symbol.asyncIterator in answer) for await (const figures of answer) write(figures);
  else write(await answer);
}

async function load(name: string): Promise<Benchmark> {
  if (!Object.hasOwn(benchmarks, name)) throw new Failure('usage', `No benchmark "${name}".`, `There are:\n${list()}`);
  const file = new URL(`../bench/${name}.ts`, import.meta.url);
  if (!existsSync(file))
    throw new Failure('failed', `The benchmark "${name}" is not in this installation: ${file.pathname} is missing.`);
  return (await import(file.href)) as Benchmark;
}

const list = (): string =>
  Object.entries(benchmarks)
    .map(([name, summary]) => `  ${name.padEnd(10)} ${summary}`)
    .join('\n');
