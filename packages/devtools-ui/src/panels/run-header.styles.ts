/** Styles of the run header and of the status badge. */
export const runHeaderStyles: string = `
.pd-run-header { display: grid; gap: 4px; min-inline-size: 0; }
.pd-run-header-line { display: flex; flex-wrap: wrap; align-items: center; gap: 4px 8px; min-inline-size: 0; }
.pd-run-title { margin: 0; font-size: calc(var(--pd-fs) + 1px); font-weight: 600; overflow-wrap: anywhere; }
.pd-run-id { font-family: var(--pd-mono); font-size: calc(var(--pd-fs) - 1px); color: var(--pd-text-muted); overflow-wrap: anywhere; }
.pd-run-words { margin: 0; font-variant-numeric: tabular-nums; }
.pd-run-facts { margin: 0; color: var(--pd-text-muted); font-size: calc(var(--pd-fs) - 1px); font-variant-numeric: tabular-nums; }
.pd-badge { --pd-tone: var(--pd-stopped); display: inline-flex; align-items: center; gap: 4px; min-block-size: 22px; padding: 1px 8px 1px 6px; border: 1px solid var(--pd-tone); border-radius: 11px; color: var(--pd-tone); font-size: calc(var(--pd-fs) - 1px); font-weight: 600; white-space: nowrap; }
.pd-badge[data-open] { border-style: dashed; }
.pd-badge svg { inline-size: 14px; block-size: 14px; fill: none; stroke: currentColor; stroke-width: 1.5; stroke-linecap: round; stroke-linejoin: round; }
.pd-badge[data-tone="running"] { --pd-tone: var(--pd-running); }
.pd-badge[data-tone="waiting"] { --pd-tone: var(--pd-waiting); }
.pd-badge[data-tone="backing off"] { --pd-tone: var(--pd-backing-off); }
.pd-badge[data-tone="completed"] { --pd-tone: var(--pd-done); }
.pd-badge[data-tone="failed"] { --pd-tone: var(--pd-failed); }
.pd-badge[data-tone="continued"] { --pd-tone: var(--pd-child); }
`;
