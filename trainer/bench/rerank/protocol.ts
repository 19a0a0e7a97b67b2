export type RerankModel = 'dense' | 'trees' | 'attention' | 'din';

/** What the bench asks of the page: both engines by turns on `rows` candidates, after a warm-up. */
export interface RerankTask {
  readonly model: RerankModel;
  readonly rows: number;
  readonly repetitions: number;
  /** Without it only the kernel engine runs. */
  readonly withOnnx: boolean;
}

/** Milliseconds of every repetition. */
export interface RerankTimes {
  readonly kernelMs: readonly number[];
  readonly onnxMs: readonly number[];
  /** Largest difference between the two engines' scores. */
  readonly difference: number;
  /** From bytes to an engine that has run once. */
  readonly kernelStartMs: number;
  readonly onnxStartMs: number;
}
