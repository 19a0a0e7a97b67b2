/** An event of Chromium's trace format (https://www.chromium.org/developers/how-tos/trace-event-profiling-tool/). Times in microseconds. */
export interface TraceEvent {
  readonly name: string;
  readonly ph: string;
  readonly pid: number;
  readonly tid: number;
  readonly ts: number;
  readonly dur?: number;
  /** Time that the thread had a processor. */
  readonly tdur?: number;
  readonly args?: { readonly name?: string; readonly fileName?: string; readonly data?: { readonly url?: string } };
}

/** What the trace must hold: tasks and the functions that ran in them, and where promises were settled. */
export const traceCategories = ['devtools.timeline', 'disabled-by-default-devtools.timeline', 'v8.execute'];

/** A task of a page's main thread in milliseconds; `cpuMs` leaves out what it waited for other processes to give it a processor. */
export interface Task {
  readonly ms: number;
  readonly cpuMs: number;
}

const scriptEvents = new Set(['FunctionCall', 'EvaluateScript', 'v8.compile', 'v8.compileModule']);
const urlOf = ({ args }: TraceEvent): string => args?.data?.url ?? args?.fileName ?? '';
const threadOf = ({ pid, tid }: TraceEvent): string => `${pid}/${tid}`;

/**
 * The main thread's tasks that ran scripts of a site. One that settled promises and called no function counts too: what follows an answer of the
 * network has no name. What the driver of the browser calls has an empty address.
 */
export function scriptTasks(events: readonly TraceEvent[], origin: string): Task[] {
  const isOurs = (event: TraceEvent) => scriptEvents.has(event.name) && urlOf(event).startsWith(origin);
  const mains = new Set(
    events.filter(({ name, args }) => name === 'thread_name' && args?.name === 'CrRendererMain').map(threadOf),
  );
  const main = events.find((event) => mains.has(threadOf(event)) && isOurs(event));
  if (!main) return [];
  const own = events.filter((event) => threadOf(event) === threadOf(main)).sort((a, b) => a.ts - b.ts);
  const marks = own.filter(({ name }) => scriptEvents.has(name) || name === 'RunMicrotasks');
  return own.flatMap(({ name, ts, dur = 0, tdur = dur }) => {
    if (name !== 'RunTask') return [];
    const inside = marks.filter((mark) => mark.ts >= ts && mark.ts < ts + dur);
    const scripts = inside.filter((mark) => scriptEvents.has(mark.name));
    const counts = scripts.length > 0 ? scripts.some(isOurs) : inside.length > 0;
    return counts ? [{ ms: dur / 1000, cpuMs: tdur / 1000 }] : [];
  });
}
