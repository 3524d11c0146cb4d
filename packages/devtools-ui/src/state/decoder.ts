/** Payloads as they are shown: as they are, or decoded by the backend where the host has codecs. What is in sight is asked for, once. */
import type { WirePayload, WirePayloads } from '@perdure/core/common';
import { createStore, type StoreApi } from 'zustand/vanilla';
import type { Backend } from '../backend/backend.ts';
import { messageOf } from '../backend/errors.ts';
import type { Frame } from './frame.ts';

/** `encoded`: not decoded yet. */
export type Shown =
  | { readonly state: 'plain'; readonly payload: WirePayload }
  | { readonly state: 'encoded'; readonly payload: WirePayload }
  | { readonly state: 'failed'; readonly payload: WirePayload; readonly reason: string };

export interface Decoder {
  /** Grows when more has been decoded. */
  readonly store: StoreApi<{ readonly version: number }>;
  show(payload: WirePayload, workflowId: string): Shown;
  /** All of these, for a search; resolves when they are decoded as far as they can be. */
  decodeAll(payloads: WirePayloads, workflowId: string): Promise<void>;
  close(): void;
}

const AT_ONCE = 500;

export function createDecoder({ backend, namespace, frame }: { readonly backend: Backend; readonly namespace: string; readonly frame: Frame }): Decoder {
  const store = createStore(() => ({ version: 0 }));
  const { hasCodecs } = backend.describe();
  const known = new WeakMap<WirePayload, Shown>();
  /** By workflow id: codecs may use it. */
  let wanted = new Map<string, Set<WirePayload>>();
  let isClosed = false;

  async function decode(payloads: WirePayloads, workflowId: string): Promise<void> {
    for (let from = 0; from < payloads.length && !isClosed; from += AT_ONCE) {
      const some = payloads.slice(from, from + AT_ONCE);
      try {
        const answer = await backend.fetch('decode', { namespace, workflowId, payloads: some });
        some.forEach((payload, index) => {
          const one = answer.payloads[index];
          known.set(payload, one && 'payload' in one ? { state: 'plain', payload: one.payload } : { state: 'failed', payload, reason: one?.failure ?? '' });
        });
      } catch (error) {
        for (const payload of some) known.set(payload, { state: 'failed', payload, reason: messageOf(error) });
      }
    }
    if (!isClosed) store.setState(({ version }) => ({ version: version + 1 }));
  }

  function ask(): void {
    const all = wanted;
    wanted = new Map();
    for (const [workflowId, payloads] of all) void decode([...payloads], workflowId);
  }

  return {
    store,
    show(payload, workflowId) {
      if (!hasCodecs) return { state: 'plain', payload };
      const shown = known.get(payload);
      if (shown) return shown;
      const waiting: Shown = { state: 'encoded', payload };
      known.set(payload, waiting);
      const same = wanted.get(workflowId) ?? new Set();
      wanted.set(workflowId, same.add(payload));
      frame.next('decode', ask);
      return waiting;
    },
    async decodeAll(payloads, workflowId) {
      if (hasCodecs)
        await decode(
          payloads.filter((payload) => (known.get(payload)?.state ?? 'encoded') === 'encoded'),
          workflowId,
        );
    },
    close() {
      isClosed = true;
    },
  };
}
