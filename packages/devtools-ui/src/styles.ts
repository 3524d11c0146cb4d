/** The look of the devtools: one constructed sheet, so that it needs no element in the page's head and works under `style-src 'self'`. */
import { baseStyles } from './theme/base.styles.ts';
import { timelineStyles } from './timeline/timeline.styles.ts';
import { controlStyles } from './ui/controls.styles.ts';
import { engineStyles } from './views/engine/engine.styles.ts';
import { panelStyles } from './views/panel.styles.ts';
import { stateStyles } from './views/run/state.styles.ts';

/** The whole sheet as text, for hosts that add it themselves. */
export const devtoolsStyles: string = [baseStyles, controlStyles, panelStyles, timelineStyles, stateStyles, engineStyles].join('\n');

const sheets = new WeakMap<Document | ShadowRoot, CSSStyleSheet>();

/** Gives a document or a shadow root the devtools' sheet, once. */
export function adoptDevtoolsStyles(root: Document | ShadowRoot): void {
  if (sheets.has(root)) return;
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(devtoolsStyles);
  sheets.set(root, sheet);
  root.adoptedStyleSheets = [...root.adoptedStyleSheets, sheet];
}
