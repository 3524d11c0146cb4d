/** Styles of what the timeline loads after it is shown, or when it is asked for. */
export const overviewStyles: string = `
.pd-tl-overview { position: relative; flex: none; block-size: 30px; border-radius: 3px; background: var(--pd-surface); border: 1px solid var(--pd-border); overflow: clip; touch-action: none; cursor: pointer; }
.pd-tl-overview path { fill: color-mix(in oklch, var(--pd-running-fill) 62%, transparent); }
.pd-tl-shade { position: absolute; inset-block: 0; inset-inline-start: 0; background: color-mix(in oklch, var(--pd-text-muted) 16%, transparent); pointer-events: none; }
.pd-tl-window { position: absolute; inset-block: 0; inset-inline-start: 0; cursor: grab; border-block: 1.5px solid transparent; }
.pd-tl-window:active { cursor: grabbing; }
.pd-tl-handle { position: absolute; inset-block: 0; inset-inline-start: -12px; inline-size: 24px; cursor: ew-resize; }
.pd-tl-handle::after { content: ""; position: absolute; inset-block: 3px; inset-inline: 9.5px; border-radius: 2.5px; background: var(--pd-running-fill); }
.pd-timeline .pd-tl-window:focus-visible, .pd-timeline .pd-tl-handle:focus-visible { outline-offset: -3px; }
`;

export const arrowStyles: string = `
.pd-tl-arrows { position: absolute; inset: 0; overflow: clip; }
.pd-tl-arrows > path { fill: none; stroke: var(--pd-accent); stroke-width: 1.5; }
.pd-tl-arrows marker path { fill: var(--pd-accent); }
.pd-tl-chip { inset-block-start: -12px; inset-inline-start: 4px; max-inline-size: 220px; overflow: hidden; text-overflow: ellipsis; }
.pd-tl-chip[data-side="end"] { margin-inline-start: -8px; translate: -100% 0; }
`;

export const tableStyles: string = `
.pd-tl-table { flex: 1; min-block-size: 0; overflow: auto; overscroll-behavior: contain; position: relative; }
.pd-timeline .pd-tl-table:focus-visible { outline-offset: -2px; }
.pd-tl-table-row { display: grid; grid-template-columns: minmax(140px, 1.2fr) 120px 104px 104px minmax(160px, 2fr); align-items: center; column-gap: 12px; padding-inline: 12px; border-inline-start: 3px solid var(--e, transparent); min-inline-size: 640px; cursor: default; }
.pd-tl-table-row > * { overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
.pd-tl-table-row > [data-status] { color: var(--i); }
.pd-tl-table-row > :nth-child(4), .pd-tl-table-row > :nth-child(3) { font-family: var(--pd-mono); font-size: calc(var(--pd-fs) - 1px); color: var(--pd-text-muted); }
.pd-tl-table-row:hover { background: var(--pd-surface-hover); }
.pd-tl-table-row[aria-selected="true"] { background: var(--pd-surface-selected); }
.pd-tl-table:focus-visible .pd-tl-table-row[data-active] { outline: 2px solid var(--pd-accent); outline-offset: -2px; }
.pd-tl-table-head { position: sticky; inset-block-start: 0; z-index: 1; background: var(--pd-canvas); border-block-end: 1px solid var(--pd-border); font-size: 11px; font-weight: 600; color: var(--pd-text-muted); }
`;

export const legendStyles: string = `
.pd-tl-legend { max-inline-size: min(520px, 92vw); max-block-size: 70vh; overflow: auto; margin: 0; padding: 12px 16px; color: var(--pd-text); background: var(--pd-surface); border: 1px solid var(--pd-border); border-radius: var(--pd-radius); font-size: calc(var(--pd-fs) - 1px); }
.pd-tl-legend ul { margin: 0; padding: 0; list-style: none; display: grid; gap: 6px; }
.pd-tl-legend li { display: grid; grid-template-columns: 48px minmax(0, 1fr); gap: 10px; align-items: center; }
.pd-tl-legend .pd-tl-bar { position: relative; inset: auto; inline-size: 48px; cursor: default; overflow: clip; }
.pd-tl-legend .pd-tl-bar[data-shape="point"] { inline-size: 14px; justify-self: center; }
.pd-tl-legend dl { margin: 12px 0 0; padding-block-start: 10px; border-block-start: 1px solid var(--pd-border); display: grid; gap: 2px; }
.pd-tl-legend dl > div { display: grid; grid-template-columns: 92px minmax(0, 1fr); gap: 8px; }
.pd-tl-legend dd { margin: 0; color: var(--pd-text-muted); }
.pd-tl-legend kbd { font: 400 11px/16px var(--pd-mono); padding-inline: 4px; border: 1px solid var(--pd-border); border-radius: 3px; margin-inline-end: 3px; }
`;
