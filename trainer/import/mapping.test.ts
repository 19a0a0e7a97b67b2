import { describe, expect, test } from 'vitest';
import { eventColumns, itemColumns, parseMapping, resolveFields, typeOf } from './mapping.ts';

const cellsOf = (record: Readonly<Record<string, unknown>>) => ({ get: (column: string) => record[column] });

describe('parseMapping', () => {
  test('a field goes to every file that has it, a scoped one to its own', () => {
    const mapping = parseMapping(['item=product_id,user=household_id', 'items.title=name', 'events.id=row', 'items.id=sku']);
    expect(mapping.items).toEqual({ item: 'sku', title: 'name' });
    expect(mapping.events).toEqual({ item: 'product_id', user: 'household_id', id: 'row' });
  });

  test('commas inside braces belong to the template', () => {
    expect(parseMapping(['title={a, b}|{c},brand=d']).items).toEqual({ title: '{a, b}|{c}', brand: 'd' });
  });

  test.each([
    ['an unknown field', 'colour=x', /--map colour=.*no such field/],
    ['no column', 'user', /expected field=column/],
    ['an ambiguous id', 'id=x', /either file/],
    ['an unknown type', 'type:see=seen', /not an event type/],
    ['an absent file', 'nowhere.json', /Cannot read the mapping/],
  ])('refuses %s', (_, value, message) => {
    expect(() => parseMapping([value])).toThrow(message);
  });

  test('names of types: ours, known ones, and mapped ones', () => {
    const mapping = parseMapping(['type:seen=view']);
    expect(
      ['purchase', 'Add-To-Cart', 'transaction', 'seen', 'teleport', 'constructor'].map((name) => typeOf(name, mapping)),
    ).toEqual(['purchase', 'cart', 'purchase', 'view', undefined, undefined]);
  });
});

describe('resolveFields', () => {
  const source = { file: 'events.csv', columns: ['User ID', 'item_id', 'timestamp', 'day'], complete: true };

  test('finds usual names whatever their case and separators', () => {
    const getters = resolveFields(eventColumns, {}, source);
    expect(Object.keys(getters).sort()).toEqual(['item', 'time', 'user']);
    expect(getters.user?.(cellsOf({ 'User ID': 'u' }))).toBe('u');
  });

  test('templates join columns, constants repeat', () => {
    const getters = resolveFields(eventColumns, { time: '{day}T{timestamp}', type: '=play' }, source);
    expect(getters.time?.(cellsOf({ day: '2020-01-01', timestamp: '10:00' }))).toBe('2020-01-01T10:00');
    expect(getters.time?.(cellsOf({ day: '', timestamp: '' }))).toBeUndefined();
    expect(getters.type?.(cellsOf({}))).toBe('play');
  });

  test('a mapped column that is absent is refused, with the columns found', () => {
    const resolve = () => resolveFields(itemColumns, { price: 'cost' }, { ...source, file: 'items.csv' });
    expect(resolve).toThrow(/items\.csv: no column "cost" \(for price\)/);
    expect(resolve).toThrow(expect.objectContaining({ hint: expect.stringContaining('User ID, item_id, timestamp, day') }));
  });
});
