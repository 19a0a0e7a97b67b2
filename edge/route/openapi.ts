import type { Route } from './context.ts';

export const openapiRoute: Route = (app) => {
  app.get('/openapi.json', (c) => c.json({}));
};
