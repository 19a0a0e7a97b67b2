import type { DeviceClass } from '../contract/request.ts';
import type { SourceName } from '../contract/surface.ts';

/** One question: the features of this item for this visitor, as of `tMs`. What is absent is not known. */
export interface FeatureQuery {
  readonly tMs: number;
  readonly item: string;
  readonly user?: string;
  readonly session?: string;
  readonly surface?: string;
  /** 0-based, in the slate. */
  readonly position?: number;
  readonly country?: string;
  readonly device?: DeviceClass;
  /** Of local time before UTC, as in RequestContext; default 0. */
  readonly timeZoneMinutes?: number;
  readonly entities?: Readonly<Record<string, string>>;
  /** Items of the request's seeds, distinct, newest first; those that the catalogue lacks count for nothing. */
  readonly seeds?: readonly string[];
  /** Scores of the sources that proposed the item. */
  readonly sources?: Readonly<Partial<Record<SourceName, number>>>;
}
