/** One upload in the list: what it is, how far it is, what it waits for, and what can be done about it. */
import { formatBytes, StatusBadge } from '@perdure/devtools-ui/parts';
import type { ReactElement } from 'react';
import { outlookOf } from '../models/outlook.ts';
import type { UploadView } from '../models/upload-view.ts';
import type { UploadActions } from '../state/act.ts';
import { ProgressBar } from './progress-bar.tsx';

export interface UploadCardProps {
  readonly upload: UploadView;
  readonly now: number;
  readonly isSelected: boolean;
  readonly onSelect: () => void;
  readonly actions: UploadActions;
}

export function UploadCard({ upload, now, isSelected, onSelect, actions }: UploadCardProps): ReactElement {
  const { memo, workflowId, status } = upload;
  const { tone, label, words, fraction } = outlookOf(upload, now);
  const isOpen = status === 'RUNNING';
  return (
    <li className="upload" data-selected={isSelected ? '' : undefined} data-upload-id={memo.uploadId} data-status={status}>
      <div className="upload-head">
        <button type="button" className="upload-name" aria-pressed={isSelected} onClick={onSelect}>
          {memo.name}
        </button>
        <StatusBadge tone={tone} label={label} isOpen={isOpen} />
      </div>
      <ProgressBar label={`Progress of ${memo.name}`} fraction={fraction} tone={tone} />
      <p className="upload-words">{words}</p>
      <div className="upload-foot">
        <span className="upload-facts">
          {formatBytes(memo.size)} · {Math.floor(fraction * 100)} %
        </span>
        <UploadButtons upload={upload} onAct={actions} workflowId={workflowId} />
      </div>
    </li>
  );
}

function UploadButtons({
  upload,
  onAct,
  workflowId,
}: {
  readonly upload: UploadView;
  readonly onAct: UploadActions;
  readonly workflowId: string;
}): ReactElement {
  const { memo, status, progress, cancelRequested } = upload;
  if (status !== 'RUNNING') {
    return (
      <button type="button" className="pd-button" onClick={() => onAct.remove(workflowId)} aria-label={`Remove ${memo.name} from the list`}>
        Remove
      </button>
    );
  }
  return (
    <span className="upload-buttons">
      {progress?.stage === 'awaiting approval' && !cancelRequested && (
        <button type="button" className="pd-button button-primary" onClick={() => onAct.approve(workflowId)} aria-label={`Approve ${memo.name}`}>
          Approve
        </button>
      )}
      {cancelRequested ? (
        <button
          type="button"
          className="pd-button"
          onClick={() => onAct.terminate(workflowId)}
          aria-label={`Terminate ${memo.name}: its code does not run again`}
          title="Ends it at once: its code does not run again"
        >
          Terminate
        </button>
      ) : (
        <button
          type="button"
          className="pd-button"
          onClick={() => onAct.cancel(workflowId)}
          aria-label={`Cancel ${memo.name}: it cleans up`}
          title="Its code cleans up: stored copy and chunks are removed"
        >
          Cancel
        </button>
      )}
    </span>
  );
}
