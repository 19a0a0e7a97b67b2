import type { Ports } from '../port.ts';

/** What a call does instead of its work; `after`: it does its work first, and nobody hears of it. */
export const faults = ['fails', 'fails after', 'hangs', 'hangs after', 'garbage'] as const;
export type Fault = (typeof faults)[number];

/** Of no type that any port answers, or of the type and without its meaning. */
const garbage: readonly unknown[] = [null, 'garbage{', {}, [null], Uint8Array.of(1, 2, 3), Number.NaN, [{ item: 1 }], -1];

type Call = (...parameters: readonly unknown[]) => Promise<unknown>;

/**
 * The same ports, of which one call does not do what it should: the n-th of all calls, from 0. Without `n` all do.
 * `calls` names those that were made.
 */
export function faultyPorts(ports: Ports, fault: Fault, n?: number): { readonly ports: Ports; readonly calls: string[] } {
  const calls: string[] = [];
  const never = new Promise<never>(() => {});
  const disturbed = (name: string, call: Call): Call => {
    return async (...parameters) => {
      const at = calls.push(name) - 1;
      if (at !== n) return await call(...parameters);
      // A call that answers nothing cannot answer garbage: then it did its work.
      const silent = /write$|addRelease|send|add$|remove|forget|clear/.test(name);
      if (fault.endsWith('after') || (fault === 'garbage' && silent)) await call(...parameters);
      if (fault.startsWith('hangs')) return await never;
      if (fault.startsWith('fails')) throw new Error(`${name} is down`);
      return garbage[at % garbage.length];
    };
  };
  const part = <Part extends object>(name: string, real: Part): Part =>
    Object.fromEntries(
      Object.entries(real).map(([method, call]) =>
        typeof call === 'function' ? [method, disturbed(`${name}.${method}`, call as Call)] : [method, call],
      ),
    ) as Part;
  const { files, copies, registry, log, trending, online, gate, assets } = ports;
  return {
    calls,
    ports: {
      ...ports,
      files: part('files', files),
      copies: part('copies', copies),
      registry: part('registry', registry),
      log: part('log', log),
      trending: part('trending', trending),
      online: part('online', online),
      gate: part('gate', gate),
      assets: part('assets', assets),
    },
  };
}
