import { availableParallelism } from 'node:os';
import { chromium, type Page } from 'playwright-core';
import { quantile } from './quantile.ts';
import { measureLoads } from './rerank/loads.ts';
import { features } from './rerank/models.ts';
import type { RerankTask, RerankTimes } from './rerank/protocol.ts';
import { serveBenchSite } from './rerank/site.ts';

export interface RerankBenchOptions {
  /** Repetitions of each engine per size of list. */
  readonly repetitions?: number;
  /** Visits of a page. */
  readonly loads?: number;
}

const chromiumArguments = [
  '--headless=new',
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];
const throttling = 4;
const models = ['dense', 'trees', 'attention', 'din'] as const;
/** DIN takes thirty times as long as the others. */
const timesOf = (model: RerankTask['model'], repetitions: number) => Math.ceil(repetitions / (model === 'din' ? 10 : 1));
/** Scores here are of the order of 1. */
const tolerance = 1e-5;

function askWorker(page: Page, task: RerankTask): Promise<RerankTimes> {
  return page.evaluate(
    (given) => (window as unknown as { inWorker(task: RerankTask): Promise<RerankTimes> }).inWorker(given),
    task,
  );
}

function askPage(page: Page, task: RerankTask): Promise<RerankTimes> {
  return page.evaluate((given) => (window as unknown as { onPage(task: RerankTask): Promise<RerankTimes> }).onPage(given), task);
}

/** Milliseconds of the kernel engine, median and p95, on the page's own thread with the CPU throttled: Chromium refuses to throttle a Web Worker. */
async function throttled(page: Page, model: RerankTask['model'], repetitions: number): Promise<readonly [number, number]> {
  const session = await page.context().newCDPSession(page);
  await session.send('Emulation.setCPUThrottlingRate', { rate: throttling });
  const { kernelMs } = await askPage(page, { model, rows: 200, repetitions, withOnnx: false });
  await session.detach();
  return [quantile(kernelMs, 0.5), quantile(kernelMs, 0.95)];
}

/**
 * Kernel engine and onnxruntime-web (WASM, one thread) by turns in a Web Worker of a real Chromium, each model on the engine that browsers load
 * for it: a dense ranker 64-128-64-1 and 200 trees
 * of depth 6 on 200 and 500 candidates x 32 features; and target attention over 50 events, the inputs of the visit made anew each time, beside the same with
 * DIN's activation unit. `denseRatio`, `treesRatio`, `attentionRatio` and `dinRatio` are median onnxruntime-web / median kernel at 500. Then
 * whole visits of a page, its CPU throttled: `longestTaskMs` and `layoutShift`, see rerank/loads.ts.
 * VITRINE_CHROMIUM names another Chromium than /usr/bin/chromium.
 */
export async function run({ repetitions = 300, loads = 7 }: RerankBenchOptions = {}): Promise<Record<string, unknown>> {
  const site = await serveBenchSite();
  try {
    const executablePath = process.env.VITRINE_CHROMIUM ?? '/usr/bin/chromium';
    const browser = await chromium.launch({ executablePath, args: chromiumArguments });
    try {
      const page = await browser.newPage();
      await page.goto(site.url);
      await page.waitForFunction(() => 'inWorker' in window);
      const figures: Record<string, unknown> = {
        bench: 'rerank',
        features,
        repetitions,
        chromium: browser.version(),
        cores: availableParallelism(),
      };
      for (const model of models) {
        for (const rows of [200, 500]) {
          const times = await askWorker(page, { model, rows, repetitions: timesOf(model, repetitions), withOnnx: true });
          if (!(times.difference < tolerance)) throw new Error(`${model}: the engines differ by ${times.difference}`);
          const [kernel, onnx] = [quantile(times.kernelMs, 0.5), quantile(times.onnxMs, 0.5)];
          figures[`${model}${rows}`] = {
            kernelMs: kernel,
            kernelP95Ms: quantile(times.kernelMs, 0.95),
            onnxMs: onnx,
            onnxP95Ms: quantile(times.onnxMs, 0.95),
            kernelStartMs: times.kernelStartMs,
            onnxStartMs: times.onnxStartMs,
          };
          if (rows === 500) figures[`${model}Ratio`] = onnx / kernel;
        }
      }
      for (const model of models) {
        const [median, p95] = await throttled(page, model, timesOf(model, repetitions));
        const name = model === 'dense' ? '' : `${model[0]?.toUpperCase()}${model.slice(1)}`;
        Object.assign(figures, { [`throttled${name}Ms`]: median, [`throttled${name}P95Ms`]: p95 });
      }
      await page.close();
      // Whole visits take a minute more: who does not want to wait has these.
      console.error(JSON.stringify(figures));
      return { ...figures, ...(await measureLoads(browser, loads, throttling)) };
    } finally {
      await browser.close();
    }
  } finally {
    await site.close();
  }
}
