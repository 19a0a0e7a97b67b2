import type { ItemId } from '../../shared/contract/id.ts';
import type { Pack } from '../../shared/contract/pack.ts';
import type { HistoryItem } from '../../shared/feature/history.ts';
import type { DenseKernel } from '../../shared/kernel/rank.ts';
import { loadPart } from '../part.ts';
import { erase } from '../store/erase.ts';
import { noStore } from '../store/late.ts';
import { openStore } from '../store/open.ts';
import type { Store } from '../store/store.ts';
import { Artifacts } from './artifact.ts';
import { decodeColumns, historyItem } from './columns.ts';
import { checkSet } from './engine.ts';
import { History } from './history.ts';
import { loadKernel } from './kernel.ts';
import type { Deed, RerankAnswer, RerankJob, RerankWorker, WorkerSettings } from './protocol.ts';
import { SerialQueue } from './queue.ts';
import { rank } from './rank.ts';
import { openRanker, type Ranker } from './ranker.ts';
import { RerankRefused } from './refused.ts';

/** Candidates whose vectors are remembered, so that a deed on one of them is stored with its vector. */
const knownLimit = 4000;

/** The worker's side of protocol.ts, without the thread: local state, release files, engines. */
export class RerankService implements RerankWorker {
  #settings: WorkerSettings | undefined;
  store: Store = noStore();
  readonly #loadPast = () => loadPart((this.#settings as WorkerSettings).base, 'past');
  #history = new History(this.store, this.#loadPast);
  #artifacts: Artifacts | undefined;
  #kernel: Promise<DenseKernel> | undefined;
  readonly #rankers = new Map<string, Promise<Ranker>>();
  readonly #known = new Map<ItemId, HistoryItem>();
  readonly #queue = new SerialQueue();

  async open(settings: WorkerSettings): Promise<void> {
    this.#settings = settings;
    this.#artifacts = new Artifacts(settings.site, settings.edge);
    this.#use(settings.consent);
  }

  async ping(): Promise<void> {}

  async rerank(job: RerankJob): Promise<RerankAnswer> {
    try {
      return { ok: true, device: await this.#rerank(job) };
    } catch (error) {
      const { name, reason } = error as RerankRefused;
      return { ok: false, reason: name === 'RerankRefused' ? reason : 'failed' };
    }
  }

  async record({ item: id, display, ...deed }: Deed): Promise<void> {
    const item = this.#known.get(id) ?? this.#history.find(id) ?? (display ? historyItem(display) : await this.#ask(id));
    await this.#history.add({ ...deed, item });
  }

  async consent(granted: boolean): Promise<void> {
    if (!this.#settings || (granted && this.#artifacts?.keep)) return;
    if (!granted) {
      await this.store.clear().catch(() => {});
      this.store.close();
      await erase(this.#settings.site);
    }
    this.#use(granted);
  }

  async #rerank({ pack, nowMs, explain }: RerankJob) {
    if (!pack.model) throw new RerankRefused('no-model');
    const clock = () => performance.now();
    const started = clock();
    const ranker = await this.#ranker(pack.model);
    const { set, engine } = ranker;
    checkSet(pack.featureHash, set);
    const past = await this.#history.past(set);
    const found = await past?.find(pack, this.#artifacts, this.#settings);
    const columns = decodeColumns(pack, set.served.length);
    this.#remember(columns.candidates);
    const opened = clock();
    // Engines have one memory each: one run at a time.
    const device = await this.#queue.add(() => rank({ pack, columns, set, engine, past, nowMs, explain, clock }));
    return { ...device, ...found, timing: { open: opened - started, ...device.timing } };
  }

  #ranker(model: NonNullable<Pack['model']>): Promise<Ranker> {
    const key = JSON.stringify(model);
    const open = this.#rankers.get(key);
    if (open) return open;
    const { base, edge } = this.#settings as WorkerSettings;
    // Beside the model, not after it.
    this.#kernel ??= loadKernel(base);
    const port = { artifacts: this.#artifacts as Artifacts, store: this.store, kernel: this.#kernel, base, edge };
    const opening = openRanker(model, port);
    this.#rankers.set(key, opening);
    // What failed may succeed later: a network error must not last as long as the page.
    opening.catch(() => this.#rankers.delete(key));
    return opening;
  }

  #remember(candidates: readonly HistoryItem[]): void {
    for (const candidate of candidates) this.#known.set(candidate.id, candidate);
    for (const oldest of this.#known.keys()) {
      if (this.#known.size <= knownLimit) break;
      this.#known.delete(oldest);
    }
  }

  /** An item that the page named and no pack has shown. */
  #ask(id: ItemId): Promise<HistoryItem> {
    return this.#loadPast()
      .then((past) => past.askItem(id, this.#settings, this.#artifacts))
      .catch(() => ({ id, categories: [] }));
  }

  #use(consent: boolean): void {
    const { site, base } = this.#settings as WorkerSettings;
    if (this.#artifacts) this.#artifacts.keep = consent;
    // Another tab deleted everything: this one goes on without a store.
    this.#hold(consent ? openStore(site, base, () => this.#hold(noStore())) : noStore());
  }

  #hold(store: Store): void {
    this.store = store;
    this.#history = new History(store, this.#loadPast);
  }
}
