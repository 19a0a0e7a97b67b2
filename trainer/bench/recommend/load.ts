import { Agent, request } from 'node:http';

export interface LoadRound {
  readonly requests: number;
  readonly errors: number;
  readonly seconds: number;
  /** Milliseconds of each good answer. */
  readonly latenciesMs: readonly number[];
}

export interface LoadRequest {
  readonly path: string;
  readonly method?: 'GET' | 'POST';
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  /** Of a good answer; 200 where absent. */
  readonly status?: number;
  /** Hears of the answer; undefined: there was none. */
  readonly answered?: (status: number | undefined) => void;
}

/**
 * Requests over `connections` kept-alive connections for `ms`, each connection asking again as soon as it is answered. An error is anything but
 * a whole answer with the status that is good.
 * @param requestOf The n-th request of this round, or its path.
 */
export async function load(
  origin: string,
  requestOf: (n: number) => string | LoadRequest,
  connections: number,
  ms: number,
): Promise<LoadRound> {
  const { hostname, port } = new URL(origin);
  const agent = new Agent({ keepAlive: true, maxSockets: connections });
  const latenciesMs: number[] = [];
  let requests = 0;
  let errors = 0;
  const startMs = performance.now();
  const one = ({ path, method = 'GET', headers = {}, body }: LoadRequest) =>
    new Promise<number | undefined>((resolve) => {
      const sent = request({ hostname, port, path, method, headers, agent, timeout: 10_000 }, (response) => {
        response.resume();
        response.once('end', () => resolve(response.statusCode));
        response.once('error', () => resolve(undefined));
      });
      sent.once('timeout', () => sent.destroy());
      sent.once('error', () => resolve(undefined));
      sent.end(body);
    });
  const connection = async () => {
    while (performance.now() - startMs < ms) {
      const next = requestOf(requests++);
      const asked = typeof next === 'string' ? { path: next } : next;
      const sentMs = performance.now();
      const status = await one(asked);
      asked.answered?.(status);
      if (status === (asked.status ?? 200)) latenciesMs.push(performance.now() - sentMs);
      else errors++;
    }
  };
  await Promise.all(Array.from({ length: connections }, connection));
  const seconds = (performance.now() - startMs) / 1000;
  agent.destroy();
  return { requests, errors, seconds, latenciesMs };
}
