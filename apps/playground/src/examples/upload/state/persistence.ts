/** Whether the browser may clear this site's storage when space is short. It is asked not to, when the first file is dropped. */
import type { UploadsStore } from './uploads-store.ts';

export async function readPersistence(store: UploadsStore): Promise<void> {
  if (!('storage' in navigator) || !('persisted' in navigator.storage)) return;
  store.setState({ isPersistent: await navigator.storage.persisted() });
}

/** Some browsers ask the person, who may take any time: nothing waits for this. */
export async function askForPersistence(store: UploadsStore): Promise<void> {
  if (store.getState().isPersistent !== false) return;
  store.setState({ isPersistent: await navigator.storage.persist() });
}
