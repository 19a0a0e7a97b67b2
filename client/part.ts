import { hash } from 'virtual:parts';
import type * as Outbox from './outbox/open.ts';
import type * as Full from './rerank/full.ts';
import type * as Onnx from './rerank/onnx.ts';
import type * as Past from './rerank/past.ts';
import type * as Plain from './rerank/plain.ts';
import type * as Private from './rerank/private.ts';
import type * as Stored from './store/checked.ts';

/** Parts of the client that come after the first order of the device, or never. */
interface Parts {
  full: typeof Full;
  onnx: typeof Onnx;
  outbox: typeof Outbox;
  past: typeof Past;
  plain: typeof Plain;
  private: typeof Private;
  store: typeof Stored;
}

/** Loads a part from where the client lies: a blob worker has no address to resolve a relative one against. */
export function loadPart<Name extends keyof Parts>(base: string, name: Name): Promise<Parts[Name]> {
  // Made apart: Vite takes a template in `import()` for one of its own files, and adds a loader.
  const address = `${base}${name}-${hash}.js`;
  return import(/* @vite-ignore */ address);
}
