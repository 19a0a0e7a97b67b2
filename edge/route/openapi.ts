import { openapiDocument } from '../openapi.ts';
import type { Route } from './context.ts';

/** `GET /openapi.json`, made at the first request. */
export const openapiRoute: Route = (app) => {
  let text: string | undefined;
  app.get('/openapi.json', (c) => {
    text ??= JSON.stringify(openapiDocument());
    return c.body(text, 200, { 'content-type': 'application/json', 'cache-control': 'public, max-age=3600' });
  });
};
