import type { Command } from 'commander';
import type { FeatureSetDocument } from '../../shared/feature/definition.ts';
import { manifestId } from '../../shared/release/manifest.ts';
import { loadConfig } from '../config.ts';
import { Failure } from '../failure.ts';
import { describeFeatures } from '../lineage/describe.ts';
import { newestEvents } from '../lineage/freshness.ts';
import { describeListing, type Listing } from '../lineage/table.ts';
import { type FeatureUser, usesOf } from '../lineage/use.ts';
import { httpLogSource } from '../pull/source.ts';
import { readFeatureSet } from '../release/read.ts';
import { readRegistry } from '../release/registered.ts';
import { printResult } from '../result.ts';
import { targetOf } from './target.ts';

interface Options {
  readonly config?: string;
  readonly release?: readonly string[];
  readonly from?: string;
  readonly token?: string;
  readonly site: string;
  readonly data?: string;
  readonly json?: boolean;
}

export function register(program: Command): void {
  program
    .command('features')
    .description(
      'List features: what they are made of, who computes them, how much memory they take, how fresh they are and which releases use them.',
    )
    .option('--config <file>', 'configuration whose features are listed (default: vitrine.config.ts)')
    .option('--release <dir...>', 'list the features of the first of these releases; say which of them use each')
    .option(
      '--from <url>',
      'ask this Worker for its releases; without --config and --release list the features of the one that is live',
    )
    .option('--token <token>', 'admin token (default: environment VITRINE_ADMIN_TOKEN)')
    .option('--site <name>', 'site of the Worker', 'demo')
    .option('--data <dir>', 'data set or log: say when the newest event was that each feature counts')
    .option('--json', 'print the list as JSON')
    .action(run);
}

async function run(options: Options): Promise<void> {
  const users: FeatureUser[] = [];
  for (const directory of options.release ?? []) users.push(await releaseIn(directory));
  const worker = options.from === undefined ? undefined : await askWorker(options, options.from);
  const document = await documentOf(options, users, worker);
  users.push(...(worker?.users ?? []).filter(({ release }) => !users.some((other) => other.release === release)));
  const newest = options.data === undefined ? undefined : await newestEvents(options.data, document.definitions);
  const uses = usesOf(document, users);
  const features = describeFeatures(document).map((feature) => ({
    ...feature,
    ...(newest?.has(feature.name) && { newestEventMs: newest.get(feature.name) as number }),
    releases: uses.get(feature.name) ?? [],
  }));
  const listing: Listing = {
    hash: document.hash,
    of: options.config !== undefined || (users.length === 0 && !worker) ? 'configuration' : 'release',
    features,
    releases: users.map(({ features, ...user }) => ({ ...user, featureHash: features.hash })),
    ...(worker?.newestHour !== undefined && { newestHour: worker.newestHour }),
  };
  printResult(options.json, listing, describeListing(listing));
}

async function documentOf(
  { config, site }: Options,
  [first]: readonly FeatureUser[],
  worker: { readonly users: readonly FeatureUser[] } | undefined,
): Promise<FeatureSetDocument> {
  if (config !== undefined || (!first && !worker)) return (await loadConfig(config)).featureSet;
  if (first) return first.features;
  const live = worker?.users.find(({ arms }) => arms.some((arm) => arm.endsWith(' live')));
  if (!live) throw new Failure('refused', `no release of ${site} is live`, 'Publish one first: `vitrine publish`.');
  return live.features;
}

async function releaseIn(directory: string): Promise<FeatureUser> {
  const { manifest, features } = await readFeatureSet(directory);
  return { release: manifestId(manifest), features, arms: [], throughMs: manifest.data.throughMs };
}

/** The releases of a site, and the last hour in which it logged events. */
async function askWorker({ token, site }: Options, url: string) {
  const target = targetOf(url, token, site);
  const registry = await readRegistry(target);
  const sets = new Map<string, FeatureSetDocument>();
  const users: FeatureUser[] = [];
  for (const { release, manifest, arms } of registry.releases) {
    const { featureHash, data } = manifest;
    const features = sets.get(featureHash) ?? (await registry.features(featureHash));
    sets.set(featureHash, features);
    users.push({ release, features, arms, throughMs: data.throughMs });
  }
  const newestHour = (await httpLogSource(target).hours('event')).hours.at(-1);
  return { users, newestHour };
}
