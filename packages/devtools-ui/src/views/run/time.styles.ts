/** The line of time, and that what is shown is of the past. */
export const timeStyles: string = `
.pd-time { flex: none; display: flex; align-items: center; gap: 6px; min-block-size: 32px; padding: 2px 14px; background: var(--pd-surface); border-block-start: 1px solid var(--pd-border); }
.pd-time-label { color: var(--pd-text-muted); font-size: var(--pd-small); }
.pd-time-range { flex: 1 1 120px; min-inline-size: 60px; block-size: 24px; margin: 0; accent-color: var(--pd-accent); cursor: ew-resize; }
.pd-time-words, .pd-time-live { color: var(--pd-text-muted); font-size: var(--pd-small); font-variant-numeric: tabular-nums; white-space: nowrap; }
.pd-time[data-past] { background: color-mix(in oklab, var(--pd-backing-off-fill) 16%, var(--pd-surface)); }
.pd-time[data-past] .pd-time-range { accent-color: var(--pd-backing-off-fill); }
.pd-run-main[data-past], .pd-run-page[data-past] { box-shadow: inset 0 0 0 2px var(--pd-backing-off-fill); }
@container pd-panel (inline-size < 600px) {
  .pd-time { flex-wrap: wrap; padding-inline: 10px; }
  .pd-time-label { display: none; }
  .pd-time-words { flex: 1; }
}
@media (forced-colors: active) {
  .pd-run-main[data-past], .pd-run-page[data-past] { outline: 2px dashed; outline-offset: -2px; }
}
`;
