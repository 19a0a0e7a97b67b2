import { escapeHtml } from '../escape.ts';

/** How a poster sets its title. `width`: mean glyph width in em, generous, because the visitor's font is unknown. */
export interface Lettering {
  readonly family: string;
  readonly weight: number;
  readonly width: number;
  readonly caps: boolean;
  readonly spacing: number;
  /** Largest size that this lettering takes, in units of the picture. */
  readonly largest: number;
}

const serif = "'Iowan Old Style','Palatino Linotype',Palatino,P052,Georgia,'Times New Roman',serif";
const sans = "'Avenir Next','Helvetica Neue','Segoe UI',Roboto,Arial,'Liberation Sans',sans-serif";
const narrow =
  "'Avenir Next Condensed','Arial Narrow','Roboto Condensed','Liberation Sans Narrow','DejaVu Sans Condensed',Impact,sans-serif";
const mono = "ui-monospace,'SF Mono',Menlo,Consolas,'DejaVu Sans Mono',monospace";

export const letterings = {
  book: { family: serif, weight: 700, width: 0.69, caps: false, spacing: -0.2, largest: 38 },
  grotesk: { family: sans, weight: 800, width: 0.7, caps: false, spacing: -0.5, largest: 38 },
  shout: { family: narrow, weight: 800, width: 0.74, caps: true, spacing: 0, largest: 40 },
  credit: { family: sans, weight: 600, width: 0.84, caps: true, spacing: 1.6, largest: 22 },
  typed: { family: mono, weight: 700, width: 0.62, caps: false, spacing: -0.4, largest: 26 },
} as const satisfies Record<string, Lettering>;

export interface SetTitle {
  readonly lines: readonly string[];
  readonly size: number;
}

/** Breaks into lines of at most `limit` characters where words allow it. */
function breakLines(words: readonly string[], limit: number): string[] {
  const lines: string[] = [];
  for (const word of words) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + 1 + word.length <= limit) lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(word);
  }
  return lines;
}

/** The largest setting of a title in `width` units and at most `maxLines` lines; very long titles end with an ellipsis. */
export function setTitle(title: string, lettering: Lettering, width: number, maxLines = 4): SetTitle {
  const words = title.split(/\s+/).filter(Boolean);
  const longest = Math.max(1, ...words.map((word) => word.length));
  for (let size = lettering.largest; size >= 13; size -= 1) {
    const limit = Math.floor(width / (size * lettering.width + lettering.spacing));
    if (longest > limit) continue;
    const lines = breakLines(words, limit);
    if (lines.length <= Math.min(maxLines, Math.floor(118 / size))) return { lines, size };
  }
  const limit = Math.floor(width / (13 * lettering.width + lettering.spacing));
  const lines = breakLines(words, limit).slice(0, maxLines);
  const cut = lines.map((line) => (line.length > limit ? `${line.slice(0, limit - 1)}…` : line));
  return { lines: cut, size: 13 };
}

/** The SVG text of a set title; `y` is the top of the block. */
export function titleText(set: SetTitle, lettering: Lettering, x: number, y: number, fill: string): string {
  const lead = set.size * 1.06;
  const spans = set.lines
    .map((line, i) => {
      const text = escapeHtml(lettering.caps ? line.toUpperCase() : line);
      return `<tspan x="${x}" y="${(y + set.size * 0.82 + i * lead).toFixed(1)}">${text}</tspan>`;
    })
    .join('');
  return `<text font-family="${lettering.family}" font-weight="${lettering.weight}" font-size="${set.size}" letter-spacing="${lettering.spacing}" fill="${fill}">${spans}</text>`;
}

/** Height of the block in units. */
export const titleHeight = (set: SetTitle): number => set.lines.length * set.size * 1.06;
