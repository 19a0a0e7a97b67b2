import type { GoldenCase } from '../../shared/model/golden.ts';
import type { Store } from '../store/store.ts';
import type { DeviceEngine } from './engine.ts';

export interface OnnxInput {
  readonly model: Uint8Array;
  /** Content address of the model, under which the probe's result is remembered. */
  readonly key: string;
  readonly golden: GoldenCase;
  readonly store: Store;
  readonly base: string;
  readonly edge: string;
}

export async function openOnnxEngine(_input: OnnxInput): Promise<DeviceEngine> {
  throw new Error('todo');
}
