/** A native dialog: modal, in the top layer, closed by Escape; the focus goes back to where it came from. */

import { type ReactElement, type ReactNode, useEffect, useId, useRef } from 'react';
import { visibleText } from '../models/visible-text.ts';
import { IconButton } from './button.tsx';

export interface DialogProps {
  readonly title: string;
  readonly onClose: () => void;
  readonly children: ReactNode;
  /** Buttons at its end. */
  readonly actions?: ReactNode;
  readonly width?: 'narrow' | 'wide';
}

export function Dialog({ title, onClose, children, actions, width = 'narrow' }: DialogProps): ReactElement {
  const dialog = useRef<HTMLDialogElement>(null);
  const titleId = useId();
  useEffect(() => {
    const element = dialog.current;
    if (element && !element.open) element.showModal();
    return () => element?.close();
  }, []);
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: Escape closes it, natively
    <dialog
      ref={dialog}
      className="pd-dialog"
      data-width={width}
      aria-labelledby={titleId}
      onClose={onClose}
      onClick={(event) => {
        // Only a click beside it has the dialog itself as its target.
        if (event.target === dialog.current) onClose();
      }}
    >
      <div className="pd-dialog-body">
        <header className="pd-dialog-head">
          <h2 id={titleId}>{visibleText(title)}</h2>
          <IconButton icon="cross" name="Close" onClick={onClose} />
        </header>
        <div className="pd-dialog-content">{children}</div>
        {actions && <footer className="pd-dialog-actions">{actions}</footer>}
      </div>
    </dialog>
  );
}
