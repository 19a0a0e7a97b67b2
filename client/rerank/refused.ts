import type { Refusal } from './protocol.ts';

/** Why the device does not rerank. Recognise it by `name`. */
export class RerankRefused extends Error {
  override readonly name = 'RerankRefused';
  readonly reason: Refusal;

  constructor(reason: Refusal) {
    super(reason);
    this.reason = reason;
  }
}
