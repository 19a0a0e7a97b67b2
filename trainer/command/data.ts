import type { Command } from 'commander';
import { eventTypes } from '../../shared/contract/event.ts';
import { type Dataset, openDataset } from '../log/dataset.ts';
import { formatCount, formatTime, printResult } from '../result.ts';

const topCategories = 10;

export function register(program: Command): void {
  program
    .command('data')
    .description('Say what is in a data set.')
    .argument('<dir>', 'data-set directory')
    .option('--json', 'print the summary as JSON')
    .action(async (directory: string, options: { json?: boolean }) => {
      const summary = summarise(await openDataset(directory));
      printResult(options.json, { directory, ...summary }, describe(directory, summary));
    });
}

type Summary = ReturnType<typeof summarise>;

function summarise({ info, items, events }: Dataset) {
  const byType: Record<string, number> = {};
  for (const type of events.type) {
    const name = eventTypes[type] ?? 'unknown';
    byType[name] = (byType[name] ?? 0) + 1;
  }
  const byCategory = new Map<string, number>();
  for (const item of items) for (const category of item.categories) byCategory.set(category, (byCategory.get(category) ?? 0) + 1);
  const categories = [...byCategory].sort(([a, n], [b, m]) => m - n || (a < b ? -1 : 1)).slice(0, topCategories);
  return {
    ...info,
    users: events.users.length,
    sessions: new Set(events.session).size,
    itemsWithEvents: new Set(events.item).size,
    byType: Object.fromEntries(Object.entries(byType).sort(([, n], [, m]) => m - n)),
    categories: byCategory.size,
    topCategories: Object.fromEntries(categories),
  };
}

function describe(directory: string, summary: Summary): string[] {
  const pairs = (record: Readonly<Record<string, number>>) =>
    Object.entries(record)
      .map(([name, count]) => `${name} ${formatCount(count)}`)
      .join(', ');
  return [
    `${directory}: ${summary.name}, ${formatTime(summary.fromMs)} through ${formatTime(summary.throughMs)} UTC`,
    `${formatCount(summary.events)} events: ${pairs(summary.byType)}`,
    `${formatCount(summary.users)} visitors in ${formatCount(summary.sessions)} sessions`,
    `${formatCount(summary.items)} items, ${formatCount(summary.itemsWithEvents)} of them with events`,
    `${formatCount(summary.categories)} categories: ${pairs(summary.topCategories)}`,
    `rejected rows: ${formatCount(summary.rejected)}`,
    `content ${summary.sha256}`,
  ];
}
