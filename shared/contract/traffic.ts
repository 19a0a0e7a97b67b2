import type { ReleaseId, Sha256, SiteId } from './id.ts';

/** One release plus one policy. Weights of live arms are relative, > 0. */
export interface Arm {
  readonly name: string;
  readonly release: ReleaseId;
  /** File of what has changed in the catalogue since that release (`shared/release/delta.ts`). Absent: nothing. */
  readonly delta?: Sha256;
  readonly weight: number;
  readonly mode: 'live' | 'shadow' | 'off';
}

/**
 * How a site's traffic is split over arms: the live pointer. Changed by compare-and-set on `version` only;
 * champion-challenger, canary and blue-green are plans of particular shapes. `arms[0]` is the control.
 */
export interface TrafficPlan {
  readonly site: SiteId;
  /** Increases by one with every change. 0: no plan yet. */
  readonly version: number;
  /** Salt of the assignment hash; a new salt reshuffles visitors. */
  readonly salt: string;
  readonly arms: readonly Arm[];
}
