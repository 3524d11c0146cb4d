/** Styles of the timeline. Status is fill, by the tokens of the status table; what a row is of is a thin edge beside its name. */
import { TONES } from '../models/status.ts';

const statuses = Object.values(TONES)
  .map(({ tone, fill, ink }) => `.pd-timeline [data-status="${tone}"], .pd-tl-legend [data-status="${tone}"] { --c: var(${fill}); --i: var(${ink}); }`)
  .join('\n');

export const timelineStyles: string = `
.pd-timeline { display: flex; flex-direction: column; block-size: 100%; min-block-size: 0; min-inline-size: 0; position: relative; color: var(--pd-text); background: var(--pd-canvas); font-variant-numeric: tabular-nums; }
.pd-tl-area { position: relative; flex: 1; min-block-size: 0; overflow: hidden; touch-action: pan-y; user-select: none; -webkit-user-select: none; }
.pd-tl-scroll { position: absolute; inset: 0; overflow: hidden auto; overscroll-behavior: contain; scroll-padding-block-start: 26px; scrollbar-width: thin; }
.pd-tl-under, .pd-tl-over { position: absolute; inset-block: 0; pointer-events: none; overflow: clip; }
.pd-tl-under { inset-block-start: 26px; }
.pd-tl-strip { position: absolute; inset-block: 0; background: color-mix(in oklch, var(--pd-text-muted) 11%, transparent); }

.pd-tl-head { position: sticky; inset-block-start: 0; z-index: 2; display: flex; block-size: 26px; background: var(--pd-canvas); border-block-end: 1px solid var(--pd-border); font-size: 11px; line-height: 26px; color: var(--pd-text-muted); white-space: nowrap; }
.pd-tl-date { flex: none; inline-size: var(--pd-tl-label); padding-inline: 12px 4px; overflow: hidden; text-overflow: ellipsis; }
.pd-tl-ruler { position: relative; flex: none; overflow: clip; cursor: col-resize; }
.pd-tl-tick { position: absolute; inset-block: 0; inset-inline-start: 0; inline-size: 0; border-inline-start: 1px solid transparent; }
.pd-tl-tick::after { content: ""; position: absolute; inset-block-end: 0; block-size: 4px; border-inline-start: 1px solid var(--pd-control-border); }
.pd-tl-tick > span { position: absolute; transform: translateX(-50%); padding-inline: 4px; }
.pd-tl-tick[data-edge] > span { transform: translateX(-4px); }
.pd-tl-fold { position: absolute; inset-block-start: 1px; inset-inline-start: 0; block-size: 24px; padding: 3px 0; border: 0; background: none; color: inherit; font: inherit; font-variant-numeric: inherit; cursor: pointer; }
.pd-tl-fold > span { display: block; padding-inline: 6px; min-block-size: 18px; line-height: 18px; border-radius: 9px; color: var(--pd-text); background: color-mix(in oklch, var(--pd-text-muted) 14%, var(--pd-canvas)); white-space: nowrap; }
.pd-tl-fold > span::before { content: "⇥ "; color: var(--pd-text-muted); }
.pd-tl-fold > span::after { content: " ⇤"; color: var(--pd-text-muted); }
.pd-tl-fold[data-opened] > span { background: var(--pd-canvas); }
.pd-tl-fold[data-opened] > span::before, .pd-tl-fold[data-opened] > span::after, .pd-tl-fold[data-short] > span::before, .pd-tl-fold[data-short] > span::after { content: ""; }
.pd-tl-fold:hover > span { outline: 1px solid var(--pd-control-border); }
.pd-tl-fold:focus-visible { outline: none; }
.pd-tl-fold:focus-visible > span { outline: 2px solid var(--pd-accent); }

.pd-tl-rows { position: relative; outline: none; }
.pd-tl-row { position: absolute; inset-inline: 0; inset-block-start: 0; contain: layout style; }
.pd-tl-row[data-odd] { background: color-mix(in oklch, var(--pd-text-muted) 4.5%, transparent); }
.pd-tl-row:hover { background: color-mix(in oklch, var(--pd-text-muted) 9%, transparent); }
.pd-tl-row[aria-selected="true"] { background: color-mix(in oklch, var(--pd-accent) 10%, transparent); }
.pd-tl-rows:focus-visible .pd-tl-row[data-active] { outline: 2px solid var(--pd-accent); outline-offset: -2px; }
.pd-tl-label { position: absolute; inset-block: 0; inset-inline-start: 0; z-index: 1; inline-size: var(--pd-tl-label); display: flex; align-items: center; padding-inline-end: 8px; border-inline-start: 3px solid var(--e, transparent); background: var(--pd-canvas); white-space: nowrap; overflow: hidden; }
.pd-tl-row[data-odd] .pd-tl-label { background: color-mix(in oklch, var(--pd-text-muted) 4.5%, var(--pd-canvas)); }
.pd-tl-row:hover .pd-tl-label { background: color-mix(in oklch, var(--pd-text-muted) 9%, var(--pd-canvas)); }
.pd-tl-row[aria-selected="true"] .pd-tl-label { background: color-mix(in oklch, var(--pd-accent) 10%, var(--pd-canvas)); }
.pd-timeline [data-category="activity"] { --e: var(--pd-activity); }
.pd-timeline [data-category="timer"] { --e: var(--pd-timer-edge); }
.pd-timeline [data-category="signal"] { --e: var(--pd-signal); }
.pd-timeline [data-category="update"] { --e: var(--pd-update); }
.pd-timeline [data-category="child"] { --e: var(--pd-child); }
.pd-timeline [data-category="marker"] { --e: var(--pd-marker); }
.pd-timeline [data-category="workflow"], .pd-timeline [data-category="workflow task"] { --e: var(--pd-control-border); }
.pd-tl-name { overflow: hidden; text-overflow: ellipsis; }
.pd-tl-subject { font-family: var(--pd-mono); font-size: calc(var(--pd-fs) - 1px); }
.pd-tl-more, .pd-tl-what, .pd-tl-notice { color: var(--pd-text-muted); }
.pd-tl-notice { position: absolute; inset-block: 0; display: flex; align-items: center; font-style: italic; }
.pd-tl-twisty { flex: none; display: inline-grid; place-items: center; inline-size: 24px; block-size: 24px; margin-inline: -8px 0; cursor: pointer; color: var(--pd-text-muted); }
.pd-tl-twisty svg { inline-size: 12px; block-size: 12px; transition: transform 120ms ease-out; }
.pd-tl-twisty[data-open] svg { transform: rotate(90deg); }

.pd-tl-bar { position: absolute; inset-inline-start: var(--pd-tl-label); inset-block: 0; margin-block: auto; block-size: 16px; border-radius: 3px; background: var(--c); cursor: pointer; }
.pd-tl-bar::after { content: ""; position: absolute; inset: -5px -2px; }
${statuses}
.pd-tl-bar[data-shape="queued"] { block-size: 4px; border-radius: 2px; }
.pd-tl-bar[data-shape="queued"][data-status="queued"] { background: var(--pd-queued-fill); }
.pd-tl-bar[data-shape="run"] { block-size: 4px; border-radius: 2px; opacity: 1; }
.pd-tl-bar[data-shape="run"][data-status="running"] { background: color-mix(in oklch, var(--c) 55%, transparent); }
.pd-tl-bar[data-shape="task"] { block-size: 10px; border-radius: 1px; background: var(--pd-control-border); }
.pd-tl-bar[data-shape="task"][data-many] { background: color-mix(in oklch, var(--pd-control-border) 60%, var(--pd-canvas)); }
.pd-tl-bar[data-shape="task"][data-status="failed"], .pd-tl-bar[data-shape="task"][data-status="timed out"] { block-size: 16px; background: var(--c); }
.pd-tl-bar[data-shape="task"][data-status="running"], .pd-tl-bar[data-shape="task"][data-status="queued"] { background: var(--pd-running-fill); }
.pd-tl-bar[data-shape="running"][data-pattern="end cap"] { border-start-end-radius: 0; border-end-end-radius: 0; border-inline-end: 3px solid var(--pd-text); }
.pd-tl-bar[data-shape="running"][data-pattern="open end"] { border-radius: 3px 0 0 3px; background: linear-gradient(90deg, var(--c) calc(100% - 7px), transparent calc(100% - 7px) calc(100% - 5px), var(--c) calc(100% - 5px) calc(100% - 3px), transparent calc(100% - 3px)); }
.pd-tl-bar[data-shape="running"][data-pattern="square end"] { border-radius: 0; border-inline-end: 5px solid var(--pd-text-muted); }
.pd-tl-bar[data-shape="running"][data-pattern="arrow end"] { clip-path: polygon(0 0, calc(100% - min(8px, 40%)) 0, 100% 50%, calc(100% - min(8px, 40%)) 100%, 0 100%); }
.pd-tl-bar[data-shape="waiting"] { background: color-mix(in oklch, var(--c) 13%, transparent); border: 1.5px solid var(--c); }
.pd-tl-share { position: absolute; inset-block: 0; inset-inline-start: 0; background: color-mix(in oklch, var(--c) 42%, transparent); }
.pd-tl-bar[data-shape="backing off"] { background: repeating-linear-gradient(135deg, var(--c) 0 3px, color-mix(in oklch, var(--c) 30%, transparent) 3px 7px); border-radius: 0; }
.pd-tl-bar[data-shape="expected"] { background: repeating-linear-gradient(135deg, color-mix(in oklch, var(--c) 55%, transparent) 0 2px, transparent 2px 7px); border: 1px dashed var(--c); border-inline-start: 0; border-radius: 0 3px 3px 0; }
.pd-tl-bar[data-shape="unknown"] { --c: var(--pd-queued-fill); block-size: 8px; background: none; border: 1px dashed var(--pd-queued-fill); border-radius: 2px; }
.pd-tl-bar[data-shape="merged"] { background: repeating-linear-gradient(90deg, var(--c) 0 3px, color-mix(in oklch, var(--c) 55%, transparent) 3px 4px); }
.pd-tl-bar[data-shape="point"] { display: grid; place-items: center; inline-size: 14px; block-size: 14px; border-radius: 7px; border: 1.5px solid var(--c); background: var(--pd-surface); color: var(--i); }
.pd-tl-bar[data-shape="point"] svg { inline-size: 8px; block-size: 8px; fill: none; stroke: currentColor; stroke-width: 2; stroke-linecap: round; stroke-linejoin: round; }
.pd-tl-bar[data-cut-left] { border-start-start-radius: 0; border-end-start-radius: 0; }
.pd-tl-bar[data-cut-right] { border-start-end-radius: 0; border-end-end-radius: 0; }
.pd-tl-bar[data-selected] { box-shadow: 0 0 0 1.5px var(--pd-canvas), 0 0 0 3px var(--pd-accent); z-index: 1; }
.pd-tl-rows:focus-visible .pd-tl-bar[data-active] { outline: 2px solid var(--pd-accent); outline-offset: 2px; z-index: 1; }
.pd-tl-beat { position: absolute; inset-block: 3px; inset-inline-start: 0; inline-size: 1.5px; background: var(--pd-surface); }
.pd-tl-count { position: absolute; inset: 0; margin: auto; inline-size: fit-content; block-size: fit-content; padding-inline: 4px; border-radius: 6px; background: var(--pd-surface); color: var(--pd-text); font-size: 10px; line-height: 13px; font-weight: 600; }
.pd-tl-words { position: absolute; inset-block: 0; margin-block: auto; block-size: 16px; inset-inline-start: var(--pd-tl-label); font-size: 11px; line-height: 16px; white-space: nowrap; overflow: hidden; text-overflow: ellipsis; color: var(--pd-text-muted); pointer-events: none; }
.pd-tl-words[data-status="failed"], .pd-tl-words[data-status="timed out"] { color: var(--i); }
.pd-tl-words[data-left] { inset-inline-start: auto; text-align: end; }
.pd-tl-words[data-in] { color: var(--pd-text); background: var(--pd-surface); padding-inline: 5px; border-radius: 3px; block-size: 14px; line-height: 14px; }
.pd-tl-words[data-in][data-status="timer"] { background: none; padding-inline: 0; }

.pd-tl-now { position: absolute; inset-block: 0; inset-inline-start: -0.75px; border-inline-start: 1.5px solid var(--pd-running-fill); }
.pd-tl-now > span { position: absolute; inset-block-end: 4px; inset-inline-end: 4px; padding-inline: 6px; border-radius: 8px; font-size: 11px; line-height: 16px; white-space: nowrap; color: var(--pd-past); background: var(--pd-surface); border: 1px solid var(--pd-past-fill); }
.pd-tl-hover { position: absolute; inset-block: 0; inset-inline-start: 0; border-inline-start: 1px dashed var(--pd-control-border); }
.pd-tl-hover > span { position: absolute; inset-block-end: 4px; padding-inline: 5px; border-radius: 3px; font-size: 11px; line-height: 16px; white-space: nowrap; color: var(--pd-text); background: var(--pd-surface); border: 1px solid var(--pd-border); }
.pd-tl-drawn { position: absolute; inset-block: 0; inset-inline-start: 0; background: color-mix(in oklch, var(--pd-accent) 12%, transparent); border-inline: 1px solid var(--pd-accent); }
.pd-tl-drawn > span { position: absolute; inset-block-start: 8px; inset-inline-start: 50%; transform: translateX(-50%); padding-inline: 6px; border-radius: 4px; font-size: 11px; line-height: 18px; white-space: nowrap; color: var(--pd-text); background: var(--pd-surface); border: 1px solid var(--pd-accent); }
.pd-tl-chip, .pd-tl-pill { position: absolute; min-block-size: 24px; font: inherit; font-size: 11px; color: var(--pd-text); background: var(--pd-surface); border: 1px solid var(--pd-control-border); border-radius: 12px; padding: 1px 10px; cursor: pointer; pointer-events: auto; white-space: nowrap; }
.pd-tl-pill { inset-block-end: 12px; inset-inline-end: 12px; border-color: var(--pd-accent); color: var(--pd-accent); }
.pd-tl-pill[data-elsewhere] { inset-inline: 0; margin-inline: auto; inline-size: fit-content; }
.pd-tl-chip:hover, .pd-tl-pill:hover { background: var(--pd-surface-hover); }
.pd-tl-probe { color: var(--c, var(--pd-queued-fill)); }

.pd-tl-strip-row { display: flex; flex: none; padding-block: 6px 4px; }
.pd-tl-sentence { flex: none; margin: 0; padding-inline: 12px; min-block-size: 20px; font-size: calc(var(--pd-fs) - 1px); line-height: 20px; color: var(--pd-text-muted); overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
.pd-tl-controls { border: 0; margin: 0; min-inline-size: 0; display: flex; flex: none; flex-wrap: wrap; align-items: center; gap: 2px; padding: 2px 8px 6px; }
.pd-tl-crumbs { display: flex; align-items: center; gap: 2px; color: var(--pd-text-muted); font-size: calc(var(--pd-fs) - 1px); }
.pd-tl-crumbs > button::after { content: " ›"; color: var(--pd-text-muted); }
.pd-tl-spring { flex: 1; }


@media (prefers-reduced-motion: reduce) { .pd-tl-twisty svg { transition: none; } }
@media (forced-colors: active) {
  .pd-tl-bar, .pd-tl-bar[data-shape="run"], .pd-tl-bar[data-shape="task"] { background: Canvas; border: 2px solid CanvasText; }
  .pd-tl-bar[data-shape="queued"] { border-style: dashed; }
  .pd-tl-bar[data-shape="waiting"] { border-style: double; border-width: 3px; }
  .pd-tl-bar[data-shape="backing off"], .pd-tl-bar[data-shape="expected"] { border-style: dotted; }
  .pd-tl-bar[data-status="failed"], .pd-tl-bar[data-status="timed out"] { border-inline-end-width: 6px; }
  .pd-tl-bar[data-selected] { outline: 3px solid Highlight; }
  .pd-tl-now { border-color: Highlight; }
  .pd-tl-strip, .pd-tl-shade { background: none; border-inline: 1px dashed GrayText; }
  .pd-tl-overview path { fill: CanvasText; }
  .pd-tl-handle::after { background: Highlight; forced-color-adjust: none; }
  .pd-tl-row[aria-selected="true"], .pd-tl-row[data-active] { outline: 2px solid Highlight; outline-offset: -2px; }
}
`;
