import { defineConfig } from '../shared/contract/config.ts';
import { defineFeatures } from '../shared/feature/define.ts';
import defaults from '../vitrine.config.ts';

/** What a visitor bought of this very item, kept by the edge's online store for visitors who consent. */
const bought = { entity: 'userItem', events: ['purchase'], placement: 'edge' } as const;
const daySeconds = 86_400;

/**
 * For shops where people buy the same things again and again: nothing that was bought is hidden, categories are not capped, and both rankers know how
 * often and how lately the visitor bought a candidate. The seeds of a request alone would not do: they are the ten newest items, and a basket has more.
 */
export default defineConfig({
  ...defaults,
  features: [
    ...defaults.features,
    ...defineFeatures({
      boughtBefore: { ...bought, aggregate: { kind: 'count' }, transform: 'log1p' },
      boughtRecently: {
        ...bought,
        aggregate: { kind: 'decayedCount', halfLifeSeconds: 45 * daySeconds },
        transform: 'log1p',
      },
      sinceBought: { ...bought, aggregate: { kind: 'timeSince' }, transform: 'log1p' },
    }),
  ],
  surfaces: defaults.surfaces.map((surface) => ({ ...surface, rules: { excludeSeen: false, categoryShare: 1 } })),
  positives: { purchase: 1 },
});
