import { fileURLToPath } from 'node:url';
import type { Page } from 'playwright-core';
import { build, type Plugin } from 'vite';

/** Functions of a module that run inside a page; arguments and results are JSON. */
export type PageModule<Module> = <Name extends keyof Module & string>(
  page: Page,
  name: Name,
  ...values: Module[Name] extends (...values: infer Values) => unknown ? Values : never
) => Promise<Awaited<Module[Name] extends (...values: never) => infer Result ? Result : never>>;

/** Modules under test run without the client's parts: whoever loads one finds none. */
const noParts: Plugin = {
  name: 'no-parts',
  resolveId: (id) => (id === 'virtual:parts' ? id : null),
  load: (id) => (id === 'virtual:parts' ? "export const sdk = 'none'; export const hash = 'none';" : null),
};

/** Bundles a module beside this file. Each call puts it into the page and calls one of its functions. */
export async function pageModule<Module>(file: string): Promise<PageModule<Module>> {
  const entry = fileURLToPath(new URL(file, import.meta.url));
  const lib = { entry, formats: ['iife' as const], name: 'pageModule' };
  const built = await build({ configFile: false, logLevel: 'silent', plugins: [noParts], build: { write: false, lib } });
  const [output] = Array.isArray(built) ? built : [];
  const content = output?.output[0].code ?? '';
  return async (page, name, ...values) => {
    await page.addScriptTag({ content });
    // What a string evaluates to is not known to the compiler.
    return (await page.evaluate(`pageModule.${name}(...${JSON.stringify(values)})`)) as never;
  };
}
