/** What all of the devtools stand on: tokens, text, focus, scrolling. */
import { TONES } from '../models/status.ts';
import { colourProperties } from './tokens.ts';

const tones = Object.values(TONES)
  .map(({ tone, ink, fill }) => `.pd [data-tone="${tone}"] { --pd-tone: var(${ink}); --pd-tone-fill: var(${fill}); }`)
  .join('\n');

const CATEGORIES = {
  workflow: 'queued-fill',
  'workflow task': 'queued-fill',
  activity: 'activity',
  timer: 'timer-edge',
  signal: 'signal',
  child: 'child',
  update: 'update',
  marker: 'marker',
};
const categories = Object.entries(CATEGORIES)
  .map(([category, colour]) => `.pd [data-category="${category}"] { --pd-category: var(--pd-${colour}); }`)
  .join('\n');

export const baseStyles: string = `
.pd {
  color-scheme: light dark;
${colourProperties}
  --pd-fs: 13px;
  --pd-small: calc(var(--pd-fs) - 1px);
  --pd-tiny: calc(var(--pd-fs) - 2px);
  --pd-font: system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", sans-serif;
  --pd-mono: ui-monospace, "SF Mono", "Cascadia Mono", "DejaVu Sans Mono", Menlo, monospace;
  --pd-radius: 5px;
  font: 400 var(--pd-fs) / calc(var(--pd-fs) * 1.4) var(--pd-font);
  color: var(--pd-text);
}
.pd[data-theme="light"] { color-scheme: light; }
.pd[data-theme="dark"] { color-scheme: dark; }
${tones}
${categories}
.pd *, .pd *::before, .pd *::after { box-sizing: border-box; }
.pd :focus-visible { outline: 2px solid var(--pd-accent); outline-offset: 1px; }
.pd-frame:focus-visible { outline: none !important; }
.pd b, .pd h2, .pd h3, .pd h4, .pd th, .pd-strong { font-weight: 600; }
.pd h3, .pd h4 { margin: 0 0 6px; font-size: var(--pd-tiny); line-height: 16px; color: var(--pd-text-muted); }
.pd h4 { margin-block-start: 10px; }
.pd p { margin: 0; }
.pd ul, .pd ol { margin: 0; padding: 0; list-style: none; }
.pd code, .pd kbd, .pd pre, .pd-mono, .pd-value { font-family: var(--pd-mono); font-size: var(--pd-small); }
.pd kbd { padding: 0 4px; border: 1px solid var(--pd-border); border-radius: 3px; color: var(--pd-text-muted); background: var(--pd-surface-raised); }
.pd mark { color: inherit; background: var(--pd-found); border-radius: 2px; text-decoration: underline wavy var(--pd-failed); }
.pd pre { margin: 0; }
.pd-muted { color: var(--pd-text-muted); }
.pd-count { font-variant-numeric: tabular-nums; white-space: nowrap; }
.pd-failure-text, .pd-problem { color: var(--pd-failed); }
.pd-cut-text { overflow: hidden; text-overflow: ellipsis; white-space: nowrap; min-inline-size: 0; }
.pd-value { overflow-wrap: anywhere; white-space: pre-wrap; }
.pd-visually-hidden { position: absolute; inline-size: 1px; block-size: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
.pd-icon { inline-size: 14px; block-size: 14px; flex: none; fill: none; stroke: currentColor; stroke-width: 1.5; stroke-linecap: round; stroke-linejoin: round; vertical-align: -2px; }
.pd-status-icon { display: inline-flex; color: var(--pd-tone); vertical-align: -2px; }
.pd-status-icon .pd-icon { vertical-align: 0; }
.pd-badge { --pd-tone: var(--pd-stopped); display: inline-flex; align-items: center; gap: 5px; min-block-size: 20px; max-inline-size: 100%; padding: 0 7px 0 5px; border: 1px solid var(--pd-tone); border-radius: 4px; color: var(--pd-tone); white-space: nowrap; }
.pd-badge[data-border="dashed"] { border-style: dashed; }
.pd-badge[data-border="double"] { border-style: double; border-width: 3px; }
.pd-badge-label { overflow: hidden; text-overflow: ellipsis; }
.pd-middle-cut { display: flex; min-inline-size: 0; max-inline-size: 100%; white-space: pre; }
.pd-middle-cut > :first-child { overflow: hidden; text-overflow: ellipsis; }
.pd-scroll { overflow: auto; overscroll-behavior: contain; }
.pd-padded { padding: 10px 12px; }
.pd-fill { block-size: 100%; }
.pd-empty { padding: 16px 14px; color: var(--pd-text-muted); display: grid; gap: 8px; justify-items: start; }
.pd-empty pre { padding: 8px 10px; border-radius: var(--pd-radius); background: var(--pd-surface-raised); color: var(--pd-text); overflow: auto; max-inline-size: 100%; }
.pd-tag { margin-inline-start: 6px; padding: 0 5px; border: 1px solid var(--pd-border); border-radius: 3px; font-size: var(--pd-tiny); color: var(--pd-text-muted); }
@media (prefers-reduced-motion: reduce) { .pd *, .pd *::before, .pd *::after { animation: none !important; transition: none !important; scroll-behavior: auto !important; } }
@media (forced-colors: active) {
  .pd-badge, .pd-chip, .pd-button, .pd-card { border-color: CanvasText; }
  .pd [aria-selected="true"], .pd [aria-pressed="true"], .pd [aria-current] { outline: 2px solid Highlight; outline-offset: -2px; }
}
`;
