import type { EventType } from '../../shared/contract/event.ts';
import type { ItemId } from '../../shared/contract/id.ts';

/** An event on its way into a data set: what the source says of it. The writer completes session and id. */
export interface DraftEvent {
  readonly id?: string | undefined;
  readonly type: EventType;
  readonly user: string;
  readonly session?: string | undefined;
  readonly item: ItemId;
  readonly tMs: number;
  readonly surface?: string | undefined;
  readonly slate?: string | undefined;
  readonly position?: number | undefined;
  readonly propensity?: number | undefined;
  readonly order?: 'edge' | 'device' | undefined;
  readonly value?: number | undefined;
  readonly quantity?: number | undefined;
  readonly verified?: boolean | undefined;
  /** Keys of named entities, by name. */
  readonly entities?: Readonly<Record<string, string>> | undefined;
}

/** Where a row stood: index of its file, 1-based line, byte range. */
export interface SourcePlace {
  readonly file: number;
  readonly line: number;
  readonly at: number;
  readonly bytes: number;
}
