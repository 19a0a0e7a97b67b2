import { defineConfig } from './shared/contract/config.ts';
import type { EventType } from './shared/contract/event.ts';
import { defineFeatures } from './shared/feature/define.ts';

/**
 * Events that say that a visitor cared. A rating counts whatever its stars: most people rate what they chose. A view is an item's page that was
 * opened, from a slate or not: what visitors find by themselves says more of their taste than what was put before them.
 */
const interest: readonly EventType[] = ['view', 'click', 'cart', 'purchase', 'play', 'rating', 'conversion'];
const daySeconds = 86_400;

/** The demo's configuration, good for films and shops alike: what the data lacks (prices, brands, stars) is missing to the rankers. */
export default defineConfig({
  features: defineFeatures({
    // Catalogue: of the item, as of the release.
    popularity30d: {
      entity: 'item',
      aggregate: { kind: 'decayedCount', halfLifeSeconds: 30 * daySeconds },
      events: interest,
      transform: 'log1p',
      placement: 'catalog',
    },
    popularity7d: {
      entity: 'item',
      aggregate: { kind: 'decayedCount', halfLifeSeconds: 7 * daySeconds },
      events: interest,
      transform: 'log1p',
      placement: 'catalog',
    },
    meanRating: {
      entity: 'item',
      aggregate: { kind: 'mean', prior: 3.5, strength: 5 },
      events: ['rating'],
      placement: 'catalog',
    },
    price: { entity: 'item', attribute: 'price', transform: 'log1p', placement: 'catalog' },

    // Edge: of the request.
    itemAge: { entity: 'item', age: true, transform: 'log1p', placement: 'edge' },
    similarScore: { entity: 'candidate', source: 'similar', placement: 'edge' },
    nearestScore: { entity: 'candidate', source: 'nearest', placement: 'edge' },
    popularScore: { entity: 'candidate', source: 'popular', transform: 'log1p', placement: 'edge' },
    categoryScore: { entity: 'candidate', source: 'category', placement: 'edge' },
    // Edge: the candidate beside the seeds of the request, the items that a consenting visitor cared for last.
    seedCosineLast: { entity: 'candidate', seeds: { cosine: 'last', last: 1 }, placement: 'edge' },
    seedCosineMean: { entity: 'candidate', seeds: { cosine: 'mean', last: 10, decay: 0.9 }, placement: 'edge' },
    seedCategories: { entity: 'candidate', seeds: { match: 'categories', last: 10 }, placement: 'edge' },
    seedCategories3: { entity: 'candidate', seeds: { match: 'categories', last: 3 }, placement: 'edge' },
    seedBrand: { entity: 'candidate', seeds: { match: 'brand', last: 10 }, placement: 'edge' },
    seedPrice: { entity: 'candidate', seeds: { price: 'distance', last: 10 }, placement: 'edge' },
    hour: { entity: 'context', context: 'hour', placement: 'edge' },
    weekday: { entity: 'context', context: 'weekday', placement: 'edge' },
    deviceClass: { entity: 'context', context: 'deviceClass', placement: 'edge' },

    // Device: of the visitor's own history.
    userEvents: { entity: 'user', aggregate: { kind: 'count' }, events: interest, transform: 'log1p', placement: 'device' },
    categoryMatch50: { entity: 'userItem', match: { attribute: 'categories', last: 50 }, events: interest, placement: 'device' },
    categoryMatch5: { entity: 'userItem', match: { attribute: 'categories', last: 5 }, events: interest, placement: 'device' },
    brandMatch50: { entity: 'userItem', match: { attribute: 'brand', last: 50 }, events: interest, placement: 'device' },
    cosineLast: { entity: 'userItem', cosine: 'last', last: 1, events: interest, placement: 'device' },
    cosineMean: { entity: 'userItem', cosine: 'mean', last: 20, decay: 0.9, events: interest, placement: 'device' },
    cosineMax: { entity: 'userItem', cosine: 'max', last: 20, events: interest, placement: 'device' },
    ownEvents: { entity: 'userItem', aggregate: { kind: 'count' }, events: interest, transform: 'log1p', placement: 'device' },
    priceDistance: { entity: 'userItem', priceDistance: { last: 20 }, events: interest, placement: 'device' },
  }),

  surfaces: [
    {
      // Broad, so that the device finds something to move up whatever the visitor turns to: some 200 candidates after the blend, of every category.
      name: 'home',
      sources: [
        { source: 'popular', limit: 80, weight: 1 },
        { source: 'category', limit: 160, weight: 0.7 },
        { source: 'similar', limit: 100, weight: 1 },
        { source: 'nearest', limit: 100, weight: 1 },
        { source: 'recent', limit: 20, weight: 0.5 },
      ],
      rules: { excludeSeen: true, categoryShare: 0.75, calibration: 0.25 },
      rerank: true,
    },
    {
      name: 'similar',
      sources: [
        { source: 'similar', limit: 100, weight: 1 },
        { source: 'nearest', limit: 100, weight: 0.8 },
        // The floor for an item that nobody has met yet.
        { source: 'category', limit: 40, weight: 0.2 },
      ],
      rules: { excludeSeen: true, categoryShare: 1 },
      rerank: true,
    },
    {
      name: 'popular',
      sources: [{ source: 'popular', limit: 200, weight: 1 }],
      rules: { excludeSeen: false, categoryShare: 1 },
      rerank: false,
    },
    {
      name: 'new',
      sources: [{ source: 'recent', limit: 200, weight: 1 }],
      rules: { excludeSeen: true, categoryShare: 0.5 },
      rerank: true,
    },
  ],

  positives: { view: 1, click: 1, play: 1, rating: 1, cart: 2, purchase: 4, conversion: 4 },

  training: {
    seed: 1,
    testShare: 0.15,
    rankerShare: 0.2,
    popularHalfLifeDays: 30,
    budgetSeconds: 10,
    similar: { neighbours: 100, shrinkage: 5, window: 5 },
    als: { rank: 32, iterations: 8, regularisation: 0.01, unobservedWeight: 0.3 },
    // How long after an impression an event counts as what came of it.
    attributionSeconds: {
      click: 1800,
      view: 1800,
      play: 1800,
      dwell: 1800,
      rating: 7 * daySeconds,
      cart: 7 * daySeconds,
      purchase: 7 * daySeconds,
      conversion: 7 * daySeconds,
    },
    ranker: {
      light: ['listwise'],
      heavy: ['listwise'],
      negatives: 30,
      maxQueries: 4000,
      rows: 'both',
      places: 'additive',
      mostWeight: 20,
    },
  },
});
