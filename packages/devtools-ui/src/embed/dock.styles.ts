/** Where the panel stands in a page: at a side, floating, or all of a window or an element. */
export const dockStyles: string = `
.pd-embed { position: absolute; inset: 0; pointer-events: none; }
:host(:not([popover])) .pd-embed { position: relative; block-size: 100%; }
.pd-embed-window { position: fixed; }
.pd-dock { position: absolute; box-sizing: border-box; display: flex; pointer-events: auto; contain: layout style; background: var(--pd-canvas); box-shadow: 0 0 24px rgb(0 0 0 / 0.22); }
.pd-dock > .pd-panel { flex: 1; }
.pd-dock > .pd-panel:focus { outline: none; }
.pd-dock[data-place="bottom"] { inset: auto 0 0 0; flex-direction: column; max-block-size: 100%; }
.pd-dock[data-place="top"] { inset: 0 0 auto 0; flex-direction: column-reverse; max-block-size: 100%; }
.pd-dock[data-place="left"] { inset: 0 auto 0 0; flex-direction: row-reverse; max-inline-size: 100%; }
.pd-dock[data-place="right"] { inset: 0 0 0 auto; flex-direction: row; max-inline-size: 100%; }
.pd-dock[data-place="floating"] { flex-direction: column; max-inline-size: 100%; max-block-size: 100%; border: 1px solid var(--pd-border); border-radius: 8px; overflow: clip; }
.pd-dock[data-place="alone"] { inset: 0; box-shadow: none; }
.pd-dock-edge { flex: none; position: relative; margin: 0; border: 0; background: var(--pd-border); touch-action: none; }
.pd-dock-edge::before { content: ""; position: absolute; inset: -5px; z-index: 3; }
:is([data-place="bottom"], [data-place="top"]) > .pd-dock-edge { block-size: 3px; cursor: row-resize; }
:is([data-place="left"], [data-place="right"]) > .pd-dock-edge { inline-size: 3px; cursor: col-resize; }
.pd-dock > .pd-dock-edge:hover, .pd-dock > .pd-dock-edge:focus-visible { background: var(--pd-accent); }
.pd-dock-grip { flex: none; display: flex; align-items: center; gap: 6px; inline-size: 100%; min-block-size: 24px; padding: 0 10px; font: inherit; font-size: var(--pd-small); color: var(--pd-text-muted); background: var(--pd-surface-raised); border: 0; border-block-end: 1px solid var(--pd-border); cursor: move; touch-action: none; }
.pd .pd-dock-grip:focus-visible { outline-offset: -2px; }
.pd-dock-corner { position: absolute; inset-block-end: 0; inset-inline-end: 0; z-index: 6; inline-size: 24px; block-size: 24px; padding: 0; background: linear-gradient(135deg, transparent 60%, var(--pd-control-border) 60%); border: 0; cursor: nwse-resize; touch-action: none; }
.pd .pd-dock-corner:focus-visible { outline-offset: -2px; }
.pd-embed-crash { position: absolute; inset-block-end: 64px; inset-inline-end: 12px; display: flex; gap: 8px; align-items: center; max-inline-size: min(480px, 90%); padding: 8px 12px; background: var(--pd-surface); border: 1px solid var(--pd-failed-fill); border-radius: 8px; }
.pd-window-notice { position: fixed; inset: 0 0 auto 0; z-index: 9; margin: 0; padding: 8px 12px; color: var(--pd-backing-off); background: var(--pd-surface-raised); border-block-end: 2px solid var(--pd-backing-off-fill); }
`;
