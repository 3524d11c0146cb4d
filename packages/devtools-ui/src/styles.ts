/** The look of the devtools: one constructed sheet, so that it needs no element in the page's head and works under `style-src 'self'`. */
import { eventListStyles } from './panels/event-list.styles.ts';
import { runHeaderStyles } from './panels/run-header.styles.ts';
import { colourProperties } from './theme/tokens.ts';
import { timelineStyles } from './timeline/timeline.styles.ts';

const tokens = `
.pd {
  color-scheme: light dark;
  --pd-surface: light-dark(oklch(99.2% 0.003 250), oklch(21.5% 0.012 255));
  --pd-surface-raised: light-dark(oklch(97.3% 0.005 250), oklch(25% 0.014 255));
  --pd-surface-hover: light-dark(oklch(95.2% 0.008 250), oklch(28.5% 0.016 255));
  --pd-border: light-dark(oklch(88% 0.01 250), oklch(34% 0.016 255));
  --pd-text: light-dark(oklch(27% 0.02 255), oklch(93% 0.008 250));
  --pd-text-muted: light-dark(oklch(49% 0.02 255), oklch(72% 0.015 250));
  --pd-accent: light-dark(oklch(48% 0.14 255), oklch(76% 0.11 250));
  --pd-running: light-dark(oklch(49% 0.15 255), oklch(75% 0.12 250));
  --pd-waiting: light-dark(oklch(48% 0.09 215), oklch(78% 0.1 210));
  --pd-backing-off: light-dark(oklch(50% 0.11 65), oklch(80% 0.12 75));
  --pd-done: light-dark(oklch(47% 0.12 150), oklch(77% 0.14 152));
  --pd-failed: light-dark(oklch(50% 0.18 25), oklch(74% 0.14 22));
  --pd-stopped: light-dark(oklch(47% 0.02 255), oklch(70% 0.015 250));
  --pd-activity: light-dark(oklch(55% 0.15 255), oklch(70% 0.13 250));
  --pd-timer: light-dark(oklch(54% 0.12 300), oklch(72% 0.11 300));
  --pd-signal: light-dark(oklch(54% 0.1 210), oklch(75% 0.1 205));
  --pd-child: light-dark(oklch(54% 0.1 180), oklch(75% 0.1 180));
  --pd-marker: light-dark(oklch(54% 0.08 90), oklch(75% 0.09 90));
  --pd-fs: 13px;
  --pd-font: system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", sans-serif;
  --pd-mono: ui-monospace, "SF Mono", "Cascadia Mono", "DejaVu Sans Mono", Menlo, monospace;
  --pd-radius: 6px;
  font: 400 var(--pd-fs) / calc(var(--pd-fs) * 1.4) var(--pd-font);
  color: var(--pd-text);
}
.pd *, .pd *::before, .pd *::after { box-sizing: border-box; }
.pd :focus-visible { outline: 2px solid var(--pd-accent); outline-offset: 2px; }
.pd-visually-hidden { position: absolute; inline-size: 1px; block-size: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
`;

/** The whole sheet as text, for hosts that add it themselves. */
export const devtoolsStyles: string = [tokens, `.pd {\n${colourProperties}\n}`, runHeaderStyles, eventListStyles, timelineStyles].join('\n');

const sheets = new WeakMap<Document | ShadowRoot, CSSStyleSheet>();

/** Gives a document or a shadow root the devtools' sheet, once. */
export function adoptDevtoolsStyles(root: Document | ShadowRoot): void {
  if (sheets.has(root)) return;
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(devtoolsStyles);
  sheets.set(root, sheet);
  root.adoptedStyleSheets = [...root.adoptedStyleSheets, sheet];
}
