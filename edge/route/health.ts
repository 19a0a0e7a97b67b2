import { checkQuery } from '../schema/check.ts';
import { siteQuery } from '../schema/query.ts';
import type { Route } from './context.ts';
import { planOfSite } from './site.ts';

/** `GET /v1/health?site=`: whether a site is served, and from which release. Without `site`: whether the Worker answers. */
export const healthRoute: Route = (app, { traffic, serving, ports, signer }) => {
  app.get('/v1/health', async (c) => {
    const headers = { 'cache-control': 'no-store' };
    if (!new URL(c.req.url).searchParams.has('site')) return c.json({ ok: true, nowMs: ports.nowMs() }, 200, headers);
    const { site } = checkQuery(siteQuery, c.req.url);
    const { plan, stale } = await planOfSite(site, traffic);
    const live = plan.arms.find(({ mode }) => mode === 'live');
    const { release, degraded } = await serving.forArm(site, live);
    const ok = release !== undefined && release.id === live?.release && release.delta === live.delta && !stale;
    const problems = [
      ...degraded,
      ...(release?.refused ? [{ stage: 'rank' as const, reason: release.refused }] : []),
      ...(release?.encoderRefused ? [{ stage: 'retrieve' as const, reason: 'encoder-refused' }] : []),
    ];
    return c.json(
      {
        ok,
        site,
        release: release?.id ?? null,
        delta: release?.delta ?? null,
        items: release?.open.items.length ?? 0,
        plan: plan.version,
        arms: plan.arms.map(({ name, mode, weight }) => ({ name, mode, weight })),
        surfaces: release?.open.manifest.surfaces.map(({ name }) => name) ?? [],
        engine: release?.light?.name ?? null,
        signed: signer !== undefined,
        degraded: problems,
      },
      200,
      headers,
    );
  });

  /** The least that this Worker can do: what benchmarks compare with. */
  app.get('/v1/hello', (c) => c.text('hello'));
};
