/** What an application says of the devtools that it embeds. */
import type { EngineBackendOptions } from '../backend/engine-backend.ts';

export interface DevtoolsMountOptions extends Omit<EngineBackendOptions, 'connection' | 'label' | 'clock'> {
  /** What `connect()` gave. */
  readonly client: EngineBackendOptions['connection'];
  /** The database, as people know it. @default 'perdure' */
  readonly label?: string;
  /** @default 'default' */
  readonly namespace?: string;
  /**
   * A page of this origin that shows the devtools by itself. The separate window is then that page, and outlives this one. Without it this page draws
   * the separate window, which stands still while this page is away.
   */
  readonly page?: string;
  /**
   * Opens and closes the devtools: modifiers and `KeyboardEvent.code`, joined by "+". Not heard in text fields. `false`: there is none.
   *
   * @default 'Control+Shift+Period'
   */
  readonly hotkey?: string | false;
  /** Fills the element with the panel, without a button and without a dock. */
  readonly isInline?: boolean;
}

/** The devtools of a page. None of its functions rejects or throws: a fault of the devtools is no fault of the application. */
export interface Mounted {
  /** Opens the panel where it was last. */
  open(): void;
  close(): void;
  /** Takes everything away. Idempotent. */
  unmount(): void;
}
