/**
 * Prints what a verb found: with `--json` one JSON object as the last line of standard output, else lines for a person.
 * Numbers that JSON lacks become null.
 */
export function printResult(json: boolean | undefined, result: object, lines: readonly string[]): void {
  process.stdout.write(json ? `${JSON.stringify(result)}\n` : `${lines.join('\n')}\n`);
}

/** `2017-01-28 19:06` in UTC. */
export const formatTime = (ms: number): string => new Date(ms).toISOString().slice(0, 16).replace('T', ' ');

/** 100836 as `100,836`. */
export const formatCount = (count: number): string => count.toLocaleString('en-US');
