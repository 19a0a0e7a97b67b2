import { readFileSync, writeFileSync } from 'node:fs';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

/**
 * Collects garbage and forgets the peak so far, where the system can (Linux 4.0 on); elsewhere the peak stays that of the whole run. What a model before
 * this one has left behind would count as this one's otherwise.
 */
export function resetPeakMemory(): void {
  setFlagsFromString('--expose-gc');
  (runInNewContext('gc') as () => void)();
  try {
    // "5" resets the peak resident set size to the present one: man 5 proc, clear_refs.
    writeFileSync('/proc/self/clear_refs', '5');
  } catch {
    // The peak of the whole run is still an upper bound.
  }
}

/** Largest resident set of this process, worker threads included, since the last reset. */
export function peakMemoryBytes(): number {
  try {
    const peak = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync('/proc/self/status', 'utf8'))?.[1];
    if (peak !== undefined) return 1024 * Number(peak);
  } catch {
    // No procfs.
  }
  return 1024 * process.resourceUsage().maxRSS;
}
