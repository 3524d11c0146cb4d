/** One example: what it is, how to start it, and what to do with the run that was started last. */
import type { ReactElement } from 'react';
import { useStore } from 'zustand';
import type { Example } from '../example.ts';
import type { ExampleActions } from '../state/start.ts';

export interface ExamplePageProps {
  readonly example: Example;
  readonly actions: ExampleActions;
  readonly isEngineReady: boolean;
}

export function ExamplePage({ example, actions, isEngineReady }: ExamplePageProps): ReactElement {
  const last = useStore(actions.store, (state) => state.last[example.id]);
  const said = useStore(actions.store, (state) => state.said[example.id]);
  const { title, about, shows, starts, steps, look } = example;
  return (
    <div className="example-page">
      <div className="intro">
        <h1>{title}</h1>
        <p>{about}</p>
      </div>
      <ul className="example-shows" aria-label="It shows">
        {shows.map((each) => (
          <li key={each}>{each}</li>
        ))}
      </ul>
      <div className="example-actions">
        {starts.map((start) => (
          <button
            key={start.label}
            type="button"
            className="pd-button"
            data-look="primary"
            disabled={!isEngineReady}
            onClick={() => actions.start(example, start)}
          >
            {start.label}
          </button>
        ))}
        {steps.map((step) => (
          <button
            key={step.label}
            type="button"
            className="pd-button"
            disabled={!isEngineReady || last === undefined}
            onClick={() => actions.step(example, step)}
          >
            {step.label}
          </button>
        ))}
      </div>
      <p className="example-said" role="status">
        {said}
      </p>
      <p className="example-look">{look}</p>
    </div>
  );
}
