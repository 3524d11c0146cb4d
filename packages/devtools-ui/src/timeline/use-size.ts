/** The size of an element, as it changes. */
import { useCallback, useRef, useState } from 'react';

/** How wide and high an element is, from the first paint on. */
export function useSize<T extends HTMLElement>(): [(element: T | null) => void, { readonly width: number; readonly height: number }] {
  const [size, setSize] = useState({ width: 0, height: 0 });
  const observer = useRef<ResizeObserver>(undefined);
  const attach = useCallback((element: T | null) => {
    observer.current?.disconnect();
    if (!element) return;
    const look = (): void => {
      const { clientWidth: width, clientHeight: height } = element;
      setSize((before) => (before.width === width && before.height === height ? before : { width, height }));
    };
    observer.current = new ResizeObserver(look);
    observer.current.observe(element);
    look();
  }, []);
  return [attach, size];
}
