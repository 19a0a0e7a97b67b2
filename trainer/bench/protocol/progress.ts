/** One line of standard error that says what is going on, where a person is looking. */
export interface ProgressLine {
  /** @param share of the fit, in [0, 1]. */
  fitting(share: number): void;
  /** @param share of the cases, in [0, 1]. */
  asking(share: number): void;
  /** Takes the line away. */
  close(): void;
}

const eraseLine = '\r\u001b[K';
const leastPauseMs = 200;

/** Silent where standard error is no terminal. */
export function openProgress(title: string, out: NodeJS.WriteStream = process.stderr): ProgressLine {
  let shownMs = Number.NEGATIVE_INFINITY;
  const show = (what: string, share: number) => {
    const nowMs = performance.now();
    if (!out.isTTY || nowMs - shownMs < leastPauseMs) return;
    shownMs = nowMs;
    out.write(`${eraseLine}${title}: ${what} ${Math.floor(100 * share)} %`);
  };
  show('fitting', 0);
  return {
    fitting: (share) => show('fitting', share),
    asking: (share) => show('asking', share),
    close: () => {
      if (out.isTTY) out.write(eraseLine);
    },
  };
}
