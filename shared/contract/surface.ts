/** Retrieval sources. The bit of a source in `Pack.candidates.sources` is its index here: append only. */
export const sourceNames = ['popular', 'category', 'similar', 'nearest', 'recent', 'trending'] as const;
export type SourceName = (typeof sourceNames)[number];

export interface SurfaceSource {
  readonly source: SourceName;
  /** Candidates asked of this source. */
  readonly limit: number;
  /** Weight in the blend (reciprocal-rank fusion), > 0. */
  readonly weight: number;
}

/** Rules applied after scores, in this order: eligibility, exclude, dedupe, seen, calibration, category cap. */
export interface SurfaceRules {
  /** Drop what this visitor already clicked, bought, rated or hid. */
  readonly excludeSeen: boolean;
  /** At most this share of a slate from one leading category, in (0, 1]. 1: no cap. */
  readonly categoryShare: number;
  /** How strongly the categories of a slate follow the visitor's own, where the device knows them; logits, >= 0. Absent: not at all. */
  readonly calibration?: number;
}

/** A placement with its own sources and rules. */
export interface Surface {
  readonly name: string;
  readonly sources: readonly SurfaceSource[];
  readonly rules: SurfaceRules;
  /** Whether the device reranks this surface. False: the edge's order is final. */
  readonly rerank: boolean;
  /**
   * `private`: the device finds what is near to its history by itself (docs/index.md). The edge retrieves what is the same for everybody, and leaves
   * `nearest` to the device; its limit is the device's.
   */
  readonly retrieval?: 'private';
}

/** Sources that depend on what a visitor did. */
const ofVisitor: ReadonlySet<SourceName> = new Set(['similar', 'nearest']);

/** What the edge retrieves of a surface. */
export const edgeSources = ({ sources, retrieval }: Surface): readonly SurfaceSource[] =>
  retrieval === 'private' ? sources.filter(({ source }) => !ofVisitor.has(source)) : sources;
