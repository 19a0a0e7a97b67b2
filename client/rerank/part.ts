import { onnx, plain } from 'virtual:parts';
import type * as Onnx from './onnx.ts';
import type * as Plain from './plain.ts';

/** Parts of the client that most visits never need. */
interface Parts {
  onnx: typeof Onnx;
  plain: typeof Plain;
}

const files = { onnx, plain };

/** Loads a part from where the client lies: a blob worker has no address to resolve a relative one against. */
export function loadPart<Name extends keyof Parts>(base: string, name: Name): Promise<Parts[Name]> {
  return import(/* @vite-ignore */ base + files[name]);
}
