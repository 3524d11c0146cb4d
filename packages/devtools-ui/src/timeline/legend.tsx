/** What the bars mean, from the table by which they are painted. */
import { type ReactElement, useId, useRef, useState } from 'react';
import { Button } from '../ui/button.tsx';
import { placeBeside } from '../ui/float.ts';
import { LegendContents } from './parts.ts';

export function Legend(): ReactElement {
  const id = useId();
  const popover = useRef<HTMLDivElement>(null);
  const opener = useRef<HTMLButtonElement>(null);
  const [isOpen, setIsOpen] = useState(false);
  const place = (): void => {
    if (opener.current && popover.current?.matches(':popover-open')) placeBeside(opener.current, popover.current);
  };
  return (
    <>
      <Button ref={opener} look="quiet" icon="info" aria-controls={id} aria-haspopup="dialog" onClick={() => popover.current?.togglePopover()}>
        Legend
      </Button>
      <div
        ref={popover}
        id={id}
        popover="auto"
        role="dialog"
        // biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, so it can have the focus
        tabIndex={0}
        aria-label="Legend of the timeline"
        className="pd-tl-legend"
        onToggle={(event) => {
          setIsOpen(event.newState === 'open');
          place();
        }}
      >
        {isOpen && <LegendContents onShown={place} />}
      </div>
    </>
  );
}
