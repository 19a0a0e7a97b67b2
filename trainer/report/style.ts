/** Style of the report: light or dark as the reader's system, columns where there is room. */
export const style = `
:root { color-scheme: light dark; --paper: #fff; --ink: #1c2330; --soft: #5b6474; --rule: #dfe3ea; --card: #f6f7f9;
  --release: #1d5fd1; --edge: #0c7d72; --blend: #a8590a; --popularity: #8a45a8; --random: #6b7280; --other: #b3306b; }
@media (prefers-color-scheme: dark) { :root { --paper: #14171c; --ink: #e8ebf0; --soft: #a0a8b6; --rule: #313843; --card: #1c2027;
  --release: #7fb0ff; --edge: #4dcabb; --blend: #f0ac5c; --popularity: #d29be8; --random: #9aa3b2; --other: #f28bb5; } }
* { box-sizing: border-box; }
body { margin: 0 auto; max-width: 1080px; padding: 24px 16px 48px; background: var(--paper); color: var(--ink);
  font: 15px/1.5 system-ui, -apple-system, "Segoe UI", Roboto, sans-serif; }
h1 { font-size: 24px; line-height: 1.25; margin: 0 0 4px; }
h2 { font-size: 17px; margin: 0 0 4px; }
p { margin: 0 0 8px; max-width: 70ch; }
.soft { color: var(--soft); }
.id { overflow-wrap: anywhere; font: 12px/1.5 ui-monospace, Menlo, Consolas, monospace; }
.columns { columns: 2 380px; column-gap: 20px; margin: 24px 0 20px; }
section { background: var(--card); border: 1px solid var(--rule); border-radius: 10px; padding: 16px; margin: 0 0 20px; break-inside: avoid; }
.chart { display: block; width: 100%; max-width: 440px; height: auto; margin-top: 8px; font: 12px system-ui, sans-serif; fill: var(--ink); }
.tick { font-size: 11px; fill: var(--soft); } .value { font-variant-numeric: tabular-nums; paint-order: stroke; stroke: var(--card); stroke-width: 3px; }
.grid { stroke: var(--rule); } .zero { stroke: var(--soft); } .whisker { stroke: var(--ink); stroke-width: 1.5; }
.stroke { stroke-width: 1.75; fill: none; } .line { stroke-width: 2.25; stroke-linejoin: round; }
${['release', 'edge', 'blend', 'popularity', 'random', 'other']
  .map((kind) => `.fill.${kind}, .ink.${kind} { fill: var(--${kind}); } .stroke.${kind} { stroke: var(--${kind}); }`)
  .join('\n')}
.wide { overflow-x: auto; margin-top: 8px; }
table { border-collapse: collapse; font-size: 13px; font-variant-numeric: tabular-nums; }
th, td { padding: 5px 12px 5px 0; text-align: left; white-space: nowrap; border-bottom: 1px solid var(--rule); vertical-align: top; }
tbody th { position: sticky; left: 0; background: var(--card); } thead th { color: var(--soft); font-weight: 600; } tbody tr:last-child > * { border-bottom: 0; }
td small { display: block; color: var(--soft); font-size: 11px; }
.legend { display: flex; flex-wrap: wrap; gap: 2px 14px; margin: 4px 0 0; padding: 0; list-style: none; font-size: 13px; }
.legend svg { width: 10px; height: 10px; margin-right: 5px; }
details { margin-top: 8px; font-size: 13px; } summary { color: var(--soft); cursor: pointer; }
dl { display: grid; grid-template-columns: max-content 1fr; gap: 4px 14px; margin: 8px 0 0; font-size: 13px; }
dt { font-weight: 600; } dd { margin: 0; color: var(--soft); }
@media (max-width: 520px) { body { padding: 16px 10px 32px; } section { padding: 14px 12px; } dl { grid-template-columns: 1fr; gap: 0; } dd { margin-bottom: 8px; } }
@media print { body { max-width: none; }  }
`;
