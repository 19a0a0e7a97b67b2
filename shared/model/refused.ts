/** Why a model is not run. Stable; never rename, append. */
export type ModelRefusal =
  /** Not an ONNX protobuf, or not a well-formed one. */
  | 'malformed'
  /** Over a cap of shared/contract/limit.ts. */
  | 'too-large'
  /** More arithmetic or memory for these rows than limit allows. */
  | 'too-much-work'
  | 'unsupported-opset'
  /** Outside the operator list: also control flow, custom domains and functions. */
  | 'unsupported-operator'
  | 'unsupported-attribute'
  | 'unsupported-type'
  | 'external-data'
  /** A name that nothing before it defines, or that two things define. */
  | 'unknown-value'
  | 'bad-shape'
  /** Not one float32 input [N, F] and one float32 output [N] or [N, 1]. */
  | 'bad-signature'
  | 'bad-tree'
  /** While running: a Gather index outside its table. */
  | 'index-out-of-range';

/** The only error that decode and engine throw for what is in a model. Recognise it by `name`. */
export class ModelRefused extends Error {
  override readonly name = 'ModelRefused';
  readonly code: ModelRefusal;

  constructor(code: ModelRefusal, detail: string) {
    super(`${code}: ${detail}`);
    this.code = code;
  }
}

/** `throw refused(...)`: shorter than `new`, and this room travels to every visitor. */
export const refused = (code: ModelRefusal, detail: string | number | undefined): ModelRefused =>
  new ModelRefused(code, `${detail}`);
