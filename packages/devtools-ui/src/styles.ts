/** The look of the panel before any of its parts that are loaded on demand, each of which brings its own. */
import { baseStyles } from './theme/base.styles.ts';
import { controlStyles } from './ui/controls.styles.ts';
import { adoptSheet } from './ui/sheets.ts';
import { panelStyles } from './views/panel.styles.ts';
import { timeStyles } from './views/run/time.styles.ts';

/** The sheet as text, for hosts that add it themselves. */
export const devtoolsStyles: string = [baseStyles, controlStyles, panelStyles, timeStyles].join('\n');

/** Gives a document or a shadow root the devtools' sheet, once. */
export function adoptDevtoolsStyles(root: Document | ShadowRoot): void {
  adoptSheet(root, devtoolsStyles);
}
