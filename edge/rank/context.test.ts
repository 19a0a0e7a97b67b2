import { expect, it } from 'vitest';
import type { Pack } from '../../shared/contract/pack.ts';
import type { FeatureDefinition } from '../../shared/feature/definition.ts';
import { fromBase64 } from '../../shared/model/base64.ts';
import { eventDeployment } from '../adapter/memory-deployment.ts';
import { fixtureRelease } from '../fixture/release.ts';
import type { SlateMessage } from '../ingest/message.ts';

const features: readonly FeatureDefinition[] = [
  { name: 'where', entity: 'context', context: 'surface', oneOf: ['similar', 'home'], placement: 'edge' },
  { name: 'country', entity: 'context', context: 'country', oneOf: ['AT', 'CH'], placement: 'edge' },
];

it('serves surface and country, and logs what it served from', async () => {
  const { app, admin, log } = await eventDeployment();
  await admin.publish('shop', fixtureRelease({ items: 10, features }));
  const ask = async (country: string | undefined) => {
    const request = new Request('https://edge.test/v1/recommend?site=shop', country === undefined ? {} : { cf: { country } });
    const pack = await (await app.fetch(request)).json<Pack>();
    const values = new Float32Array(fromBase64(pack.served).buffer);
    const width = values.length / pack.items.length;
    const { record } = log.messages.at(-1) as SlateMessage;
    return { served: [...values.subarray(width - 2, width)], logged: record.country };
  };
  expect(await ask('CH')).toEqual({ served: [1, 1], logged: 'CH' });
  // Not one of those that the feature knows; Tor, which is no country; and a Worker that is not told.
  expect(await ask('FR')).toEqual({ served: [1, Number.NaN], logged: 'FR' });
  expect(await ask('T1')).toEqual({ served: [1, Number.NaN], logged: undefined });
  expect(await ask(undefined)).toEqual({ served: [1, Number.NaN], logged: undefined });
});
