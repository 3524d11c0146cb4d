/** Styles of the event list. Row heights are set by the component, which has to know them. */
export const eventListStyles: string = `
.pd-events { display: grid; grid-template-rows: auto minmax(0, 1fr) auto; min-block-size: 0; block-size: 100%; border: 1px solid var(--pd-border); border-radius: var(--pd-radius); background: var(--pd-surface); overflow: hidden; }
.pd-events-bar { display: flex; flex-wrap: wrap; align-items: center; gap: 4px 12px; padding: 6px 8px 6px 12px; border-block-end: 1px solid var(--pd-border); background: var(--pd-surface-raised); }
.pd-events-count { font-weight: 600; font-variant-numeric: tabular-nums; margin-inline-end: auto; }
.pd-events-count .pd-run-facts { font-weight: 400; }
.pd-button { font: inherit; font-size: calc(var(--pd-fs) - 1px); min-block-size: 24px; padding: 1px 8px; color: var(--pd-text); background: var(--pd-surface); border: 1px solid var(--pd-border); border-radius: var(--pd-radius); cursor: pointer; }
.pd-button:hover { background: var(--pd-surface-hover); }
.pd-button[aria-pressed="true"] { border-color: var(--pd-accent); color: var(--pd-accent); }
.pd-events-scroll { overflow: auto; overscroll-behavior: contain; position: relative; }
.pd .pd-events-scroll:focus-visible { outline-offset: -2px; }
.pd-events-space { position: relative; }
.pd-event { position: absolute; inset-inline: 0; display: grid; grid-template-columns: 48px 84px minmax(140px, 240px) minmax(0, 1fr); column-gap: 8px; align-items: center; padding-inline: 0 12px; border-inline-start: 3px solid var(--pd-group, transparent); cursor: default; }
.pd-event:hover { background: var(--pd-surface-hover); }
.pd-event[aria-selected="true"] { background: var(--pd-surface-hover); outline: 1px solid var(--pd-accent); outline-offset: -1px; }
.pd-event > * { overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
.pd-event-id, .pd-event-time { text-align: end; font-family: var(--pd-mono); font-size: calc(var(--pd-fs) - 1px); color: var(--pd-text-muted); font-variant-numeric: tabular-nums; }
.pd-event-facts { font-family: var(--pd-mono); font-size: calc(var(--pd-fs) - 1px); color: var(--pd-text-muted); }
.pd-event[data-tone="done"] .pd-event-title { color: var(--pd-done); }
.pd-event[data-tone="failed"] .pd-event-title { color: var(--pd-failed); }
.pd-event[data-tone="stopped"] .pd-event-title { color: var(--pd-stopped); }
.pd-event[data-group="activity"] { --pd-group: var(--pd-activity); }
.pd-event[data-group="timer"] { --pd-group: var(--pd-timer); }
.pd-event[data-group="signal"], .pd-event[data-group="update"] { --pd-group: var(--pd-signal); }
.pd-event[data-group="child"] { --pd-group: var(--pd-child); }
.pd-event[data-group="marker"] { --pd-group: var(--pd-marker); }
.pd-event[data-group="workflow"] { --pd-group: var(--pd-text-muted); }
.pd-event[data-group="workflow task"] .pd-event-title { color: var(--pd-text-muted); }
.pd-events[data-narrow] .pd-event { grid-template-columns: 44px minmax(0, 1fr) auto; grid-template-rows: 1fr 1fr; align-content: center; }
.pd-events[data-narrow] .pd-event-id { grid-row: 1; grid-column: 1; }
.pd-events[data-narrow] .pd-event-title { grid-row: 1; grid-column: 2; }
.pd-events[data-narrow] .pd-event-time { grid-row: 1; grid-column: 3; }
.pd-events[data-narrow] .pd-event-facts { grid-row: 2; grid-column: 2 / 4; }
.pd-event-details { max-block-size: 220px; overflow: auto; border-block-start: 1px solid var(--pd-border); background: var(--pd-surface-raised); padding: 8px 12px; }
.pd-event-details h3 { margin: 0 0 4px; font-size: var(--pd-fs); font-weight: 600; }
.pd-event-details pre { margin: 0; font: 400 calc(var(--pd-fs) - 1px) / 1.5 var(--pd-mono); white-space: pre-wrap; overflow-wrap: anywhere; }
.pd-events-empty { padding: 16px 12px; color: var(--pd-text-muted); margin: 0; }
`;
