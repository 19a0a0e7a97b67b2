import { createRandom, shuffle } from '../../random.ts';
import { type Standard, standardOf } from '../standardise.ts';
import type { NetworkData } from './data.ts';
import { createLayout, initialise, type Layout, type NetworkShape } from './layout.ts';
import { openMachine } from './machine.ts';

export interface NetworkSettings {
  readonly hidden: readonly number[];
  readonly epochs: number;
  readonly learningRate: number;
  /** Decoupled from the gradient; of weights of dense layers alone. */
  readonly weightDecay: number;
}

export interface NetworkFit extends NetworkSettings {
  readonly seed: number;
  readonly stream: string;
  readonly threads: number;
}

export interface TrainedNetwork {
  readonly standard: Standard;
  readonly layout: Layout;
  /** Moving average of the parameters after the best epoch. */
  readonly values: Float32Array;
  /** Mean loss per list on the later slice after each epoch; the least one is the network's. */
  readonly validation: readonly number[];
}

/** Share of the lists, the latest, that only decide when to stop. */
const validationShare = 0.15;
const listsPerStep = 16;
/** Of the moving average of weights, which ranks better than the last step's (Polyak and Juditsky 1992). */
const averageDecay = 0.995;
/** Epochs without a better validation loss before giving up. */
const patience = 3;

/**
 * Fits a network by AdamW on batches of lists, with a cosine schedule, a moving average of the parameters and early stopping on the latest lists.
 * @throws RangeError when there are fewer than two lists, or for settings out of range.
 */
export async function trainNetwork(
  data: NetworkData,
  shape: Pick<NetworkShape, 'heads' | 'attention'>,
  settings: NetworkFit,
): Promise<TrainedNetwork> {
  checkSettings(settings);
  const { rows } = data;
  const { hidden, epochs, learningRate, weightDecay, threads } = settings;
  if (rows.lists < 2) throw new RangeError(`a network learns from at least 2 lists, not ${rows.lists}`);
  const trained = Math.max(1, rows.lists - Math.max(1, Math.round(rows.lists * validationShare)));
  const random = createRandom(settings.seed, `ranker/${settings.stream}`);
  const standard = standardOf(rows, trained);
  const layout = createLayout({ columns: rows.columns, hidden, ...shape });
  const machine = await openMachine(layout, standard, data, { threads, listsPerStep });
  try {
    initialise(layout, machine.values, random);
    machine.average.set(machine.values);
    const order = Int32Array.from({ length: trained }, (_, q) => q);
    const later = Int32Array.from({ length: rows.lists - trained }, (_, q) => trained + q);
    const judge = () => {
      let sum = 0;
      for (let at = 0; at < later.length; at += listsPerStep)
        sum += machine.loss(later.subarray(at, at + listsPerStep), 'average');
      return sum / later.length;
    };
    const steps = Math.ceil(trained / listsPerStep) * epochs;
    const validation: number[] = [];
    let best = machine.average.slice();
    let least = judge();
    for (let epoch = 0, step = 0, waited = 0; epoch < epochs && waited < patience; epoch++) {
      shuffle(order, random);
      for (let at = 0; at < trained; at += listsPerStep, step++) {
        const rate = learningRate * 0.5 * (1 + Math.cos((Math.PI * step) / steps));
        machine.learn(order.subarray(at, at + listsPerStep), {
          rate,
          decay: weightDecay,
          follow: Math.min(averageDecay, (1 + step) / (10 + step)),
        });
      }
      const loss = judge();
      validation.push(loss);
      waited = loss < least ? 0 : waited + 1;
      if (loss < least) {
        least = loss;
        best = machine.average.slice();
      }
    }
    return { standard, layout, values: Float32Array.from(best), validation };
  } finally {
    await machine.close();
  }
}

function checkSettings({ hidden, epochs, learningRate, weightDecay }: NetworkSettings): void {
  const whole = (value: number) => Number.isSafeInteger(value) && value >= 1;
  if (!hidden.every(whole)) throw new RangeError(`hidden layers are whole numbers from 1; got ${hidden.join(', ')}`);
  if (!whole(epochs)) throw new RangeError(`epochs is a whole number from 1; got ${epochs}`);
  if (!(learningRate > 0 && Number.isFinite(learningRate))) throw new RangeError(`learningRate is above 0; got ${learningRate}`);
  if (!(weightDecay >= 0 && Number.isFinite(weightDecay))) throw new RangeError(`weightDecay is from 0; got ${weightDecay}`);
}
