/** The page of the engine: cards with facts and tables. */
export const engineStyles: string = `
.pd-frame > .pd-engine-page { flex: 1; min-block-size: 0; }
.pd-engine-cards { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 280px), 1fr)); gap: 10px; padding: 10px 12px; align-items: start; }
.pd-engine-card { display: grid; gap: 3px; align-content: start; min-inline-size: 0; padding: 9px 12px 11px; block-size: 100%; border: 1px solid var(--pd-border); border-radius: 6px; background: var(--pd-surface); }
.pd-engine-card[data-wide] { grid-column: 1 / -1; }
.pd-facts { display: grid; gap: 3px; margin: 0; }
.pd-facts > div { display: grid; grid-template-columns: minmax(92px, 36%) minmax(0, 1fr); gap: 8px; }
.pd-facts dt { color: var(--pd-text-muted); }
.pd-facts dd { margin: 0; overflow-wrap: anywhere; font-variant-numeric: tabular-nums; }
.pd-usage { display: grid; gap: 3px; margin-block-end: 6px !important; }
.pd-usage meter { inline-size: 100%; block-size: 10px; }
.pd-table-scroll { overflow-x: auto; }
.pd-table { inline-size: 100%; border-collapse: collapse; font-variant-numeric: tabular-nums; }
.pd-table th { padding: 2px 12px 4px 0; text-align: start; font-size: var(--pd-small); color: var(--pd-text-muted); white-space: nowrap; }
.pd-table td { padding: 4px 12px 4px 0; border-block-start: 1px solid var(--pd-border); vertical-align: top; }
.pd-table tr[aria-current] td { background: var(--pd-surface-selected); }
.pd-table tr[aria-current] td:first-child { box-shadow: inset 3px 0 var(--pd-accent); padding-inline-start: 8px; }
.pd-registered { margin-block-start: 6px !important; overflow-wrap: anywhere; }
.pd-engine-log { display: flex; max-block-size: 200px; min-block-size: 40px; }
.pd-engine-log > * { flex: 1; }
`;
