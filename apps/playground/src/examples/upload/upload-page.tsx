/** The durable upload as a page. */
import type { ReactElement } from 'react';
import { useStore } from 'zustand';
import type { UploadActions } from './state/act.ts';
import type { UploadSettings } from './state/settings.ts';
import type { UploadsStore } from './state/uploads-store.ts';
import { DropZone } from './ui/drop-zone.tsx';
import { NetworkControl } from './ui/network-control.tsx';
import { UploadDetails } from './ui/upload-details.tsx';
import { UploadList } from './ui/upload-list.tsx';

export interface UploadPageProps {
  readonly store: UploadsStore;
  readonly actions: UploadActions;
  readonly settings: UploadSettings;
  readonly isEngineReady: boolean;
  readonly onFiles: (files: readonly File[]) => void;
  /** Shows what an upload's workflow does. */
  readonly onOpen: (workflowId: string) => void;
}

export function UploadPage({ store, actions, settings, isEngineReady, onFiles, onOpen }: UploadPageProps): ReactElement {
  const problem = useStore(store, (state) => state.problem);
  return (
    <div className="upload-page">
      <div className="column">
        <div className="intro">
          <h1>Durable upload</h1>
          <p>
            A workflow in this browser sends your file, chunk by chunk. Reload, close the tab, or kill the browser at any moment: open the page again, and it
            goes on where it was.
          </p>
        </div>
        {problem && (
          <div className="note note-waiting" role="alert">
            <p>{problem}</p>
            <button type="button" className="pd-button" onClick={actions.dismissProblem}>
              Dismiss
            </button>
          </div>
        )}
        <DropZone isDisabled={!isEngineReady} onFiles={onFiles} />
        <NetworkControl endpoint={settings.endpoint} />
      </div>
      <div className="column">
        <UploadList store={store} actions={actions} isEngineReady={isEngineReady} onOpen={onOpen} />
        <UploadDetails store={store} />
      </div>
    </div>
  );
}
