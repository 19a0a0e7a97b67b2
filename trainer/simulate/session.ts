import type { DraftEvent } from '../log/draft.ts';
import type { Catalogue, ShopItem } from './catalogue.ts';
import { coefficients, examination, logistic, type Moment, season, slateSize, utility } from './choice.ts';
import type { LoggingPolicy } from './policy.ts';
import type { Random } from './random.ts';
import type { Visitor } from './taste.ts';
import { categories } from './vocabulary.ts';

/** What a log never holds: whether the visitor looked, and how much they would have liked it. */
export interface ImpressionTruth {
  readonly id: string;
  readonly examined: boolean;
  /** P(click | examined). */
  readonly clickProbability: number;
}

export interface SessionSink {
  event(event: DraftEvent): void;
  impression(truth: ImpressionTruth): void;
}

export interface Shop {
  readonly catalogue: Catalogue;
  /** Items 0 to available - 1 have arrived. */
  readonly available: number;
  readonly policy: LoggingPolicy;
  /** Called with each item that is clicked or looked at: tomorrow's popularity. */
  interest(item: number): void;
}

/** Probability that a session takes up the last one's category, within a week. */
const continueIntent = 0.55;
const secondSlate = 0.1;
const meanBrowsed = 3;

/** Plays one visit: a home page with a slate or two, then browsing, then the till. */
export class Session {
  readonly #shop: Shop;
  readonly #visitor: Visitor;
  readonly #random: Random;
  readonly #sink: SessionSink;
  readonly #id: string;
  readonly #seen = new Set<number>();
  readonly #cart: number[] = [];
  #moment: Moment;
  #events = 0;
  #slates = 0;

  constructor(shop: Shop, visitor: Visitor, random: Random, sink: SessionSink, start: { id: string; tMs: number; day: number }) {
    this.#shop = shop;
    this.#visitor = visitor;
    this.#random = random;
    this.#sink = sink;
    this.#id = start.id;
    this.#moment = { tMs: start.tMs, intent: chooseIntent(visitor, random, start) };
    visitor.intent = this.#moment.intent;
    visitor.lastDay = start.day;
  }

  play(): void {
    this.#seeSlate();
    if (this.#random.chance(secondSlate)) this.#seeSlate();
    for (let left = this.#random.poisson(meanBrowsed); left > 0; left--) this.#browse();
    this.#pay();
  }

  #seeSlate(): void {
    const slate = `${this.#id}-l${++this.#slates}`;
    const placed = this.#shop.policy.slate(this.#random, Math.min(slateSize, this.#shop.available));
    const shown = placed.map(({ item, propensity }, position) => {
      this.#wait(0.2, 0.6);
      const id = this.#log('impression', item, { surface: 'home', slate, position, propensity });
      return { item, position, id };
    });
    for (const { item, position, id } of shown) {
      const want = this.#want(item);
      const clickProbability = this.#visitor.owned.has(item) ? 0 : logistic(coefficients.clickBias + want);
      const examined = this.#random.chance(examination[position] as number);
      this.#sink.impression({ id, examined, clickProbability });
      if (!examined) continue;
      this.#wait(0.5, 3);
      const place = { surface: 'home', slate, position };
      if (this.#random.chance(clickProbability)) {
        this.#log('click', item, place);
        this.#look(item);
      } else if (this.#random.chance(coefficients.hide * logistic(-want))) this.#log('hide', item, place);
    }
  }

  /** Finds an item without the slate's help: by menu or search. */
  #browse(): void {
    const category = this.#random.chance(0.8)
      ? this.#moment.intent
      : this.#random.weighted(this.#visitor.taste.categories.map((x) => Math.exp(x)));
    const { catalogue, available } = this.#shop;
    const choices = (catalogue.byCategory[category] as readonly number[]).filter(
      (item) => item < available && !this.#seen.has(item) && !this.#visitor.owned.has(item),
    );
    if (choices.length === 0) return;
    const item = choices[
      this.#random.weighted(choices.map((each) => Math.exp(coefficients.browse * this.#want(each))))
    ] as number;
    this.#wait(4, 25);
    this.#log('view', item);
    this.#look(item);
  }

  /** On an item's page: time passes, and it may go into the cart. */
  #look(item: number): void {
    const want = this.#want(item);
    this.#seen.add(item);
    this.#shop.interest(item);
    const seconds = Math.round(10 * Math.min(600, Math.exp(2.3 + 0.3 * want + 0.6 * this.#random.normal()))) / 10;
    this.#wait(seconds, seconds);
    this.#log('dwell', item, { value: seconds });
    if (!this.#cart.includes(item) && this.#random.chance(logistic(coefficients.cartBias + want))) {
      this.#log('cart', item, { value: this.#shopItem(item).item.price, quantity: 1 });
      this.#cart.push(item);
    }
  }

  #pay(): void {
    this.#wait(20, 60);
    for (const item of this.#cart) {
      if (!this.#random.chance(logistic(coefficients.purchaseBias + 0.2 * this.#want(item)))) continue;
      this.#log('purchase', item, { value: this.#shopItem(item).item.price, quantity: 1 });
      this.#visitor.owned.add(item);
    }
  }

  #log(type: DraftEvent['type'], item: number, more: Partial<DraftEvent> = {}): string {
    const id = `${this.#id}-${String(this.#events++).padStart(4, '0')}`;
    const { id: itemId } = this.#shopItem(item).item;
    this.#sink.event({ id, type, user: this.#visitor.id, session: this.#id, item: itemId, tMs: this.#moment.tMs, ...more });
    return id;
  }

  #want(item: number): number {
    return utility(this.#visitor.taste, this.#shopItem(item), this.#moment);
  }

  #shopItem(item: number): ShopItem {
    return this.#shop.catalogue.items[item] as ShopItem;
  }

  #wait(lowSeconds: number, highSeconds: number): void {
    const seconds = lowSeconds + (highSeconds - lowSeconds) * this.#random.next();
    this.#moment = { ...this.#moment, tMs: this.#moment.tMs + Math.ceil(seconds * 1000) };
  }
}

function chooseIntent(visitor: Visitor, random: Random, { tMs, day }: { tMs: number; day: number }): number {
  const recent = visitor.intent >= 0 && day - visitor.lastDay <= 7;
  if (recent && random.chance(continueIntent)) return visitor.intent;
  return random.weighted(
    categories.map((_, c) => Math.exp((visitor.taste.categories[c] as number) * 1.2 + 0.4 * season(c, tMs))),
  );
}
