/**
 * `@perdure/devtools-ui/element`: the devtools for applications without React, as a custom element. React comes with it, when it is opened.
 *
 * ```html
 * <perdure-devtools></perdure-devtools>
 * <script type="module">document.querySelector('perdure-devtools').options = { client: connection };</script>
 * ```
 */
import { PerdureDevtoolsElement } from './embed/element.ts';

export { mount, PerdureDevtoolsElement } from './embed/element.ts';
export type { Mount } from './embed/mount.ts';
export type { DevtoolsMountOptions, Mounted } from './embed/options.ts';

if (!customElements.get('perdure-devtools')) customElements.define('perdure-devtools', PerdureDevtoolsElement);
