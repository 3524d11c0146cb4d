/** The button that opens the form which starts a workflow. */
import { type ReactElement, useState } from 'react';
import { Button } from '../ui/button.tsx';
import { StartDialog } from './dialogs.ts';

export function StartButton(): ReactElement {
  const [isOpen, setIsOpen] = useState(false);
  return (
    <>
      <Button icon="play" onClick={() => setIsOpen(true)} aria-label="Start…" title="Start a workflow">
        <span className="pd-button-label">Start…</span>
      </Button>
      {isOpen && <StartDialog onClose={() => setIsOpen(false)} />}
    </>
  );
}
