/** Where files are dropped, or picked by those who do not drag. */
import { type DragEvent, type ReactElement, useEffect, useState } from 'react';

export interface DropZoneProps {
  readonly isDisabled: boolean;
  readonly onFiles: (files: readonly File[]) => void;
}

export function DropZone({ isDisabled, onFiles }: DropZoneProps): ReactElement {
  const [isOver, setIsOver] = useState(false);
  useNoNavigationByDrop();

  const onDrop = (event: DragEvent): void => {
    event.preventDefault();
    setIsOver(false);
    const files = [...event.dataTransfer.files];
    if (!isDisabled && files.length > 0) onFiles(files);
  };

  return (
    <label
      className="drop-zone"
      data-over={isOver && !isDisabled ? '' : undefined}
      data-disabled={isDisabled ? '' : undefined}
      onDragOver={(event) => {
        event.preventDefault();
        setIsOver(true);
      }}
      onDragLeave={() => setIsOver(false)}
      onDrop={onDrop}
    >
      <input
        type="file"
        multiple
        className="pd-visually-hidden"
        disabled={isDisabled}
        aria-describedby="drop-zone-limits"
        onChange={({ currentTarget }) => {
          onFiles([...(currentTarget.files ?? [])]);
          // So that the same file can be picked again.
          currentTarget.value = '';
        }}
      />
      <svg viewBox="0 0 32 32" aria-hidden="true">
        <path d="M16 21V6M9.5 12.5L16 6l6.5 6.5M5 20v4a3 3 0 0 0 3 3h16a3 3 0 0 0 3-3v-4" />
      </svg>
      <span className="drop-zone-title">{isDisabled ? 'Files can be dropped once the engine runs' : 'Drop files here, or choose them'}</span>
      <span className="drop-zone-limits" id="drop-zone-limits">
        Up to 1 GiB each. Above 100 MiB an upload waits for your approval.
      </span>
    </label>
  );
}

/** A file that is dropped beside the zone would otherwise replace the page. */
function useNoNavigationByDrop(): void {
  useEffect(() => {
    const prevent = (event: Event): void => event.preventDefault();
    addEventListener('dragover', prevent);
    addEventListener('drop', prevent);
    return () => {
      removeEventListener('dragover', prevent);
      removeEventListener('drop', prevent);
    };
  }, []);
}
