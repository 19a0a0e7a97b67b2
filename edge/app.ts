import { Hono } from 'hono';
import { createItemCopies } from './feature/item-copies.ts';
import { createLiveDefinitions } from './feature/live.ts';
import { createOnlineUpdates, releaseItems } from './feature/update.ts';
import { createSigner, type Signer } from './pack/token.ts';
import type { Ports } from './port.ts';
import { ProblemError, problemResponse } from './problem.ts';
import { createPublisher } from './registry/publish.ts';
import { createServing } from './registry/serving.ts';
import { createTraffic } from './registry/traffic.ts';
import { createTrendingMemo } from './retrieve/trending.ts';
import { requireAdmin } from './route/admin.ts';
import { adminFileRoute } from './route/admin-file.ts';
import { adminLogRoute } from './route/admin-log.ts';
import { adminOnlineRoute } from './route/admin-online.ts';
import { adminPlanRoute } from './route/admin-plan.ts';
import { adminReleaseRoute } from './route/admin-release.ts';
import { allowedMethods } from './route/allowed.ts';
import type { Route, Services } from './route/context.ts';
import { allowOrigins, preflight } from './route/cors.ts';
import { engineRoute } from './route/engine.ts';
import { eventRoute } from './route/event.ts';
import { fileRoute } from './route/file.ts';
import { forgetRoute } from './route/forget.ts';
import { healthRoute } from './route/health.ts';
import { itemRoute } from './route/item.ts';
import { openapiRoute } from './route/openapi.ts';
import { pageOf } from './route/page.ts';
import { popularRoute } from './route/popular.ts';
import { recommendRoute } from './route/recommend.ts';

const routes: readonly Route[] = [
  recommendRoute,
  popularRoute,
  itemRoute,
  fileRoute,
  engineRoute,
  eventRoute,
  forgetRoute,
  healthRoute,
  openapiRoute,
  adminFileRoute,
  adminReleaseRoute,
  adminPlanRoute,
  adminLogRoute,
  adminOnlineRoute,
];

export interface App {
  fetch(request: Request): Promise<Response>;
}

/** The Worker's answers to HTTP, over ports. Whatever fails, the answer is a problem+json that says nothing of the inside. */
export function createApp(ports: Ports, services = createServices(ports)): App {
  const app = new Hono();
  app.use('/v1/admin/*', async (c, next) => {
    await requireAdmin(c.req.header('authorization'), ports.secrets.adminToken);
    await next();
    c.header('cache-control', 'no-store');
  });
  for (const route of routes) route(app, services);
  const methodsOf = allowedMethods(app.routes);

  app.notFound(async (c) => {
    const { method, path } = c.req;
    const methods = methodsOf(path);
    if (methods.length > 0) {
      if (method === 'OPTIONS') return preflight(path, methods);
      const refusal = new ProblemError('method-not-allowed', `${path.slice(0, 200)} takes ${methods.join(', ')}`);
      const response = problemResponse(refusal);
      response.headers.set('allow', [...methods, 'OPTIONS'].join(', '));
      return response;
    }
    return (
      (await pageOf(c.req.raw, path, ports.assets)) ??
      problemResponse(new ProblemError('not-found', 'there is nothing at this path'))
    );
  });
  app.onError((error) => {
    if (error.name === 'ProblemError') return problemResponse(error as ProblemError);
    if (error.name === 'PortError') {
      console.warn(error);
      return problemResponse(new ProblemError('overloaded', 'a store did not answer as it should; try again'));
    }
    console.error(error);
    return problemResponse(new ProblemError('internal', 'the request failed; it was recorded'));
  });

  return { fetch: async (request) => allowOrigins(request, await app.fetch(request)) };
}

/** What routes and the queue's consumer call, with their memories. */
export function createServices(ports: Ports): Services {
  const traffic = createTraffic(ports);
  const serving = createServing(ports);
  const live = createLiveDefinitions(ports, traffic);
  return {
    ports,
    traffic,
    serving,
    itemCopies: createItemCopies({ ports, traffic, serving, live }),
    updates: createOnlineUpdates({ ports, live, itemsOf: releaseItems(serving) }),
    publisher: createPublisher(ports, traffic),
    trending: createTrendingMemo(ports),
    signer: signerOf(ports.secrets.signingKeys),
  };
}

/** Without valid keys slates are unsigned and say so; nothing else depends on them. */
function signerOf(keys: string | undefined): Signer | undefined {
  if (!keys) return undefined;
  try {
    return createSigner(keys);
  } catch (error) {
    console.error(error);
    return undefined;
  }
}
