import { existsSync } from 'node:fs';
import type { Command } from 'commander';
import { Failure } from '../failure.ts';

/** Benchmarks by name: trainer/bench/<name>.ts exports `run`, whose answer is printed as one JSON line. */
const benchmarks: Readonly<Record<string, string>> = {
  rerank: 'both engines on 200 and 500 candidates in a real browser',
  recommend: "requests per second of /v1/recommend beside the same Worker's hello world",
  events: "accepted events per second beside the same Worker's hello world, and the whole log compared with what was sent",
  features: 'feature definitions as SQL, beside the same features written by hand and beside streaming replay',
  scan: 'exact int8 scan in workerd beside Node',
};

export interface Benchmark {
  /** Progress goes to standard error. @returns the figures. */
  run(options: { readonly json: boolean }): Promise<object>;
}

export function register(program: Command): void {
  program
    .command('bench')
    .description('Run a benchmark; the last line of standard output is one JSON object.')
    .argument('<name>', Object.keys(benchmarks).join(', '))
    .option('--json', 'the answer is JSON with or without it')
    .addHelpText('after', `\n${list()}`)
    .action(async (name: string, options: { json?: boolean }) => {
      const benchmark = await load(name);
      const figures = await benchmark.run({ json: options.json ?? false });
      process.stdout.write(`${JSON.stringify(figures)}\n`);
    });
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
