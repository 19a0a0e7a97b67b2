import { writeFile } from 'node:fs/promises';
import type { Command } from 'commander';
import { sha256Hex } from '../../shared/contract/sha256.ts';
import { manifestId } from '../../shared/release/manifest.ts';
import { readFactors } from '../factors/read.ts';
import { Failure } from '../failure.ts';
import { readCatalogue } from '../log/catalogue.ts';
import { type MadeDelta, makeDelta } from '../release/delta.ts';
import { type PublishedDelta, publishDelta } from '../release/publish-delta.ts';
import { readRelease } from '../release/read.ts';
import { printResult } from '../result.ts';
import { share } from './number.ts';
import { targetOf } from './target.ts';

interface Options {
  readonly release: string;
  readonly items?: string;
  readonly partial?: boolean;
  readonly gone: readonly string[];
  readonly mostGone: number;
  readonly factors?: string;
  readonly ids?: string;
  readonly drop?: boolean;
  readonly out?: string;
  readonly to?: string;
  readonly token?: string;
  readonly site?: string;
  readonly json?: boolean;
}

export function register(program: Command): void {
  program
    .command('delta')
    .description('Add, change and remove items of a release that is live, without training.')
    .requiredOption('--release <dir>', 'the release')
    .option('--items <path>', 'the catalogue as it is now: a data set, items.json, or NDJSON of items')
    .option('--partial', 'items that the catalogue does not name stay (default: they are gone)')
    .option('--gone <id...>', 'items that are gone', [])
    .option('--most-gone <share>', "refuse when more than this share of the release's items would be gone", share, 0.5)
    .option('--factors <file>', 'vectors of new items as for import-model (default: the mean of the items that are alike)')
    .option('--ids <file>', "what the factors' ids stand for, as for import-model")
    .option('--drop', 'take away the delta that is live, instead of making one')
    .option('--out <file>', 'write the delta here')
    .option('--to <url>', 'address of a Worker on which the release is live: publish the delta there')
    .option('--token <token>', 'admin token (default: environment VITRINE_ADMIN_TOKEN)')
    .option('--site <name>', 'site to publish to', 'demo')
    .option('--json', 'print the result as JSON')
    .action(run);
}

async function run(options: Options): Promise<void> {
  const { items, out, to, drop = false, gone, partial = items === undefined } = options;
  if (drop ? to === undefined : out === undefined && to === undefined)
    throw new Failure('usage', 'nowhere to put the delta', drop ? 'Give --to.' : 'Give --out, --to or both.');
  if (drop === (items !== undefined || gone.length > 0))
    throw new Failure('usage', 'one of --drop and a change expected', 'Say what is different with --items or --gone.');
  const target = to === undefined ? undefined : targetOf(to, options.token, options.site);
  const open = await readRelease(options.release);
  const release = manifestId(open.manifest);
  const { factors, ids, mostGone } = options;
  const files = factors === undefined ? undefined : { factors, ...(ids !== undefined && { ids }) };
  const made: MadeDelta = drop
    ? { added: 0, changed: 0, removed: 0, given: 0, unplaced: 0 }
    : await makeDelta(open, items === undefined ? [] : await readCatalogue(items), {
        partial,
        gone,
        mostGone,
        ...(files && { vectorsOf: (added) => readFactors(files, added) }),
      });
  const { bytes, ...counts } = made;
  if (out !== undefined && bytes) await writeFile(out, bytes);
  const published = target && (await publishDelta(target, release, bytes));
  if (counts.unplaced > 0)
    process.stderr.write(
      `warning: ${counts.unplaced} new items are like no other: give them categories or words, or --factors\n`,
    );
  const delta = bytes ? sha256Hex(bytes) : null;
  const size = { bytes: bytes?.length ?? 0 };
  printResult(options.json, { release, delta, ...size, ...counts, ...(published && { published }) }, describe(made, published));
}

function describe({ bytes, added, changed, removed }: MadeDelta, published: PublishedDelta | undefined): string[] {
  const what = bytes
    ? `${added} new, ${changed} changed, ${removed} gone: ${bytes.length} bytes`
    : 'No delta: the release as it was trained';
  if (!published) return [what];
  const { site, version, unchanged } = published;
  return [what, `live on ${site}${unchanged ? ' already' : ''} (plan version ${version})`];
}
