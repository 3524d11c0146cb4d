/** The selected upload in full: where it is kept, and the digests. What its workflow does is in the devtools. */
import { formatBytes } from '@perdure/devtools-ui/parts';
import type { ReactElement } from 'react';
import { useStore } from 'zustand';
import type { UploadView } from '../models/upload-view.ts';
import type { UploadsStore } from '../state/uploads-store.ts';

export function UploadDetails({ store }: { readonly store: UploadsStore }): ReactElement | null {
  const upload = useStore(store, ({ uploads, selectedId }) => uploads.find(({ workflowId }) => workflowId === selectedId));
  const isPersistent = useStore(store, (state) => state.isPersistent);
  if (!upload) return null;
  return (
    <section className="details" aria-label={`Details of ${upload.memo.name}`}>
      <h2>{upload.memo.name}</h2>
      <Facts upload={upload} isPersistent={isPersistent} />
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
