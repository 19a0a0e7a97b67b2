import { expect, test } from 'vitest';
import { scriptTasks, type TraceEvent } from './trace.ts';

const origin = 'http://127.0.0.1:1234';
const main = { ph: 'X', pid: 1, tid: 1 };
const task = (ts: number, dur: number, inside: Partial<TraceEvent>[] = []): TraceEvent[] => [
  { ...main, name: 'RunTask', ts, dur: dur * 1000, tdur: dur * 500 },
  ...inside.map((event) => ({ ...main, name: 'FunctionCall', ts: ts + 1, dur: 10, ...event })),
];
const of = (url: string) => ({ args: { data: { url } } });

test('tasks of the main thread that ran scripts of the site, or settled promises of nobody else', () => {
  const events = [
    { ...main, ph: 'M', name: 'thread_name', ts: 0, args: { name: 'CrRendererMain' } },
    { ...main, tid: 2, ph: 'M', name: 'thread_name', ts: 0, args: { name: 'DedicatedWorker thread' } },
    ...task(10_000, 1, [of(`${origin}/v1/sdk.js`)]),
    ...task(20_000, 2, [{ name: 'RunMicrotasks', ph: 'B' }]),
    ...task(30_000, 4, [of(''), { name: 'RunMicrotasks', ph: 'B' }]),
    ...task(40_000, 8),
    ...task(50_000, 16, [of(''), of(`${origin}/v1/sdk.js`)]),
    ...task(90_000, 32, [of(`${origin}/v1/sdk.js`)]).map((event) => ({ ...event, tid: 2 })),
  ];
  expect(scriptTasks(events, origin)).toEqual([
    { ms: 1, cpuMs: 0.5 },
    { ms: 2, cpuMs: 1 },
    { ms: 16, cpuMs: 8 },
  ]);
  expect(scriptTasks(events, 'http://elsewhere')).toEqual([]);
});
