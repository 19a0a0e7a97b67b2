import { boundedPorts } from '../bounded.ts';
import { adminToken } from '../fixture/client.ts';
import type { Ports } from '../port.ts';
import { wasmKernels } from './kernel.ts';
import { memoryCopies, memoryFiles, memoryQueue, memoryRegistry, memoryTrending } from './memory.ts';
import { memoryOnline } from './memory-online.ts';

/** A deployment in memory with a clock that a test moves and parts that a test replaces, for faults that real bindings do not have. */
export function memoryPorts(replace: Partial<Ports> = {}) {
  const clock = { nowMs: 1_760_000_000_000 };
  const parts = {
    files: memoryFiles(),
    copies: memoryCopies(),
    registry: memoryRegistry(),
    log: memoryQueue(),
    trending: memoryTrending(),
    online: memoryOnline(),
  };
  const deferred: Promise<unknown>[] = [];
  const ports = boundedPorts({
    ...parts,
    gate: { allows: async () => true },
    assets: { fetch: async () => new Response('<!doctype html>demo', { headers: { 'content-type': 'text/html' } }) },
    kernels: wasmKernels(),
    secrets: { adminToken, signingKeys: 'k1:dGVzdC1zaWduaW5nLWtleS1vZi0zMi1ieXRlcyEhISE=' },
    nowMs: () => clock.nowMs,
    randomBytes: (count) => crypto.getRandomValues(new Uint8Array(count)),
    defer: (work) => void deferred.push(work.catch(() => {})),
    ...replace,
  });
  return { ports, clock, ...parts, settled: () => Promise.all(deferred) };
}
