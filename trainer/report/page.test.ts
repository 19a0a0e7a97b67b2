import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { baseSystems, type EvaluationReport, type Metrics } from '../evaluate/report.ts';
import { segments } from '../evaluate/segment.ts';
import { htmlReport } from './page.ts';
import { formatTick, formatValue, scaleOf } from './svg.ts';

const systems = [...baseSystems];
const value = (mean: number, half = 0.01) => ({ mean, low: mean - half, high: mean + half });
const bySystem = <Value>(make: (index: number) => Value) => Object.fromEntries(systems.map((system, i) => [system, make(i)]));

function report(more: Partial<EvaluationReport> = {}): EvaluationReport {
  const metrics: Record<string, Metrics> = bySystem((i) => ({
    'ndcg@5': value(0.1 / (i + 1)),
    'recall@5': value(0.2 / (i + 1)),
  }));
  metrics['release - edge'] = { 'ndcg@5': value(-0.02) };
  const part = (queries: number) => ({ queries, users: queries, metrics: bySystem((i) => ({ 'ndcg@5': value(0.1 / (i + 1)) })) });
  return {
    version: 1,
    surface: 'home',
    k: 5,
    queries: 1234,
    users: 99,
    fromMs: Date.UTC(2020, 1, 3),
    systems,
    metrics,
    segments: Object.fromEntries(segments.map((segment) => [segment, part(segment === 'cold items' ? 0 : 7)])),
    coverage: bySystem((i) => [1, 2, 3, 4, 5].map((place) => (place * (i + 1)) / 30)),
    importance: {
      light: { questions: 70, ndcg: 0.2, features: [{ name: 'popularity', permutation: 0.03 }] },
      heavy: {
        questions: 70,
        ndcg: 0.2,
        features: [
          { name: 'aFeatureWithALongName', permutation: 0.04, gain: 0.6, shap: 1.5 },
          { name: 'harmful', permutation: -0.01, gain: 0.4, shap: 0.1 },
        ],
      },
    },
    kept: { mean: 0.93, low: 0.81, high: 1.02 },
    ...more,
  } as unknown as EvaluationReport;
}

/** Names of elements that are opened and not closed, or closed in the wrong order. */
function unbalanced(html: string): string[] {
  const empty = new Set(['meta', '!doctype']);
  const open: string[] = [];
  for (const [, close, name = ''] of html.replace(/<style>[\s\S]*<\/style>/, '').matchAll(/<(\/?)([a-z!][a-z0-9]*)[^>]*>/gi)) {
    if (empty.has(name)) continue;
    if (!close) open.push(name);
    else if (open.pop() !== name) return [...open, name];
  }
  return open;
}

