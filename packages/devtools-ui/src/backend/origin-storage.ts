/** What the browser tells of the origin's storage, and what it can be asked for. Browsers differ in how much of it they have. */
import { BackendError, type CommandOutcome } from './backend.ts';
import type { StorageInfo } from './shapes.ts';

export type OriginStorage = Partial<Pick<StorageManager, 'estimate' | 'persisted' | 'persist'>>;

/** @returns `undefined` where the browser does not tell, as on a page that is not secure */
export async function storageInfo(storage: OriginStorage | undefined): Promise<StorageInfo | undefined> {
  try {
    const [estimate, isPersisted = false] = await Promise.all([storage?.estimate?.(), storage?.persisted?.()]);
    if (estimate?.usage === undefined || estimate.quota === undefined) return undefined;
    const { indexedDB } = (estimate as { readonly usageDetails?: { readonly indexedDB?: number } }).usageDetails ?? {};
    return { usage: estimate.usage, quota: estimate.quota, isPersisted, ...(indexedDB !== undefined && { databases: indexedDB }) };
  } catch {
    return undefined; // forbidden here, which is the same to a reader: nothing is known
  }
}

export async function persist(storage: OriginStorage | undefined): Promise<CommandOutcome> {
  if (!storage?.persist) throw new BackendError('unsupported', 'This browser cannot be asked to keep the storage');
  if (await storage.persist()) return { isAccepted: true };
  return {
    isAccepted: false,
    code: 'Denied',
    reason: 'The browser does not promise to keep the storage. Some do once the page is bookmarked or installed, or may send notifications',
  };
}
