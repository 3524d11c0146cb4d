/** Whether the page has no room for example and devtools above each other. */
import { useSyncExternalStore } from 'react';

const QUERY = '(max-width: 700px)';

const subscribe = (listener: () => void): (() => void) => {
  const media = matchMedia(QUERY);
  media.addEventListener('change', listener);
  return () => media.removeEventListener('change', listener);
};

export const useIsNarrow = (): boolean => useSyncExternalStore(subscribe, () => matchMedia(QUERY).matches);
