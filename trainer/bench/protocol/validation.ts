import type { Validation } from '../../evaluate/task.ts';
import { Failure } from '../../failure.ts';
import { readNcfValidation } from './ncf.ts';
import { readRatingsValidation } from './ratings.ts';
import { readSequencesValidation } from './sequence.ts';
import { readSessionsValidation } from './session.ts';
import { readTopNValidation } from './topn.ts';

/** Files of a protocol's training part. */
export interface TrainingFiles {
  readonly train?: string;
  readonly data?: string;
}

const readers = {
  ncf: (files, _seed) => readNcfValidation(required(files, 'train')),
  topn: (files, seed) => readTopNValidation(required(files, 'train'), seed),
  ratings: (files, seed) => readRatingsValidation(required(files, 'train'), seed),
  sequence: (files, _seed) => readSequencesValidation({ data: required(files, 'data') }),
  session: (files, _seed) => readSessionsValidation(required(files, 'train')),
} as const satisfies Record<string, (files: TrainingFiles, seed: number) => Promise<Validation>>;

export const protocolNames = Object.keys(readers) as readonly (keyof typeof readers)[];

/** The validation part of a protocol, out of its training file alone. @throws Failure `usage` without that file, `bad-input` for a malformed one. */
export const readValidation = (protocol: keyof typeof readers, files: TrainingFiles, seed: number): Promise<Validation> =>
  readers[protocol](files, seed);

function required(files: TrainingFiles, name: keyof TrainingFiles): string {
  const file = files[name];
  if (file === undefined) throw new Failure('usage', `The training file of this protocol is missing.`, `Name it with --${name}.`);
  return file;
}
