/** Places in the code, as a person wrote it. */
import { type ReactElement, useEffect, useState } from 'react';
import { placeInWords } from '../../models/moments.ts';
import { type Frame, openSources, ownFrames, type PlacedFrame, type Sources, shortFile } from '../../models/source-maps.ts';

let sources: Sources | undefined;
const theSources = (): Sources => {
  sources ??= openSources();
  return sources;
};

export function PlaceWords({ frame: { frame, place } }: { readonly frame: PlacedFrame }): ReactElement {
  return (
    <span className="pd-mono pd-muted" title={place?.file ?? frame.file_path}>
      {place?.isMapped ? `${shortFile(place.file)}:${place.line}` : placeInWords(frame)}
    </span>
  );
}

/** Absent until the maps have been read. */
export function useOwnFrames(frames: readonly Frame[]): readonly PlacedFrame[] | undefined {
  const [found, setFound] = useState<{ readonly of: readonly Frame[]; readonly own: readonly PlacedFrame[] }>();
  useEffect(() => {
    let isGone = false;
    void Promise.all(frames.map((frame) => theSources().locate(frame))).then((places) => {
      if (!isGone) setFound({ of: frames, own: ownFrames(frames, places) });
    });
    return () => {
      isGone = true;
    };
  }, [frames]);
  return found?.of === frames ? found.own : undefined;
}
