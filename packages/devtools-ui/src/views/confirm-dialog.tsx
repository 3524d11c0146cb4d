/** Asks before what cannot be undone. */
import { type ReactElement, useState } from 'react';
import { Button } from '../ui/button.tsx';
import { Dialog } from '../ui/dialog.tsx';

export interface ConfirmDialogProps {
  readonly title: string;
  readonly text: string;
  readonly action: string;
  readonly reasonLabel?: string;
  readonly onClose: () => void;
  readonly onConfirm: (reason: string) => void;
}

export function ConfirmDialog({ title, text, action, reasonLabel, onClose, onConfirm }: ConfirmDialogProps): ReactElement {
  const [reason, setReason] = useState('');
  return (
    <Dialog
      title={title}
      onClose={onClose}
      actions={
        <>
          <Button onClick={onClose}>Keep it</Button>
          <Button
            look="danger"
            onClick={() => {
              onClose();
              onConfirm(reason.trim());
            }}
          >
            {action}
          </Button>
        </>
      }
    >
      <p>{text}</p>
      {reasonLabel && (
        <label className="pd-form">
          {reasonLabel}
          <input className="pd-input" autoComplete="off" value={reason} onChange={(event) => setReason(event.target.value)} />
        </label>
      )}
    </Dialog>
  );
}
