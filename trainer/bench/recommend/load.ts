import { Agent, request } from 'node:http';

export interface LoadRound {
  readonly requests: number;
  readonly errors: number;
  readonly seconds: number;
  /** Milliseconds of each good answer. */
  readonly latenciesMs: readonly number[];
}

/**
 * Requests over `connections` kept-alive connections for `ms`, each connection asking again as soon as it is answered. An error is anything but
 * a whole answer with status 200.
 * @param pathOf Path of the n-th request of this round.
 */
export async function load(origin: string, pathOf: (n: number) => string, connections: number, ms: number): Promise<LoadRound> {
  const { hostname, port } = new URL(origin);
  const agent = new Agent({ keepAlive: true, maxSockets: connections });
  const latenciesMs: number[] = [];
  let requests = 0;
  let errors = 0;
  const startMs = performance.now();
  const one = (path: string) =>
    new Promise<boolean>((resolve) => {
      const sent = request({ hostname, port, path, agent, timeout: 10_000 }, (response) => {
        response.resume();
        response.once('end', () => resolve(response.statusCode === 200));
        response.once('error', () => resolve(false));
      });
      sent.once('timeout', () => sent.destroy());
      sent.once('error', () => resolve(false));
      sent.end();
    });
  const connection = async () => {
    while (performance.now() - startMs < ms) {
      const sentMs = performance.now();
      const good = await one(pathOf(requests++));
      if (good) latenciesMs.push(performance.now() - sentMs);
      else errors++;
    }
  };
  await Promise.all(Array.from({ length: connections }, connection));
  const seconds = (performance.now() - startMs) / 1000;
  agent.destroy();
  return { requests, errors, seconds, latenciesMs };
}
