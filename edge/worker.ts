import { waitUntil } from 'cloudflare:workers';
import { d1Registry } from './adapter/d1.ts';
import { rateGate } from './adapter/gate.ts';
import { wasmKernels } from './adapter/kernel.ts';
import { kvCopies } from './adapter/kv.ts';
import { durableOnline } from './adapter/online.ts';
import { cloudflareQueue } from './adapter/queue.ts';
import { r2Files } from './adapter/r2.ts';
import { durableTrending } from './adapter/trending.ts';
import { type App, createApp, createServices } from './app.ts';
import { boundedPorts } from './bounded.ts';
import type { Env } from './env.ts';
import { consumeDead, consumeLog } from './ingest/consume.ts';
import type { Ports } from './port.ts';
import type { Services } from './route/context.ts';
import { runSchedule } from './schedule.ts';

export { OnlineState } from './state/online.ts';
export { TrendingShard } from './state/trending.ts';

const deadLetters = 'vitrine-log-dead';

/** Once per isolate: what is opened for one request serves the next. */
let instance: { readonly ports: Ports; readonly services: Services; readonly app: App } | undefined;

function instanceOf(env: Env) {
  if (!instance) {
    const ports = boundedPorts(portsOf(env));
    const services = createServices(ports);
    instance = { ports, services, app: createApp(ports, services) };
  }
  return instance;
}

function portsOf(env: Env): Ports {
  return {
    files: r2Files(env.FILES),
    copies: kvCopies(env.COPIES),
    registry: d1Registry(env.DB),
    log: cloudflareQueue(env.LOG),
    trending: durableTrending(env.TRENDING),
    online: durableOnline(env.ONLINE),
    gate: rateGate(env.EVENT_RATE),
    assets: env.ASSETS,
    kernels: wasmKernels(),
    secrets: { adminToken: env.ADMIN_TOKEN, signingKeys: env.SIGNING_KEYS },
    nowMs: () => Date.now(),
    randomBytes: (count) => crypto.getRandomValues(new Uint8Array(count)),
    defer: (work) => waitUntil(work.catch((error) => console.warn('deferred', error))),
  };
}

export default {
  fetch: (request, env) => instanceOf(env).app.fetch(request),

  async queue(batch, env) {
    const { services } = instanceOf(env);
    await (batch.queue === deadLetters ? consumeDead : consumeLog)(batch.messages, services);
  },

  async scheduled(_controller, env) {
    const { services } = instanceOf(env);
    await runSchedule(services);
  },
} satisfies ExportedHandler<Env>;
