/** What the tabs of a run show, and what stands beside them. */
export const runStyles: string = `
.pd-events { position: relative; display: flex; flex-direction: column; min-block-size: 0; }
.pd-event-bar { flex: none; display: flex; flex-wrap: wrap; align-items: center; gap: 2px 4px; min-block-size: 36px; padding: 4px 10px; border-block-end: 1px solid var(--pd-border); }
.pd-find { display: flex; gap: 2px; flex: 0 1 300px; min-inline-size: 160px; }
.pd-find .pd-button { font-family: var(--pd-mono); font-size: var(--pd-small); }
.pd-event-count { margin-inline-start: auto; color: var(--pd-text-muted); font-variant-numeric: tabular-nums; }
.pd-event { display: grid; grid-template-columns: 52px 92px minmax(150px, 240px) minmax(0, 1fr); column-gap: 8px; align-items: center; padding-inline: 0 12px; border-inline-start: 3px solid var(--pd-category, transparent); }
.pd-event-id, .pd-event-time { text-align: end; font-family: var(--pd-mono); font-size: var(--pd-small); color: var(--pd-text-muted); font-variant-numeric: tabular-nums; }
.pd-event-title { display: flex; align-items: center; gap: 6px; }
.pd-event-title[data-tone="done"] { color: var(--pd-done); }
.pd-event-title[data-tone="failed"] { color: var(--pd-failed); }
.pd-event-title[data-tone="stopped"] { color: var(--pd-stopped); }
.pd-category-icon { display: inline-flex; color: var(--pd-category); }
.pd-event-facts { font-family: var(--pd-mono); font-size: var(--pd-small); color: var(--pd-text-muted); }
.pd-event[data-inner] { padding-inline-start: 20px; background: var(--pd-surface-raised); }
.pd-event[data-lines] { grid-template-columns: 44px minmax(0, 1fr) auto; grid-template-rows: 1fr 1fr; align-content: center; padding-block: 3px; }
.pd-event[data-lines] .pd-event-id { grid-area: 1 / 1; }
.pd-event[data-lines] .pd-event-title { grid-area: 1 / 2; }
.pd-event[data-lines] .pd-event-time { grid-area: 1 / 3; }
.pd-event[data-lines] .pd-event-facts { grid-area: 2 / 2 / 3 / 4; }
.pd-event-step { display: flex; align-items: center; padding-inline: 15px 12px; color: var(--pd-text-muted); font-size: var(--pd-tiny); }
.pd-step-cell { flex: 1; display: flex; align-items: center; gap: 8px; line-height: 16px; white-space: nowrap; }
.pd-step-cell::after { content: ""; flex: 1; border-block-start: 1px solid var(--pd-border); }
.pd-pill { position: absolute; inset-block-end: 12px; inset-inline-start: 50%; translate: -50% 0; border-radius: 99px; }
.pd-inspector { background: var(--pd-surface); block-size: 100%; }
.pd-overview { display: grid; gap: 16px; padding: 10px 12px; }
.pd-cards { display: grid; gap: 8px; }
.pd-card { display: grid; gap: 3px; min-inline-size: 0; padding: 7px 9px; border: 1px solid var(--pd-border); border-radius: 6px; background: var(--pd-surface); }
.pd-card-line { display: flex; flex-wrap: wrap; justify-content: space-between; align-items: center; gap: 2px 8px; min-inline-size: 0; }
.pd-last-failure { color: var(--pd-backing-off); overflow-wrap: anywhere; }
.pd-ring { inline-size: 14px; block-size: 14px; vertical-align: -2px; fill: none; stroke-width: 3; }
.pd-ring circle:first-child { stroke: var(--pd-border); }
.pd-ring circle:last-child { stroke: var(--pd-timer-fill); }
.pd-drain { block-size: 3px; margin-block: 3px; border-radius: 2px; background: var(--pd-border); overflow: hidden; }
.pd-drain > span { display: block; block-size: 100%; background: var(--pd-running-fill); }
.pd-query-answer[data-changed] .pd-value { background: var(--pd-changed); border-radius: 2px; }
.pd-messages { display: grid; gap: 18px; align-content: start; grid-template-columns: repeat(auto-fit, minmax(min(100%, 300px), 1fr)); }
.pd-answer { display: flex; flex-wrap: wrap; gap: 4px 8px; padding: 6px 9px; border-inline-start: 3px solid var(--pd-failed-fill); background: var(--pd-surface-raised); overflow-wrap: anywhere; }
.pd-answer[data-good] { border-inline-start-color: var(--pd-done-fill); }
.pd-family { display: flex; flex-direction: column; min-block-size: 0; }
.pd-chain { display: flex; flex-wrap: wrap; gap: 6px; }
.pd-chain li { display: inline-flex; align-items: center; gap: 6px; }
.pd-chain [aria-current] .pd-chip { border-color: var(--pd-accent); background: var(--pd-surface-selected); }
.pd-tree-row { display: grid; grid-template-columns: minmax(160px, 2fr) minmax(60px, 1fr) 150px 90px; column-gap: 10px; align-items: center; padding-inline: 10px; border-block-end: 1px solid color-mix(in oklab, var(--pd-border) 50%, transparent); }
.pd-tree-row[data-own] { font-weight: 600; }
.pd-tree-name { display: flex; align-items: center; gap: 4px; }
.pd-fold { display: inline-flex; align-items: center; justify-content: center; inline-size: 20px; min-block-size: 24px; padding: 0; color: var(--pd-text-muted); background: none; border: 0; cursor: pointer; }
.pd-fold[hidden] { visibility: hidden; }
.pd-raw { display: flex; flex-direction: column; min-block-size: 0; }
.pd-raw .pd-event-bar .pd-muted { margin-inline-end: auto; }
.pd-details { display: grid; gap: 6px; align-content: start; min-inline-size: 0; padding: 6px 12px 14px; background: var(--pd-surface); min-block-size: 100%; }
.pd-details-head { display: flex; align-items: center; gap: 6px; }
.pd-details-head h3 { flex: 1; margin: 0; font-size: var(--pd-fs); color: var(--pd-text); overflow-wrap: anywhere; }
.pd-details-group { overflow-wrap: anywhere; }
.pd-related { display: grid; gap: 2px; }
@media (prefers-reduced-motion: no-preference) {
  .pd-query-answer [data-changed], .pd-query-answer[data-changed] .pd-value { animation: pd-flash 600ms ease-out; }
  @keyframes pd-flash { from { background: var(--pd-done-fill); } }
}
@container pd-panel (inline-size < 600px) {
  .pd-tree-row { grid-template-columns: minmax(0, 1fr) auto; grid-auto-flow: row; }
  .pd-tree-row > :nth-child(2), .pd-tree-row > :nth-child(4) { display: none; }
  .pd-event-bar { padding-inline: 6px; }
  .pd-find { flex: 1 1 100%; }
}
`;
