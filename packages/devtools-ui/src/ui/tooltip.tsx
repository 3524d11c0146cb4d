/** More about something, on hover and on focus: it can be pointed at, and Escape takes it away. Nothing stands in a tooltip alone. */
import { type ReactElement, type ReactNode, useId, useRef } from 'react';
import { placeBeside } from './float.ts';

const DELAY_MS = 300;

export function Tooltip({ content, children }: { readonly content: ReactNode; readonly children: ReactNode }): ReactElement {
  const id = useId();
  const anchor = useRef<HTMLSpanElement>(null);
  const tip = useRef<HTMLSpanElement>(null);
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  const later = (act: () => void): void => {
    clearTimeout(timer.current);
    timer.current = setTimeout(act, DELAY_MS);
  };
  const show = (): void => {
    if (!tip.current?.isConnected || !anchor.current) return;
    tip.current.showPopover();
    placeBeside(anchor.current, tip.current);
  };
  const hide = (): void => {
    clearTimeout(timer.current);
    if (tip.current?.isConnected) tip.current.hidePopover();
  };
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: what is inside has the focus, the events only pass
    <span
      ref={anchor}
      className="pd-tooltip-anchor"
      aria-describedby={id}
      onPointerEnter={() => later(show)}
      onPointerLeave={() => later(hide)}
      onFocus={show}
      onBlur={hide}
      onKeyDown={(event) => {
        if (event.key !== 'Escape' || !tip.current?.matches(':popover-open')) return;
        event.stopPropagation();
        hide();
      }}
    >
      {children}
      <span ref={tip} id={id} role="tooltip" popover="manual" className="pd-tooltip" onPointerEnter={() => clearTimeout(timer.current)}>
        {content}
      </span>
    </span>
  );
}
