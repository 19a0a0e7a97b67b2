import { type AdminOptions, adminPath, createAdminCalls, type PublishTarget } from './admin.ts';

/** A release whose items' online features were copied. */
export interface Refreshed {
  readonly release: string;
  readonly features: number;
  readonly items: number;
  readonly values: number;
  readonly atMs: number;
}

/** Has the Worker copy what its online store knows of items next to every release with traffic, as its cron does. @throws Failure refused, unreachable */
export async function refreshItems(target: PublishTarget, options: AdminOptions = {}): Promise<readonly Refreshed[]> {
  const { expectOk } = createAdminCalls(target, options);
  const response = await expectOk({ method: 'POST', path: `${adminPath(target.site)}/online/refresh` });
  return ((await response.json()) as { releases: Refreshed[] }).releases;
}
