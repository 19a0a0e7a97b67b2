import type { Ordinal, ReleaseId, SiteId } from '../../shared/contract/id.ts';
import { key } from '../../shared/contract/key.ts';
import type { OnlineReadings, Ports } from '../port.ts';
import type { Serving, ServingRelease } from '../registry/serving.ts';
import type { Traffic } from '../registry/traffic.ts';
import { type CopyPlan, copyItems, decodeCopy, encodeCopy, type ItemCopy } from './item-copy.ts';
import type { LiveDefinitions } from './live.ts';
import { itemPlace, onlinePlans, plansOf } from './place.ts';

/** As old as what a data centre answers from its own cache. */
const freshMs = 60_000;
const heldReleases = 8;
/** Longer than any time to live that makes sense of a copy; what no cron refreshes goes by itself. */
const lifeSeconds = 24 * 3600;

export interface Refreshed {
  readonly release: ReleaseId;
  /** 0: its set has no online features of items. */
  readonly features: number;
  readonly items: number;
  /** Values of the copy store that were written. */
  readonly values: number;
  readonly atMs: number;
}

/** Online features of items, copied into the fast store next to each release: what is served when a shard fails or is late. Never the truth. */
export interface ItemCopies {
  /** What this isolate holds, without waiting; it is read again in the background when it is a minute old. */
  held(release: ServingRelease): readonly ItemCopy[];
  /**
   * Copies from the shards what they know of the items of every release in the plan that has traffic, where one has online features of items.
   * @throws Error when the plan, a release, a shard or the copy store fails; copies before stay.
   */
  refresh(site: SiteId): Promise<readonly Refreshed[]>;
}

interface Services {
  readonly ports: Pick<Ports, 'copies' | 'online' | 'nowMs' | 'defer'>;
  readonly traffic: Traffic;
  readonly serving: Serving;
  readonly live: LiveDefinitions;
}

export function createItemCopies({ ports, traffic, serving, live }: Services): ItemCopies {
  const memory = new Map<ReleaseId, { readonly atMs: number; copies: readonly ItemCopy[] }>();

  const load = async (release: ServingRelease, copyPlan: CopyPlan): Promise<readonly ItemCopy[]> => {
    const names = namesOf(release);
    const texts = await Promise.all(names.map((name) => ports.copies.read(name)));
    return texts.flatMap((bytes, i) => {
      try {
        return bytes ? [decodeCopy(copyPlan, bytes)] : [];
      } catch (error) {
        console.warn('copy', names[i], error);
        return [];
      }
    });
  };

  return {
    held(release) {
      const copyPlan = copyPlanOf(release);
      if (!copyPlan) return [];
      const known = memory.get(release.id);
      if (known && ports.nowMs() - known.atMs < freshMs) return known.copies;
      const entry = { atMs: ports.nowMs(), copies: known?.copies ?? [] };
      memory.delete(release.id);
      memory.set(release.id, entry);
      for (const oldest of memory.keys()) {
        if (memory.size <= heldReleases) break;
        memory.delete(oldest);
      }
      ports.defer(
        load(release, copyPlan).then((copies) => {
          entry.copies = copies;
        }),
      );
      return entry.copies;
    },

    async refresh(site) {
      // A release is not opened for nothing.
      if (!onlinePlans((await live.of(site)).definitions)?.item) return [];
      const { plan } = await traffic.planOf(site);
      const arms = new Map(plan?.arms.flatMap((arm) => (arm.mode === 'off' ? [] : [[arm.release, arm]])));
      const refreshed: Refreshed[] = [];
      for (const [id, arm] of arms) {
        const { release } = await serving.forArm(site, arm);
        if (release?.id !== id) throw new Error(`release ${id} cannot be opened now`);
        refreshed.push(await copyOne(release, ports));
      }
      return refreshed;
    },
  };
}

function copyPlanOf({ open: { features } }: ServingRelease): CopyPlan | undefined {
  const plan = plansOf(features)?.item;
  return plan && { featureHash: features.hash, plan };
}

const namesOf = ({ site, id, open }: ServingRelease): string[] =>
  Array.from({ length: Math.ceil(open.items.length / copyItems) }, (_, part) => key.onlineItems(site, id, part));

async function copyOne(release: ServingRelease, ports: Services['ports']): Promise<Refreshed> {
  const { id, open } = release;
  const atMs = ports.nowMs();
  const copyPlan = copyPlanOf(release);
  if (!copyPlan) return { release: id, features: 0, items: 0, values: 0, atMs };
  const names = namesOf(release);
  for (const [part, name] of names.entries()) {
    const from = (part * copyItems) as Ordinal;
    const copy = await readPart(release, copyPlan, { from, atMs }, ports);
    await ports.copies.write(name, encodeCopy(copyPlan, copy), lifeSeconds);
  }
  return { release: id, features: copyPlan.plan.features.length, items: open.items.length, values: names.length, atMs };
}

/** One call per shard. */
async function readPart(
  { site, open }: ServingRelease,
  { plan }: CopyPlan,
  { from, atMs }: Pick<ItemCopy, 'from' | 'atMs'>,
  { online }: Services['ports'],
): Promise<ItemCopy> {
  const width = plan.features.length;
  const ids = open.items.slice(from, from + copyItems).map((item) => item.id);
  const values = new Float32Array(ids.length * width).fill(Number.NaN);
  const ages = values.slice();
  const shards = Map.groupBy(ids.keys(), (row) => itemPlace(ids[row] as string).shard);
  await Promise.all(
    Array.from(shards, async ([shard, rows]) => {
      const asked = { plan: { ...plan, features: plan.features.map(withoutLife) }, keys: rows.map((row) => ids[row] as string) };
      const [readings] = await online.read(site, { kind: 'item', shard }, [asked], atMs);
      const found = readings as OnlineReadings;
      for (const [k, row] of rows.entries())
        for (let column = 0; column < width; column++) {
          values[row * width + column] = found.values[k * width + column] as number;
          ages[row * width + column] = (found.ages[k * width + column] as number) / 1000;
        }
    }),
  );
  return { from, atMs, values, ages };
}

/** What is stale is so when the copy is read; the copy keeps every value with its age. */
const withoutLife = <Feature extends { readonly ttlSeconds?: number }>({ ttlSeconds: _, ...feature }: Feature) =>
  feature as Feature;
