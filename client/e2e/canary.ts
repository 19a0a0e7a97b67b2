import type { BrowserContext } from 'playwright-core';
import type { Received } from './edge.ts';

/** What must not be found: texts as they are, numbers in every form that code might give them. */
export interface Canaries {
  readonly texts: readonly string[];
  readonly numbers: readonly number[];
}

const formsOf = (value: number): string[] => {
  const single = Math.fround(value);
  return [
    String(value),
    String(single),
    ...[3, 4, 5, 6].flatMap((digits) => [value.toFixed(digits), value.toPrecision(digits + 2)]),
  ];
};

/** A number's bytes as float32 and float64, in both orders. */
const bytesOf = (value: number): Buffer[] =>
  [Buffer.from(Float32Array.of(value).buffer), Buffer.from(Float64Array.of(value).buffer)].flatMap((bytes) => [
    bytes,
    Buffer.from(bytes).reverse(),
  ]);

/** A text, and what its parts decode to. */
function readings(text: string): Buffer[] {
  const tokens = text.match(/[A-Za-z0-9+/_-]{5,}/g) ?? [];
  let decoded = text;
  try {
    decoded = decodeURIComponent(text);
  } catch {
    // A body may hold a lone %.
  }
  return [
    Buffer.from(text, 'latin1'),
    Buffer.from(decoded),
    ...tokens.map((token) => Buffer.from(token, 'base64')),
    ...tokens.filter((token) => /^[0-9a-f]+$/i.test(token)).map((token) => Buffer.from(token, 'hex')),
  ];
}

/** The canaries that are in some sent text: its address, headers or body. */
export function canariesIn(sent: string, { texts, numbers }: Canaries): string[] {
  const all = readings(sent);
  const has = (wanted: Buffer) => all.some((bytes) => bytes.includes(wanted));
  return [
    ...texts.filter((text) => has(Buffer.from(text))),
    ...numbers.filter((value) => formsOf(value).some((form) => has(Buffer.from(form))) || bytesOf(value).some(has)).map(String),
  ];
}

/** All that left the browser in a request. */
export const sentIn = ({ method, url, headers, body }: Received): string =>
  [method, url.href, JSON.stringify(headers), body].join('\n');

/** Ways out of the browser that the edge would not see: requests to other hosts and frames of web sockets. Listens from now on. */
export function elsewhere(context: BrowserContext, origin: string): string[] {
  const found: string[] = [];
  context.on('request', (request) => {
    const url = request.url();
    if (!url.startsWith(origin) && !/^(about|blob|data):/.test(url)) found.push(url);
  });
  context.on('page', (page) => page.on('websocket', (socket) => found.push(socket.url())));
  return found;
}
