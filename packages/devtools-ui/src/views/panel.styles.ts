/** The panel: its frame, its first line, the list, the page of a run, details. Widths are those of the panel, never of the window. */
export const panelStyles: string = `
.pd-panel { position: relative; display: flex; flex-direction: column; inline-size: 100%; block-size: 100%; min-block-size: 0; min-inline-size: 0; overflow: hidden; background: var(--pd-canvas); container: pd-panel / inline-size; isolation: isolate; }
.pd-panel[data-density="compact"] { --pd-fs: 12.5px; }
.pd-frame { position: relative; flex: 1; min-block-size: 0; display: flex; flex-direction: column; }
.pd-frame > :is(.pd-split, .pd-workflows, .pd-run-page, .pd-run-main, .pd-grid) { flex: 1; min-block-size: 0; }
.pd-strip { flex: none; display: flex; align-items: center; gap: 8px; min-block-size: 36px; padding-inline: 6px; background: var(--pd-surface); border-block-end: 1px solid var(--pd-border); }
.pd-places { flex: none; display: flex; gap: 2px; }
.pd-places .pd-button[aria-current] { font-weight: 600; background: none; color: var(--pd-text); }
.pd-strip-end { display: flex; align-items: center; gap: 4px; margin-inline-start: auto; }
.pd-palette-button { color: var(--pd-text-muted); }
.pd-engine { min-inline-size: 28px; overflow: hidden; text-overflow: ellipsis; }
.pd-notice { flex: none; display: flex; flex-wrap: wrap; align-items: center; gap: 6px 10px; padding: 6px 12px; color: var(--pd-backing-off); background: var(--pd-surface-raised); border-block-end: 1px solid var(--pd-backing-off-fill); border-inline-start: 3px solid var(--pd-backing-off-fill); }
.pd-notice p { flex: 1 1 240px; }
.pd-drop { position: absolute; inset: 6px; z-index: 4; display: grid; place-items: center; border: 2px dashed var(--pd-accent); border-radius: 8px; background: var(--pd-surface-selected); font-weight: 600; pointer-events: none; }
.pd-crash { display: flex; flex-wrap: wrap; gap: 8px; align-items: center; padding: 12px; color: var(--pd-failed); }
.pd-error-pane { display: grid; grid-template-columns: auto minmax(0, 1fr); gap: 10px; padding: 14px; color: var(--pd-text); }
.pd-error-pane > .pd-icon { margin-block-start: 2px; color: var(--pd-backing-off); }
.pd-error-pane b { overflow-wrap: anywhere; }
.pd-skeleton { padding: 8px 12px; display: grid; gap: 10px; align-content: start; }
.pd-skeleton-row { block-size: 16px; border-radius: 3px; background: var(--pd-surface-hover); max-inline-size: 70%; }
.pd-skeleton-row:nth-child(even) { max-inline-size: 50%; }

.pd-workflows { display: flex; flex-direction: column; min-inline-size: 0; min-block-size: 0; background: var(--pd-surface); container: pd-list / inline-size; }
.pd-workflows-bar { flex: none; display: flex; align-items: start; gap: 8px; padding: 5px 8px; border-block-end: 1px solid var(--pd-border); }
.pd-filter { flex: 1; min-inline-size: 0; display: flex; flex-wrap: wrap; gap: 5px 10px; align-items: start; }
.pd-filter-line { flex: 1 1 300px; min-inline-size: 0; display: flex; gap: 4px; align-items: start; }
.pd-filter > .pd-chips { flex: 0 1 auto; padding-block: 1px; }
.pd-filter > .pd-chips:empty { display: none; }
.pd-query { flex: 1; min-inline-size: 0; position: relative; }
.pd-query .pd-input { padding-inline-start: 28px; }
.pd-query-icon { position: absolute; inset-inline-start: 8px; inset-block-start: 5px; color: var(--pd-text-muted); pointer-events: none; }
.pd-query-error { display: grid; gap: 2px; padding: 5px 2px 2px; color: var(--pd-failed); overflow-wrap: anywhere; }
.pd-query-error code { color: var(--pd-text); }
.pd-runs .pd-run { border-block-end: 1px solid color-mix(in oklab, var(--pd-border) 60%, transparent); border-inline-start: 3px solid transparent; cursor: pointer; }
.pd-runs .pd-run[data-open] { border-inline-start-color: var(--pd-accent); background: var(--pd-surface-selected); }
.pd-runs-columns .pd-run, .pd-heads { display: grid; grid-template-columns: 142px minmax(140px, 1.4fr) minmax(80px, 0.8fr) minmax(160px, 2.2fr) 56px 62px 112px 88px; column-gap: 12px; align-items: center; padding-inline: 9px 12px; }
.pd-heads { position: sticky; inset-block-start: 0; z-index: 1; block-size: 28px; padding-inline-start: 12px; background: var(--pd-surface-raised); border-block-end: 1px solid var(--pd-border); color: var(--pd-text-muted); font-size: var(--pd-small); }
.pd-runs { scroll-padding-block-start: 28px; }
.pd-head { display: inline-flex; align-items: center; gap: 2px; min-block-size: 24px; padding: 0; font: inherit; color: inherit; background: none; border: 0; cursor: pointer; }
.pd-head:hover { color: var(--pd-text); }
.pd-head .pd-icon { inline-size: 11px; block-size: 11px; }
.pd-run-cell-id { font-weight: 600; }
.pd-run-lines { display: grid; grid-template-columns: 16px minmax(0, 1fr) auto; column-gap: 8px; align-content: center; block-size: 100%; padding-inline: 7px 10px; }
.pd-run-lines > .pd-status-icon { grid-row: 1; align-self: center; }
.pd-run-lines > .pd-run-cell-id { min-inline-size: 0; overflow: hidden; }
.pd-run-age { color: var(--pd-text-muted); font-variant-numeric: tabular-nums; }
.pd-run-second { grid-column: 2 / 4; overflow: hidden; text-overflow: ellipsis; color: var(--pd-text-muted); }
.pd-run-second b { font-weight: 400; color: var(--pd-text); }
.pd-cut { flex: none; padding: 4px 12px; color: var(--pd-text-muted); border-block-start: 1px solid var(--pd-border); }

.pd-run-page, .pd-run-main { display: flex; flex-direction: column; min-inline-size: 0; min-block-size: 0; block-size: 100%; }
.pd-run-header { flex: none; display: grid; gap: 5px; padding: 8px 14px; background: var(--pd-surface); }
.pd-run-title-line { display: flex; align-items: flex-start; gap: 4px 10px; min-inline-size: 0; }
.pd-run-what { flex: 1; display: flex; flex-wrap: wrap; align-items: center; gap: 3px 10px; min-inline-size: 0; min-block-size: 24px; }
.pd-run-title { margin: 0; min-inline-size: 0; max-inline-size: 100%; font-size: 15px; line-height: 22px; }
.pd-run-facts { color: var(--pd-text-muted); font-variant-numeric: tabular-nums; }
.pd-run-actions { flex: none; display: flex; gap: 6px; }
.pd-run-why { display: flex; flex-wrap: wrap; align-items: center; gap: 4px 8px; min-inline-size: 0; }
.pd-wait { display: inline-flex; align-items: center; gap: 6px; min-inline-size: 0; max-inline-size: 100%; }
.pd-run-why .pd-json { flex: 1 1 100%; }
.pd-run-why .pd-value { max-block-size: 60px; overflow: auto; }

.pd-log-row { display: grid; grid-template-columns: 100px minmax(160px, 2fr) minmax(120px, 2fr) 80px minmax(60px, 1fr); column-gap: 10px; align-items: center; padding-inline: 10px; border-block-end: 1px solid color-mix(in oklab, var(--pd-border) 50%, transparent); }

.pd-failure { display: grid; gap: 5px; min-inline-size: 0; }
.pd-failure-head { display: flex; flex-wrap: wrap; align-items: baseline; gap: 2px 8px; }
.pd-failure-kind { padding: 0 5px; border: 1px solid var(--pd-failed-fill); border-radius: 3px; color: var(--pd-failed); font-size: var(--pd-small); white-space: nowrap; }
.pd-failure-message { overflow-wrap: anywhere; }
.pd-failure[data-brief] .pd-failure-message { display: -webkit-box; -webkit-box-orient: vertical; -webkit-line-clamp: 2; overflow: hidden; }
.pd-hint { display: flex; gap: 6px; padding: 5px 8px; background: var(--pd-surface-raised); border-radius: var(--pd-radius); }
.pd-causes { display: grid; gap: 0; }
.pd-causes li { position: relative; padding: 4px 8px 4px 18px; overflow-wrap: anywhere; }
.pd-causes li::before { content: ""; position: absolute; inset-inline-start: 5px; inset-block: 0; border-inline-start: 1px solid var(--pd-control-border); }
.pd-causes li::after { content: ""; position: absolute; inset-inline-start: 2px; inset-block-start: 11px; inline-size: 7px; block-size: 7px; border-radius: 50%; background: var(--pd-control-border); }
.pd-causes [data-root] { outline: 1px solid var(--pd-failed-fill); outline-offset: -1px; border-radius: var(--pd-radius); }
.pd-causes [data-root]::after { background: var(--pd-failed-fill); }
.pd-stack { padding: 6px 8px; overflow: auto; max-block-size: 220px; background: var(--pd-surface-raised); border-radius: var(--pd-radius); white-space: pre; }
.pd-keys { display: grid; grid-template-columns: repeat(auto-fill, minmax(260px, 1fr)); gap: 4px 20px; margin: 0; }
.pd-keys > div { display: flex; gap: 8px; align-items: baseline; }
.pd-keys dt { flex: none; display: flex; gap: 3px; min-inline-size: 80px; }
.pd-keys dd { margin: 0; color: var(--pd-text-muted); }

@container pd-panel (inline-size < 600px) {
  .pd-run-header { padding-inline: 10px; }
  .pd-run-title-line { flex-wrap: wrap; }
  .pd-log-row { grid-template-columns: minmax(0, 1fr) minmax(0, 1fr); }
  .pd-log-row > :nth-child(1), .pd-log-row > :nth-child(4), .pd-log-row > :nth-child(5) { display: none; }
}
@container pd-list (inline-size < 420px) {
  .pd-workflows .pd-button-label { display: none; }
  .pd-filter-line { flex-basis: 180px; }
}
@container pd-panel (inline-size < 440px) {
  .pd-engine { max-inline-size: 140px; }
}
`;
