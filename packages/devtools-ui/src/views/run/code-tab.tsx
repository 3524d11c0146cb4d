/** Where a run's code waits, or waited at a moment of the past, in what a person wrote: each place with the lines around it and the calls that led to it. */
import type { Moment } from '@perdure/core/client';
import { type ReactElement, useEffect, useState } from 'react';
import { placeInWords } from '../../models/moments.ts';
import { type Frame, type MappedPlace, shortFile } from '../../models/source-maps.ts';
import type { RunPage } from '../../state/run-page.ts';
import { useValue } from '../../state/use-value.ts';
import { Skeleton } from '../states.tsx';
import { PlaceWords, useOwnFrames } from './places.tsx';
import { ReplayFailureView } from './replay-failure.tsx';
import { usePast } from './time-strip.tsx';

export { stateStyles } from './state.styles.ts';

/** Lines above and below the one where the code waits. */
const AROUND = 7;
/** Longer lines are of no source that a person wrote. */
const LONGEST_LINE = 400;

export function CodeTab({ page }: { readonly page: RunPage }): ReactElement {
  const { timeTravel } = page;
  const { moments, isReplaying, failure, until } = useValue(timeTravel.store, (each) => each);
  const past = usePast();
  useEffect(() => timeTravel.watch(), [timeTravel]);
  const moment = moments[timeTravel.indexAt(past)];
  return (
    <div className="pd-scroll pd-padded pd-code-tab">
      {failure && <ReplayFailureView failure={failure} />}
      {moment ? (
        <Stacks moment={moment} />
      ) : failure ? null : isReplaying || until === 0 ? (
        <Skeleton rows={6} />
      ) : (
        <p className="pd-muted">No workflow task of this run has been completed: its code has not come to a moment yet.</p>
      )}
    </div>
  );
}

function Stacks({ moment: { stacks } }: { readonly moment: Moment }): ReactElement {
  if (stacks.length === 0) return <p className="pd-muted">The code had come to its end: it waits nowhere.</p>;
  return (
    <>
      {stacks.map(({ locations }, index) => (
        <section key={locations.map(placeInWords).join()} className="pd-place" aria-label={`Place ${index + 1} of ${stacks.length}`}>
          <Place locations={locations} />
        </section>
      ))}
    </>
  );
}

function Place({ locations }: { readonly locations: readonly Frame[] }): ReactElement | null {
  const [shown, setShown] = useState(0);
  const frames = useOwnFrames(locations);
  const place = frames?.[shown]?.place;
  return (
    <>
      <ol className="pd-place-calls">
        {frames?.map((frame, depth) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: the list of a moment does not change
          <li key={depth}>
            <button type="button" className="pd-link pd-mono" aria-pressed={depth === shown} onClick={() => setShown(depth)}>
              {frame.name ?? 'anonymous'}
            </button>{' '}
            <PlaceWords frame={frame} />
          </li>
        ))}
      </ol>
      {place && <Lines place={place} />}
    </>
  );
}

function Lines({ place: { lines, line, file, isMapped } }: { readonly place: MappedPlace }): ReactElement | null {
  if (!lines) return <p className="pd-muted">The text of {shortFile(file)} is not at hand.</p>;
  const from = Math.max(0, line - 1 - AROUND);
  const around = lines.slice(from, line + AROUND);
  if (around.some((text) => text.length > LONGEST_LINE))
    return (
      <p className="pd-muted">
        This build has no source map{isMapped ? ' of use' : ''}: set <code>build.sourcemap</code> in Vite's configuration to see the source here.
      </p>
    );
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, so it can have the focus
    // biome-ignore lint/a11y/useSemanticElements: its text is preformatted
    <pre className="pd-source" tabIndex={0} role="region" aria-label={`${shortFile(file)} around line ${line}`}>
      {around.map((text, index) => {
        const number = from + index + 1;
        return (
          <span key={number} className="pd-source-line" data-here={number === line ? '' : undefined}>
            <span className="pd-source-number" aria-hidden="true">
              {number === line ? '▶' : ''} {number}
            </span>
            {number === line && <span className="pd-visually-hidden">waits here: </span>}
            {`${text}\n`}
          </span>
        );
      })}
    </pre>
  );
}
