/**
 * What engine workers of one database say to each other: who leads, and who wants to be answered. A message carries no authority: a forged
 * or lost one costs time, never a decision, as the lock elects and the epoch in the store fences. Calls go by channels of their own.
 */
import { isRecord, own } from './records.ts';

/** Of calls. Tabs of two versions do not join each other; the messages here stay as they are, or each would take the other for hung. */
export const CALLS_VERSION = 1;

export type TabMessage =
  /** A tab asks who leads. */
  | { readonly kind: 'who' }
  /** The leader lives. `epoch` is known once its database is open. */
  | { readonly kind: 'beat'; readonly leader: string; readonly epoch?: number }
  /** `tab` wants to send calls to `leader`. */
  | { readonly kind: 'join'; readonly leader: string; readonly tab: string; readonly version: number }
  /** `leader` asks those that follow it how they are, because somebody wants to know. Older tabs do not answer. */
  | { readonly kind: 'census'; readonly leader: string }
  /** `tab`, which follows `leader`, is there. */
  | { readonly kind: 'present'; readonly leader: string; readonly tab: string; readonly isVisible: boolean; readonly version: string }
  /** `leader` listens to the calls of `tab`. */
  | { readonly kind: 'joined'; readonly leader: string; readonly tab: string }
  /** The leader leads no more. */
  | { readonly kind: 'left'; readonly leader: string };

/** The channel that all tabs of a database hear. */
export const tabChannel = (database: string): string => `perdure:tabs:${database}`;

/** The channel that one leader and one other tab hear. */
export const callChannel = (leader: string, tab: string): string => `perdure:calls:${leader}:${tab}`;

/** @returns the message built anew, or `undefined` for anything else */
export function readTabMessage(data: unknown): TabMessage | undefined {
  if (!isRecord(data)) return undefined;
  const [kind, leader, tab, epoch, version, isVisible] = ['kind', 'leader', 'tab', 'epoch', 'version', 'isVisible'].map((name) => own(data, name));
  if (kind === 'who') return { kind };
  if (!isTabId(leader)) return undefined;
  switch (kind) {
    case 'beat':
      if (epoch === undefined) return { kind, leader };
      return Number.isSafeInteger(epoch) && (epoch as number) > 0 ? { kind, leader, epoch: epoch as number } : undefined;
    case 'left':
    case 'census':
      return { kind, leader };
    case 'present':
      return isTabId(tab) && typeof isVisible === 'boolean' && isTabId(version) ? { kind, leader, tab, isVisible, version } : undefined;
    case 'join':
      return isTabId(tab) && version === CALLS_VERSION ? { kind, leader, tab, version } : undefined;
    case 'joined':
      return isTabId(tab) ? { kind, leader, tab } : undefined;
    default:
      return undefined;
  }
}

const isTabId = (id: unknown): id is string => typeof id === 'string' && id.length > 0 && id.length <= 100;
