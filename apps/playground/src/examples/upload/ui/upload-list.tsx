/** All uploads: those being stored, those the engine has, and the files that were not taken. */
import { formatBytes } from '@perdure/devtools-ui/parts';
import type { ReactElement } from 'react';
import { useStore } from 'zustand';
import { useNow } from '../../../shell/use-now.ts';
import type { Refusal, StoringView } from '../models/upload-view.ts';
import type { UploadActions } from '../state/act.ts';
import { select, type UploadsStore } from '../state/uploads-store.ts';
import { ProgressBar } from './progress-bar.tsx';
import { UploadCard } from './upload-card.tsx';

export interface UploadListProps {
  readonly store: UploadsStore;
  readonly actions: UploadActions;
  readonly isEngineReady: boolean;
  /** Shows what its workflow does. */
  readonly onOpen: (workflowId: string) => void;
}

export function UploadList({ store, actions, isEngineReady, onOpen }: UploadListProps): ReactElement {
  const { uploads, storing, refusals, selectedId, isLoaded } = useStore(store);
  const now = useNow(uploads.some(({ status }) => status === 'RUNNING'));
  return (
    <section className="uploads" aria-labelledby="uploads-title">
      <h2 id="uploads-title">Uploads</h2>
      {refusals.map((refusal) => (
        <RefusalNote key={refusal.id} refusal={refusal} onDismiss={() => actions.dismissRefusal(refusal.id)} />
      ))}
      {!isLoaded && isEngineReady && <ListSkeleton />}
      {isLoaded && uploads.length + storing.length === 0 && (
        <p className="uploads-empty">Nothing yet. A file that you drop is kept by this browser first; then a workflow sends it, and shows up here.</p>
      )}
      <ul className="upload-list">
        {storing.map((view) => (
          <StoringCard key={view.uploadId} view={view} />
        ))}
        {uploads.map((upload) => (
          <UploadCard
            key={upload.workflowId}
            upload={upload}
            now={now}
            isSelected={upload.workflowId === selectedId}
            onSelect={() => {
              select(store, upload.workflowId);
              onOpen(upload.workflowId);
            }}
            actions={actions}
          />
        ))}
      </ul>
    </section>
  );
}

function StoringCard({ view }: { readonly view: StoringView }): ReactElement {
  const fraction = view.size === 0 ? 0 : view.bytesKept / view.size;
  return (
    <li className="upload">
      <div className="upload-head">
        <span className="upload-name-plain">{view.name}</span>
      </div>
      <ProgressBar label={`Storing ${view.name}`} fraction={fraction} tone="queued" />
      <p className="upload-words">Storing the file in this browser: keep the page open until it is there.</p>
      <span className="upload-facts">
        {formatBytes(view.bytesKept)} of {formatBytes(view.size)}
      </span>
    </li>
  );
}

function RefusalNote({ refusal, onDismiss }: { readonly refusal: Refusal; readonly onDismiss: () => void }): ReactElement {
  return (
    <div className="note note-failed" role="alert">
      <p>
        <strong>{refusal.name}</strong> was not taken. {refusal.reason}
      </p>
      <button type="button" className="pd-button" onClick={onDismiss} aria-label={`Dismiss the note about ${refusal.name}`}>
        Dismiss
      </button>
    </div>
  );
}

/** Shown only when the list takes longer than a moment: the style sheet delays it. */
function ListSkeleton(): ReactElement {
  return (
    <div className="skeleton" role="status" aria-label="Reading the uploads">
      <div />
      <div />
    </div>
  );
}
