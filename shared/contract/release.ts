import type { Sha256 } from './id.ts';
import type { Surface } from './surface.ts';

export const releaseFormat = 'vitrine-release';
export const releaseVersion = 1;

/** What a file is for. Every role occurs exactly once in a manifest, but for those of `optionalRoles`: at most once. */
export const fileRoles = [
  'items', // JSON: Item[]; index = ordinal
  'features', // JSON: FeatureSetDocument (shared/feature/set.ts)
  'catalog', // table: Float32 [n x c], columns named in its header; catalog features as of the release
  'popular', // table: decayed popularity overall and per category
  'similar', // table: CSR item-to-item lists
  'vectors', // table: int8 item vectors with one scale per row, and the rows in float32 where they are small
  'lists', // table: inverted lists over the vectors, where there are too many of them to look at all
  'private', // table: what devices need to search by themselves; the files of its lists are named in it (private.ts), by their content
  'encoder', // ONNX: makes the query of the vectors from the visitor's seeds, where it is not a mean of theirs
  'light', // ONNX: light ranker (edge)
  'heavy', // ONNX: heavy ranker (device)
  'golden', // JSON: golden vectors for the models
  'calibration', // JSON: CalibrationDocument (shared/rank/calibration.ts), where slates were learnt from
] as const;
export type FileRole = (typeof fileRoles)[number];

export const optionalRoles: readonly FileRole[] = ['lists', 'private', 'encoder', 'calibration'];
/** Held to the limit of models, not of files. */
export const modelRoles: readonly FileRole[] = ['encoder', 'light', 'heavy'];

export interface ReleaseFile {
  readonly role: FileRole;
  /** File name inside the release directory, no slashes. */
  readonly name: string;
  readonly sha256: Sha256;
  readonly bytes: number;
}

/** Mean and 95 % bootstrap interval of one metric. */
export interface MetricValue {
  readonly mean: number;
  readonly low: number;
  readonly high: number;
}

type Setting = number | string | boolean;

interface Chosen {
  readonly model: string;
  /** As it was fitted; "Infinity" stands for the number. */
  readonly settings: Readonly<Record<string, Setting | readonly Setting[]>>;
  /** NDCG@10 of each model that was fitted for the part, on what decided. */
  readonly ndcg10: Readonly<Record<string, number>>;
  readonly skipped: readonly { readonly name: string; readonly reason: string }[];
}

/** What candidates of a release are made by, and why. */
export interface ModelChoice extends Chosen {
  /** Validation choices, which decided. */
  readonly cases: number;
}

/** What a ranker of a release is fitted by, and why; `ndcg10` is empty where there was only one to choose. */
export interface RankerModelChoice extends Chosen {
  /** The latest lists of the rankers' part of the log, which decided. */
  readonly lists: number;
  /** Where it had a teacher: the share of it in what was learnt, its temperature, and NDCG@10 without and with it. Weight 0: nothing that helped. */
  readonly distilled?: {
    readonly weight: number;
    readonly temperature: number;
    readonly ndcg10: { readonly alone: number; readonly taught: number };
  };
}

/** Parts of a release that a model is chosen for. */
export interface ReleaseChoice {
  readonly similar: ModelChoice;
  readonly vectors: ModelChoice;
  readonly light: RankerModelChoice;
  readonly heavy: RankerModelChoice;
}
export const chosenParts = ['similar', 'vectors', 'light', 'heavy'] as const satisfies readonly (keyof ReleaseChoice)[];

/**
 * `manifest.json`. It holds no wall-clock time: same data, configuration and seed give the same bytes, and
 * ReleaseId = SHA-256 of `canonicalJson(manifest)`.
 */
export interface Manifest {
  readonly format: typeof releaseFormat;
  readonly version: typeof releaseVersion;
  readonly files: readonly ReleaseFile[];
  readonly items: number;
  readonly vector: { readonly dim: number };
  /** Hash of the ordered feature set; repeated in the models, the pack and the log. */
  readonly featureHash: string;
  readonly data: {
    readonly sha256: Sha256;
    readonly events: number;
    readonly fromMs: number;
    readonly throughMs: number;
    /** Candidate models and rankers saw nothing at or after this time. */
    readonly fittedThroughMs: number;
  };
  readonly configSha256: Sha256;
  readonly seed: number;
  readonly surfaces: readonly Surface[];
  /** Absent for parts that were made elsewhere. */
  readonly choice?: Partial<ReleaseChoice>;
  /** Engine that the device uses for `heavy` first. */
  readonly engine: 'kernel' | 'onnx';
  /** system name ("release", "popularity", "random", "blend" ...) -> metric -> value, on the held-out tail. */
  readonly metrics: Readonly<Record<string, Readonly<Record<string, MetricValue>>>>;
}
