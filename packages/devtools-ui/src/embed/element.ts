/** `<perdure-devtools>`: with the attribute `inline` it fills its box with the panel, without it it is the button and what that opens. */
import { type Mount, mountBy } from './mount.ts';
import type { DevtoolsMountOptions, Mounted } from './options.ts';

/** Puts the devtools into the page, without an element of their own. */
export const mount: Mount = mountBy({ floating: () => import('./shell.ts'), inline: () => import('./inline.ts') });

export class PerdureDevtoolsElement extends HTMLElement {
  #options: DevtoolsMountOptions | undefined;
  #mounted: Mounted | undefined;

  /** Set them to begin. `isInline` is the attribute's. */
  set options(options: DevtoolsMountOptions | undefined) {
    this.#options = options;
    this.#begin();
  }

  get options(): DevtoolsMountOptions | undefined {
    return this.#options;
  }

  open(): void {
    this.#mounted?.open();
  }

  close(): void {
    this.#mounted?.close();
  }

  connectedCallback(): void {
    this.#begin();
  }

  disconnectedCallback(): void {
    this.#mounted?.unmount();
    this.#mounted = undefined;
  }

  #begin(): void {
    this.#mounted?.unmount();
    this.#mounted = undefined;
    if (!this.isConnected || !this.#options) return;
    this.#mounted = mount(this, { ...this.#options, isInline: this.hasAttribute('inline') });
  }
}
