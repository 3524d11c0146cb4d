/** Short messages at the edge of the panel. One that can be acted on stays until it is closed. */
import type { Clock } from '@perdure/core/common';
import { createStore, type StoreApi } from 'zustand/vanilla';

export interface Toast {
  readonly id: number;
  readonly tone: 'good' | 'bad' | 'plain';
  readonly text: string;
  readonly action?: { readonly label: string; readonly run: () => void };
}

export interface Toasts {
  readonly store: StoreApi<{ readonly toasts: readonly Toast[] }>;
  show(toast: Omit<Toast, 'id'>): void;
  close(id: number): void;
  /** While someone points at them or has the focus in them, none goes away. */
  hold(isHeld: boolean): void;
  clear(): void;
}

const SHOWN_MS = 5000;

export function createToasts(clock: Clock): Toasts {
  const store = createStore<{ readonly toasts: readonly Toast[] }>(() => ({ toasts: [] }));
  const timers = new Map<number, () => void>();
  let last = 0;
  let isHeld = false;
  const close = (id: number): void => {
    timers.get(id)?.();
    timers.delete(id);
    store.setState(({ toasts }) => ({ toasts: toasts.filter((toast) => toast.id !== id) }));
  };
  const count = (id: number): void =>
    void timers.set(
      id,
      clock.setTimer(SHOWN_MS, () => (isHeld ? count(id) : close(id))),
    );
  return {
    store,
    close,
    show(toast) {
      const id = ++last;
      store.setState(({ toasts }) => ({ toasts: [...toasts.slice(-3), { ...toast, id }] }));
      if (!toast.action && toast.tone !== 'bad') count(id);
    },
    hold(held) {
      isHeld = held;
    },
    clear() {
      for (const cancel of timers.values()) cancel();
      timers.clear();
      store.setState({ toasts: [] });
    },
  };
}
