import type { Plugin } from 'vite';

/**
 * What page and Web Worker never ask of comlink: proxies as arguments, and reading, setting, constructing, endpoints and the release of a remote object,
 * which lives as long as the page. No bundler can know that, and every visitor would download it (0.4 kB after Brotli).
 * Each cut goes from the first text up to the second.
 */
const cuts: readonly (readonly [from: string, to: string])[] = [
  // Errors are copied as they are: browsers can, since comlink was written.
  ['if (value instanceof Error) {', 'serialized = { isError: false'],
  ['isError: false, value', 'value };'],
  ['}\n        return [serialized', 'return [serialized'],
  ['if (serialized.isError) {', 'throw serialized.value;'],
  ['["proxy", proxyTransferHandler],', '["throw", throwTransferHandler],'],
  // Whoever can post to a dedicated worker is the page that started it.
  ['if (!isAllowedOrigin(', 'const { id, type, path } ='],
  ['case "GET"', 'case "APPLY"'],
  ['case "CONSTRUCT"', 'default:'],
  ['if (type === "RELEASE"', '})\n            .catch((error) =>'],
  // Answers are plain data, and a call without an answer ends at its deadline.
  ['.catch((error) => {\n            // Send Serialization Error', ';\n    });\n    if (ep.start)'],
  // Of message ports only.
  ['if (ep.start) {', '}\nfunction isMessagePort('],
  ['if (ep.start) {', 'ep.postMessage(Object.assign({ id }'],
  ['function releaseEndpoint(', 'function createProxy('],
  ['let isProxyReleased', 'const proxy = new Proxy('],
  ['throwIfProxyReleased(isProxyReleased);\n            if (prop === releaseProxy)', 'if (prop === "then")'],
  ['const r = requestResponseMessage(', '}\n            return createProxy('],
  // Calls are all that is left: messages need not say so.
  ['switch (type) {', 'returnValue = rawValue.apply('],
  ['}\n                    break;\n                default:', '}\n        catch (value) {\n            returnValue'],
  ['type, path }', 'path } = Object'],
  // Paths hold no symbols, and nothing but our messages arrives.
  ['if (!ev || !ev.data) {', 'const { id,'],
  ['if (!data || !data.id) {', 'const resolver'],
  // Nothing is transferred: answers and arguments are copied.
  ['transferCache.get(value) || [],', '];\n}\nfunction fromWireValue'],
  [', myFlat(processed', '];\n}\nconst transferCache'],
  ['set(_target,', 'apply(_target,'],
  ['throwIfProxyReleased(isProxyReleased);\n            const last', 'const [argumentList, transferables]'],
  ['construct(_target,', '});\n    registerProxy('],
  ['registerProxy(proxy, ep);', 'return proxy;\n}\nfunction myFlat'],
  ['type: "APPLY"', 'path: path.map('],
  ['.map((p) => p.toString()),\n                argumentList', ',\n                argumentList'],
];

/** The source of comlink without these. @throws Error when it is not the source that they were made for */
export function lightened(source: string): string {
  return cuts.reduce((code, [from, to]) => {
    const start = code.indexOf(from);
    const end = code.indexOf(to, start);
    if (start < 0 || end < 0) throw new Error(`comlink has changed: bin/light-comlink.ts finds no "${start < 0 ? from : to}"`);
    return code.slice(0, start) + code.slice(end);
  }, source);
}

/** Leaves out of the bundle what we do not use of comlink. The browser tests run on the result. */
export const lightComlink = (): Plugin => ({
  name: 'vitrine:light-comlink',
  enforce: 'pre',
  sharedDuringBuild: true,
  transform: (code, id) => (/\/comlink\/dist\/esm\/comlink\.mjs$/.test(id) ? { code: lightened(code), map: null } : null),
});
