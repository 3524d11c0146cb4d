/** Buttons, fields, menus, dialogs, tabs, toasts, panes. */
export const controlStyles: string = `
.pd-button { display: inline-flex; align-items: center; justify-content: center; gap: 5px; min-block-size: 24px; padding: 1px 9px; font: inherit; line-height: 18px; white-space: nowrap; color: var(--pd-text); background: var(--pd-surface-raised); border: 1px solid var(--pd-border); border-radius: var(--pd-radius); cursor: pointer; }
.pd-button:hover { background: var(--pd-surface-hover); }
.pd-button:disabled { color: var(--pd-text-muted); cursor: default; }
.pd-button[data-look="quiet"] { background: transparent; border-color: transparent; color: var(--pd-text-muted); padding-inline: 6px; }
.pd-button[data-look="quiet"]:hover { background: var(--pd-surface-hover); color: var(--pd-text); }
.pd-button[data-look="primary"] { background: var(--pd-primary); border-color: var(--pd-primary); color: var(--pd-on-primary); }
.pd-button[data-look="danger"] { background: var(--pd-danger); border-color: var(--pd-danger); color: var(--pd-on-danger); }
.pd-button[data-look="primary"]:hover, .pd-button[data-look="danger"]:hover { filter: brightness(1.08); }
.pd-button[aria-pressed="true"], .pd-button[aria-current="page"] { color: var(--pd-accent); background: var(--pd-surface-selected); border-color: transparent; }
.pd-icon-button { inline-size: 26px; min-inline-size: 24px; padding: 0 !important; flex: none; }
.pd-link { padding: 0; border: 0; background: none; font: inherit; text-align: start; color: var(--pd-accent); cursor: pointer; overflow-wrap: anywhere; }
.pd-link:hover { text-decoration: underline; }
.pd-link:disabled { color: inherit; cursor: default; text-decoration: none; }
.pd-strong { color: var(--pd-text); font-weight: 600; }
.pd-chip { display: inline-flex; align-items: center; gap: 5px; min-block-size: 22px; max-inline-size: 100%; padding: 1px 9px; font: inherit; line-height: 18px; color: var(--pd-text); white-space: nowrap; background: var(--pd-surface-raised); border: 1px solid var(--pd-border); border-radius: 99px; }
button.pd-chip { min-block-size: 24px; cursor: pointer; }
button.pd-chip:hover { background: var(--pd-surface-hover); }
.pd-chip[aria-pressed="true"], .pd-chip[data-part] { border-color: var(--pd-accent); background: var(--pd-surface-selected); }
.pd-chip-count { color: var(--pd-text-muted); font-variant-numeric: tabular-nums; }
.pd-chips { display: flex; flex-wrap: wrap; gap: 4px 6px; }
.pd-input { inline-size: 100%; min-block-size: 26px; padding: 2px 8px; font: inherit; color: var(--pd-text); background: var(--pd-surface); border: 1px solid var(--pd-control-border); border-radius: var(--pd-radius); }
.pd-input.pd-mono { font-family: var(--pd-mono); font-size: var(--pd-small); }
.pd-input::placeholder { color: var(--pd-text-muted); opacity: 1; }
.pd-input[aria-invalid="true"] { border-color: var(--pd-failed-fill); }
textarea.pd-input { resize: vertical; line-height: 18px; }
.pd-form { display: grid; gap: 10px; }
.pd-form > label, label.pd-form { display: grid; gap: 3px; color: var(--pd-text-muted); font-size: var(--pd-small); }
.pd-form .pd-check { display: flex; align-items: center; gap: 6px; color: var(--pd-text); font-size: inherit; }
.pd-arguments { min-inline-size: 0; margin: 0; padding: 0; border: 0; display: grid; gap: 6px; justify-items: start; }
.pd-arguments legend { padding: 0; margin-block-end: 3px; color: var(--pd-text-muted); font-size: var(--pd-small); }
.pd-argument { inline-size: 100%; display: grid; grid-template-columns: 14px minmax(0, 1fr) auto; gap: 6px; align-items: start; }
.pd-argument > span { line-height: 26px; text-align: end; font-variant-numeric: tabular-nums; }
.pd-inline-form { display: flex; gap: 6px; margin-block-start: 6px; }
.pd-actions { display: flex; flex-wrap: wrap; gap: 6px; margin-block-start: 6px !important; }
.pd-menu { position: fixed; inset: auto; margin: 0; min-inline-size: 180px; max-inline-size: min(340px, 96vw); overflow: auto; padding: 4px; color: var(--pd-text); background: var(--pd-surface); border: 1px solid var(--pd-border); border-radius: 7px; box-shadow: 0 6px 24px rgb(0 0 0 / 0.18); }
.pd-menu-title { padding: 4px 8px 2px; font-size: var(--pd-tiny); color: var(--pd-text-muted); font-weight: 600; }
.pd-menu-line { margin: 4px 0; border: 0; border-block-start: 1px solid var(--pd-border); }
.pd-menu-item { display: grid; grid-template-columns: 18px minmax(0, 1fr); align-items: center; gap: 0 6px; inline-size: 100%; min-block-size: 28px; padding: 3px 8px; font: inherit; text-align: start; color: inherit; background: none; border: 0; border-radius: 4px; cursor: pointer; }
.pd-menu-item:hover, .pd-menu-item:focus-visible { background: var(--pd-surface-hover); outline-offset: -2px; }
.pd-menu-item[data-danger] .pd-menu-label { color: var(--pd-failed); }
.pd-menu-icon { display: inline-flex; color: var(--pd-text-muted); }
.pd-menu-hint { grid-column: 2; color: var(--pd-text-muted); font-size: var(--pd-tiny); }
.pd-dialog { inline-size: min(480px, 94vw); max-block-size: min(86vh, 720px); padding: 0; color: var(--pd-text); background: var(--pd-surface); border: 1px solid var(--pd-border); border-radius: 9px; box-shadow: 0 12px 48px rgb(0 0 0 / 0.3); }
.pd-dialog[data-width="wide"] { inline-size: min(640px, 94vw); }
.pd-dialog::backdrop { background: rgb(0 0 0 / 0.32); }
.pd-dialog-body { display: grid; grid-template-rows: auto minmax(0, 1fr) auto; max-block-size: inherit; }
.pd-dialog-head { display: flex; align-items: center; gap: 8px; padding: 10px 10px 6px 16px; }
.pd-dialog-head h2 { flex: 1; margin: 0; font-size: calc(var(--pd-fs) + 1px); overflow-wrap: anywhere; }
.pd-dialog-content { display: grid; gap: 10px; align-content: start; padding: 4px 16px 14px; overflow: auto; }
.pd-dialog-actions { display: flex; flex-wrap: wrap; justify-content: end; gap: 8px; padding: 10px 16px; border-block-start: 1px solid var(--pd-border); }
.pd-palette { inline-size: min(560px, 94vw); margin-block-start: 12vh; overflow: hidden; }
.pd-palette-input { inline-size: 100%; padding: 12px 16px; font: inherit; font-size: calc(var(--pd-fs) + 1px); color: inherit; background: transparent; border: 0; border-block-end: 1px solid var(--pd-border); }
.pd .pd-palette-input:focus-visible { outline-offset: -2px; }
.pd-palette-list { max-block-size: 360px; overflow: auto; padding: 4px; }
.pd-palette-list:empty { display: none; }
.pd-palette-item { display: grid; grid-template-columns: 18px minmax(0, 1fr) auto; gap: 8px; align-items: center; padding: 5px 10px; border-radius: 4px; cursor: pointer; }
.pd-palette-item[aria-selected="true"] { background: var(--pd-surface-selected); }
.pd-tabs { display: flex; gap: 2px; min-block-size: 32px; padding-inline: 8px; overflow-x: auto; scrollbar-width: none; border-block-end: 1px solid var(--pd-border); background: var(--pd-surface); }
.pd-tab { flex: none; display: inline-flex; align-items: center; gap: 6px; padding: 0 8px; min-block-size: 31px; font: inherit; color: var(--pd-text-muted); background: none; border: 0; border-block-end: 2px solid transparent; cursor: pointer; white-space: nowrap; }
.pd-tab:hover { color: var(--pd-text); }
.pd-tab[aria-selected="true"] { color: var(--pd-text); font-weight: 600; border-block-end-color: var(--pd-accent); }
.pd .pd-tab:focus-visible { outline-offset: -3px; }
.pd-tab-count { font-size: var(--pd-tiny); font-weight: 400; color: var(--pd-text-muted); font-variant-numeric: tabular-nums; }
.pd-tab-panel { flex: 1; min-block-size: 0; display: flex; flex-direction: column; }
.pd-tab-panel > * { flex: 1; min-block-size: 0; }
.pd-split { flex: 1; display: flex; min-inline-size: 0; min-block-size: 0; block-size: 100%; }
.pd-split[data-direction="column"] { flex-direction: column; }
.pd-pane { flex: 1; display: flex; flex-direction: column; min-inline-size: 0; min-block-size: 0; overflow: hidden; contain: layout paint style; }
.pd-pane > * { flex: 1; min-inline-size: 0; min-block-size: 0; }
.pd-separator { flex: none; position: relative; z-index: 2; margin: 0; border: 0; background: var(--pd-border); touch-action: none; }
.pd-split[data-direction="row"] > .pd-separator { inline-size: 1px; block-size: auto; cursor: col-resize; }
.pd-split[data-direction="column"] > .pd-separator { block-size: 1px; inline-size: auto; cursor: row-resize; }
.pd-separator::before { content: ""; position: absolute; inset: -4px; }
.pd-separator:hover, .pd .pd-separator:focus-visible { background: var(--pd-accent); outline: 2px solid var(--pd-accent); outline-offset: 0; }
.pd-tooltip { position: fixed; inset: auto; margin: 0; max-inline-size: 320px; padding: 6px 10px; color: var(--pd-text); background: var(--pd-surface); border: 1px solid var(--pd-border); border-radius: 6px; box-shadow: 0 4px 16px rgb(0 0 0 / 0.2); white-space: pre-line; }
.pd-toasts { position: absolute; inset-block-end: 10px; inset-inline-end: 10px; z-index: 5; display: grid; gap: 6px; max-inline-size: min(420px, calc(100% - 20px)); }
.pd-toast { display: grid; grid-template-columns: auto minmax(0, 1fr) auto auto; align-items: center; gap: 8px; padding: 6px 6px 6px 12px; background: var(--pd-surface); border: 1px solid var(--pd-border); border-inline-start: 3px solid var(--pd-queued-fill); border-radius: var(--pd-radius); box-shadow: 0 4px 20px rgb(0 0 0 / 0.2); }
.pd-toast[data-tone="good"] { border-inline-start-color: var(--pd-done-fill); }
.pd-toast[data-tone="bad"] { border-inline-start-color: var(--pd-failed-fill); }
.pd-toast p { overflow-wrap: anywhere; max-block-size: 120px; overflow: auto; }
.pd-grid { flex: 1; min-block-size: 0; overflow: auto; overscroll-behavior: contain; position: relative; }
.pd .pd-grid:focus-visible { outline-offset: -2px; }
.pd-row { cursor: default; }
.pd-row:hover { background: var(--pd-surface-hover); }
.pd-row[aria-selected="true"] { background: var(--pd-surface-selected); }
.pd-grid:focus-visible .pd-row[aria-selected="true"] { outline: 1px solid var(--pd-accent); outline-offset: -1px; }
.pd-cell { display: block; min-inline-size: 0; overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
.pd-cell-number { text-align: end; font-variant-numeric: tabular-nums; color: var(--pd-text-muted); }
.pd-json { display: flex; flex-direction: column; min-inline-size: 0; }
.pd-json[data-full] { flex: 1; min-block-size: 0; }
.pd-json-bar { display: flex; align-items: center; gap: 10px; padding: 5px 10px; border-block-end: 1px solid var(--pd-border); }
.pd-json-bar .pd-input { max-inline-size: 280px; }
.pd-json-rows { flex: none; }
.pd-json[data-full] .pd-json-rows { flex: 1; padding-block: 4px; }
.pd-json-row { block-size: 20px; padding-inline: 4px; border-radius: 2px; }
.pd-json-row[data-changed] { background: var(--pd-changed); }
.pd-json-row[data-found] { background: var(--pd-found); }
.pd-json-cell { display: flex; align-items: center; gap: 5px; block-size: 20px; min-inline-size: 0; font: var(--pd-small) / 20px var(--pd-mono); white-space: nowrap; }
.pd-json-fold { flex: none; inline-size: 14px; display: inline-flex; color: var(--pd-text-muted); }
.pd-json-fold .pd-icon { inline-size: 12px; block-size: 12px; }
.pd-json-name { flex: none; color: var(--pd-text-muted); }
.pd-json-name::after { content: ":"; }
.pd-json-value { overflow: hidden; text-overflow: ellipsis; min-inline-size: 0; }
.pd-json-value[data-kind="text"] { color: var(--pd-done); }
.pd-json-value[data-kind="number"] { color: var(--pd-accent); }
.pd-json-value[data-kind="word"] { color: var(--pd-timer); }
.pd-json-actions { flex: none; display: inline-flex; margin-inline-start: auto; }
.pd-json-actions .pd-button { min-block-size: 20px; inline-size: 22px; }
`;
