/**
 * When a page must end its engine worker, and when it may boot it again. A frozen page, or one in the back/forward cache, keeps the lock of its
 * worker and answers nobody, so the worker is ended before: that is the path of a crash, which is safe at any instant.
 */
export interface PageLifecycle {
  /** The page is hidden for good, cached or frozen. There is no time for anything asynchronous. */
  sleep(): void;
  /** The page lives again. What was known before may be out of date. */
  wake(): void;
  /** The page is seen, hidden, looked at or online again: time may have passed that no timer noticed. */
  notice(): void;
}

const NOTICED = ['online', 'focus'] as const;

/** @returns a function that stops following */
export function followPageLifecycle(
  lifecycle: PageLifecycle,
  page: EventTarget = globalThis,
  document: EventTarget | undefined = globalThis.document,
): () => void {
  const sleep = (): void => lifecycle.sleep();
  const wake = (): void => lifecycle.wake();
  // After a first load the worker runs already, or `connect` has not been called yet.
  const shown = (event: Event): void => {
    if ((event as PageTransitionEvent).persisted) lifecycle.wake();
  };
  const notice = (): void => lifecycle.notice();
  for (const type of NOTICED) page.addEventListener(type, notice);
  document?.addEventListener('visibilitychange', notice);
  page.addEventListener('pagehide', sleep);
  page.addEventListener('pageshow', shown);
  document?.addEventListener('freeze', sleep);
  document?.addEventListener('resume', wake);
  return () => {
    for (const type of NOTICED) page.removeEventListener(type, notice);
    document?.removeEventListener('visibilitychange', notice);
    page.removeEventListener('pagehide', sleep);
    page.removeEventListener('pageshow', shown);
    document?.removeEventListener('freeze', sleep);
    document?.removeEventListener('resume', wake);
  };
}
