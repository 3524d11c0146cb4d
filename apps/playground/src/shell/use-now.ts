/** The time, for count-downs: moves while someone looks, and only while it matters. */
import { useEffect, useState } from 'react';

const TICK_MS = 250;

export function useNow(isNeeded: boolean): number {
  const [now, setNow] = useState(() => Date.now());
  useEffect(() => {
    if (!isNeeded) return;
    const tick = (): void => {
      if (!document.hidden) setNow(Date.now());
    };
    tick();
    const timer = setInterval(tick, TICK_MS);
    return () => clearInterval(timer);
  }, [isNeeded]);
  return now;
}
