/** What a run held at a moment, and where its code was. */
export const stateStyles: string = `
.pd-state { display: grid; gap: 10px; align-content: start; }
.pd-state-head, .pd-state-more { display: flex; flex-wrap: wrap; align-items: center; gap: 2px 10px; font-variant-numeric: tabular-nums; }
.pd-state-parts { display: grid; gap: 16px; align-items: start; grid-template-columns: repeat(auto-fit, minmax(min(100%, 300px), 1fr)); }
.pd-state-part { display: grid; gap: 6px; min-inline-size: 0; align-content: start; }
.pd-state-part h3 { margin: 0; }
.pd-state-commands { display: grid; gap: 3px; overflow-wrap: anywhere; }
.pd-divergence { display: grid; gap: 6px; padding: 8px 12px; border: 1px solid var(--pd-failed-fill); border-radius: 6px; background: var(--pd-surface); overflow-wrap: anywhere; }
.pd-divergence > p:first-child { display: flex; flex-wrap: wrap; align-items: center; gap: 2px 8px; color: var(--pd-failed); }
.pd-divergence-sides { display: grid; gap: 8px; grid-template-columns: repeat(auto-fit, minmax(min(100%, 220px), 1fr)); }
.pd-divergence-sides > div { padding: 6px 9px; background: var(--pd-surface-raised); border-radius: 4px; }
.pd-divergence-sides h4 { margin: 0 0 2px; }
.pd-code-tab { display: grid; gap: 14px; align-content: start; }
.pd-place { display: grid; gap: 6px; min-inline-size: 0; }
.pd-place-calls { display: flex; flex-wrap: wrap; gap: 2px 14px; }
.pd-place-calls [aria-pressed="true"] { font-weight: 600; text-decoration: underline; }
.pd-source { margin: 0; padding: 6px 0; overflow: auto; background: var(--pd-surface); border: 1px solid var(--pd-border); border-radius: 6px; font: 12px / 18px var(--pd-mono); }
.pd-source-line { display: block; padding-inline-end: 12px; inline-size: max-content; min-inline-size: 100%; white-space: pre; }
.pd-source-line[data-here] { background: var(--pd-surface-selected); box-shadow: inset 3px 0 0 var(--pd-accent); }
.pd-source-number { display: inline-block; inline-size: 52px; padding-inline-end: 12px; text-align: end; color: var(--pd-text-muted); user-select: none; }
.pd-source-line[data-here] .pd-source-number { color: var(--pd-accent); }
`;
