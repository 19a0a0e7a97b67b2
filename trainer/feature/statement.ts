import { type AxisTable, createAxis } from './axis.ts';
import type { Dialect } from './dialect.ts';
import type { Key } from './entity.ts';
import { createRecent, type RecentTable } from './recent.ts';
import { createSeeds } from './seed.ts';
import { createSource, type Source } from './source.ts';

export interface CompileOptions {
  /** Whether `events` may hold an id several times; the first by `seq` counts. Default: false, a data set has each once. */
  readonly duplicates?: boolean;
  /** Elements of `items.vector`; needed for means of vectors. */
  readonly vectorDim?: number;
}

/** A statement in the making: features ask for tables, of which each is there once, whatever the number of features that read it. */
export interface Statement {
  readonly dialect: Dialect;
  readonly source: Source;
  readonly vectorDim: number | undefined;
  /** @param explode see axis.ts */
  axisOf(key: Key, explode?: string): AxisTable;
  /** The last events of a key that meet a condition. */
  recentOf(key: Key, condition: string): RecentTable;
  /** The seeds of the queries. */
  seeds(): RecentTable;
  /** Adds a common table expression that others read; equal names are one. */
  define(name: string, expression: string): void;
  /** Adds a common table expression that the result is joined with by its column `query`. */
  join(name: string, expression: string): void;
  /** All tables that the result is joined with. */
  joined(): string[];
  /** All common table expressions, each after those it reads. */
  expressions(): string[];
}

export function createStatement(dialect: Dialect, { duplicates = false, vectorDim }: CompileOptions): Statement {
  const source = createSource(dialect, { duplicates });
  const axes = new Map<string, AxisTable>();
  const recents = new Map<string, RecentTable>();
  let seeds: RecentTable | undefined;
  const defined = new Map<string, string>();
  const joined = new Map<string, string>();
  const axisOf = (key: Key, explode?: string) => {
    const name = [...key, explode ?? ''].join(' ');
    const axis = axes.get(name) ?? createAxis(dialect, source, key, explode);
    axes.set(name, axis);
    return axis;
  };
  const named = (tables: ReadonlyMap<string, string>) => [...tables].map(([name, sql]) => `${name} AS (${sql})`);
  return {
    dialect,
    source,
    vectorDim,
    axisOf,
    recentOf(key, condition) {
      const name = [...key, condition].join(' ');
      const recent =
        recents.get(name) ?? createRecent({ dialect, source, axis: axisOf(key), key, condition, index: recents.size });
      recents.set(name, recent);
      return recent;
    },
    seeds() {
      seeds ??= createSeeds(dialect);
      return seeds;
    },
    define: (name, expression) => defined.set(name, expression),
    join: (name, expression) => joined.set(name, expression),
    joined: () => [
      ...[...axes.values()].map(({ table }) => table),
      ...[...recents.values()].map(({ result }) => result),
      ...(seeds ? [seeds.result] : []),
      ...joined.keys(),
    ],
    expressions() {
      const readers = [
        ...[...axes.values()].flatMap((axis) => axis.expressions()),
        ...named(defined),
        ...[...recents.values()].flatMap((recent) => recent.expressions()),
        ...(seeds?.expressions() ?? []),
        ...named(joined),
      ];
      // Asked last: its readers have said by now which columns they need.
      return axes.size > 0 ? [source.expression(), ...readers] : readers;
    },
  };
}