describe('the page of a report', () => {
  const html = htmlReport(report(), { data: 'films', release: 'abc', warnings: ['few <b>lists</b>'] });

  test('needs nothing else: no script, no address, no picture from elsewhere', () => {
    expect(html).not.toMatch(/<script|https?:|url\(|<link|<img|@import/i);
    expect(html).toContain("default-src 'none'");
    expect(unbalanced(html)).toEqual([]);
  });

  test('what rankers go by: bars of what each feature is worth, of trees by three measures; further rankers have names', () => {
    expect(html).toContain('aria-label="light ranker: NDCG lost when shuffled"');
    expect(html).not.toContain('aria-label="light ranker: mean |Shapley value|"');
    for (const measure of ['NDCG lost when shuffled', 'mean |Shapley value|', 'share of the gain of splits'])
      expect(html).toContain(`aria-label="heavy ranker: ${measure}"`);
    expect(html).toContain('aFeatureWithALong…');
    expect(html).toContain('The edge keeps 93 % (81 to 102)');
    expect(html).not.toMatch(/width="-/);
    const { importance: _, kept: __, ...plain } = report({ systems: ['release', 'tree<s', ...baseSystems.slice(1)] });
    const without = htmlReport(plain, { data: 'films' });
    expect(without).not.toContain('ranker: NDCG lost');
    expect(without).not.toContain('The edge keeps');
    expect(without).toContain('class="fill other"');
    expect(without).toContain('tree&lt;s');
    expect(without).not.toContain('tree<s');
  });

  test('has every system, segment that was asked, interval and warning; what comes from outside is text', () => {
    for (const system of systems) expect(html).toContain(`class="fill ${system}"`);
    expect(html).toContain('new visitors');
    expect(html).not.toContain('cold items');
    expect(html).toContain('.1000<small>.0900 to .1100</small>');
    expect(html).toContain('-.0200');
    expect(html).toContain('few &lt;b&gt;lists&lt;/b&gt;');
    expect(html).toContain('1,234 next choices of 99 visitors from 2020-02-03');
  });

  test('says what the release is made by, and why not by others', () => {
    const choice = {
      model: 'ease',
      settings: {},
      ndcg10: { 'gf-cf': 0.04, ease: 0.05 },
      cases: 9,
      skipped: [{ name: 'net', reason: '<slow>' }],
    };
    const { cases: _, ...fitted } = choice;
    const distilled = { weight: 0.5, temperature: 2, ndcg10: { alone: 0.1, taught: 0.125 } };
    const light = { ...fitted, model: 'listwise', ndcg10: {}, lists: 40, distilled };
    const page = htmlReport(report({ choice: { similar: choice, light } }), { data: 'x' });
    expect(page).toMatch(/<strong>ease<\/strong>.*\.0500.*gf-cf.*\.0400.*net.*&lt;slow&gt;/);
    expect(page).toMatch(/Light ranker.*<strong>listwise<\/strong>.*weight 0\.5, temperature 2: \.1000 to \.1250/);
    expect(unbalanced(page)).toEqual([]);
    expect(html).not.toContain('What it is made by');
  });

  test('holds probabilities of clicks against what was clicked, by ranker, and orders against the ideal one where it is known', () => {
    const bins = [
      { n: 600, predicted: 0.01, observed: 0.012 },
      { n: 601, predicted: 0.04, observed: 0.036 },
    ];
    const of = (mean: number) => ({
      impressions: 1201,
      clicks: 29,
      logLoss: 0.11,
      baseLogLoss: 0.12,
      ece: value(mean, 0.001),
      eceByWidth: value(mean, 0.001),
      bins,
    });
    const metrics: Record<string, Metrics> = bySystem((i) => ({ 'ndcg@5': value(0.1), 'regret@5': value(0.3 + i / 10) }));
    metrics['release - edge'] = { 'regret@5': value(-0.1234) };
    const page = htmlReport(report({ metrics, probabilities: { release: of(0.003), edge: of(0.004) } }), { data: 'x' });
    const [, drawn = ''] = page.match(/aria-label="Observed against predicted[^>]*>(.*?)<\/svg>/) ?? [];
    for (const ranker of ['release', 'edge']) expect(drawn.split(`class="fill ${ranker}"`)).toHaveLength(1 + bins.length);
    for (const figure of ['.0030<small>.0020 to .0040', '.0040<small>.0030 to .0050', '>1,201<', '>.0360<', 'Bins of edge'])
      expect(page).toContain(figure);
    expect(page).toContain('aria-label="Regret at 5 by system"');
    expect(page).toMatch(/aria-label="Regret at 5, paired differences".*-\.1234/);
    expect(page).not.toMatch(/NaN|Infinity|undefined/);
    expect(unbalanced(page)).toEqual([]);
    expect(html).not.toMatch(/Regret|come true/);
    const one = htmlReport(report({ probabilities: { edge: { ...of(0), bins: [{ n: 9, predicted: 0, observed: 0 }] } } }), {
      data: 'x',
    });
    expect(one).not.toMatch(/NaN|Infinity|undefined|Bins of release/);
  });

  test('draws zeros, one place and equal ends without a number that is none', () => {
    const zero = { mean: 0, low: 0, high: 0 };
    const none = bySystem(() => ({ 'ndcg@1': zero, 'recall@1': zero })) as Record<string, Metrics>;
    const page = htmlReport(
      report({ k: 1, metrics: none, coverage: bySystem(() => [0]) as unknown as EvaluationReport['coverage'] }),
      {
        data: 'x',
      },
    );
    expect(page).not.toMatch(/NaN|Infinity|undefined/);
    expect(unbalanced(page)).toEqual([]);
  });
});

test('a scale holds its ends, has round ticks in order and few of them', () => {
  fc.assert(
    fc.property(fc.double({ min: -5, max: 5, noNaN: true }), fc.double({ min: 1e-6, max: 50, noNaN: true }), (low, span) => {
      const scale = scaleOf(low, low + span, 0, 100);
      expect(scale(low)).toBeGreaterThanOrEqual(-1e-6);
      expect(scale(low + span)).toBeLessThanOrEqual(100 + 1e-6);
      expect(scale.ticks.length).toBeLessThanOrEqual(7);
      expect(scale.ticks.map((tick) => scale(tick)).every((at, i, all) => i === 0 || at > all[i - 1]!)).toBe(true);
    }),
  );
  expect(scaleOf(0, 0.12, 0, 100).ticks.map(formatTick)).toEqual(['0', '.05', '.1', '.15']);
  expect([formatValue(0.09846), formatValue(-0.02), formatValue(10.951)]).toEqual(['.0985', '-.0200', '10.95']);
});
