/** The selected upload in full: its head, the digests, and its events as they come. */
import { EventList, formatBytes, RunHeader } from '@perdure/devtools-ui';
import type { ReactElement } from 'react';
import { useStore } from 'zustand';
import { useNow } from '../../../shell/use-now.ts';
import { outlookOf } from '../models/outlook.ts';
import type { UploadView } from '../models/upload-view.ts';
import type { UploadsStore } from '../state/uploads-store.ts';

export const DETAILS_ID = 'upload-details';

export function UploadDetails({ store }: { readonly store: UploadsStore }): ReactElement {
  const upload = useStore(store, ({ uploads, selectedId }) => uploads.find(({ workflowId }) => workflowId === selectedId));
  const events = useStore(store, (state) => state.events);
  const isPersistent = useStore(store, (state) => state.isPersistent);
  const now = useNow(upload?.status === 'RUNNING');
  if (!upload) {
    return (
      <section id={DETAILS_ID} className="details details-empty" aria-label="Details">
        <p>An upload's history appears here: every step that is recorded, as it is recorded.</p>
      </section>
    );
  }
  const { tone, label, words } = outlookOf(upload, now);
  return (
    <section id={DETAILS_ID} className="details" aria-label={`Details of ${upload.memo.name}`}>
      <RunHeader
        title={upload.memo.name}
        workflowId={upload.workflowId}
        tone={tone}
        label={label}
        words={words}
        startTime={upload.startTime}
        {...(upload.closeTime !== undefined && { closeTime: upload.closeTime })}
        historyLength={upload.historyLength}
      />
      <Facts upload={upload} isPersistent={isPersistent} />
      <div className="details-events">
        <EventList key={upload.workflowId} events={events} label={`Events of ${upload.memo.name}`} />
      </div>
    </section>
  );
}

function Facts({ upload, isPersistent }: { readonly upload: UploadView; readonly isPersistent: boolean | undefined }): ReactElement {
  const { memo, result } = upload;
  return (
    <dl className="facts">
      <div>
        <dt>Size</dt>
        <dd>
          {formatBytes(memo.size)}, in chunks of {formatBytes(memo.chunkSize)}
        </dd>
      </div>
      <div>
        <dt>Kept in</dt>
        <dd>{keptInWords(upload, isPersistent)}</dd>
      </div>
      <div>
        <dt>SHA-256 by the server</dt>
        <dd className="digest" data-testid="server-digest">
          {result?.sha256 ?? '–'}
        </dd>
      </div>
      <div>
        <dt>SHA-256 by this page</dt>
        <dd className="digest" data-testid="local-digest">
          {memo.localSha256 ?? 'not computed: larger than 64 MiB'}
        </dd>
      </div>
    </dl>
  );
}

function keptInWords({ memo, status }: UploadView, isPersistent: boolean | undefined): string {
  if (status !== 'RUNNING') return 'nothing any more: the copy is removed when its upload ends';
  const place = memo.store === 'opfs' ? "the origin's private file system" : 'IndexedDB';
  return isPersistent === false ? `${place}, which the browser may clear when disk space is short` : place;
}
