/** Makes the endpoint misbehave, so that one can see an upload bear it. */
import { type ReactElement, useEffect, useState } from 'react';
import type { Faults } from '../../../../server/faults.ts';
import { NETWORK_PRESETS, type NetworkPreset, presetOf, readFaults, setFaults } from '../state/faults.ts';

export function NetworkControl({ endpoint }: { readonly endpoint: string }): ReactElement {
  const [faults, show] = useState<Faults>();
  const [problem, setProblem] = useState<string>();
  const settle = (answer: Promise<Faults>): void => {
    answer.then(
      (now) => {
        show(now);
        setProblem(undefined);
      },
      (error: unknown) => setProblem(error instanceof Error ? error.message : String(error)),
    );
  };
  const choose = (preset: NetworkPreset): void => {
    // Shown at once: a person sees what was chosen, and what the endpoint answers corrects it.
    show(preset.faults);
    settle(setFaults(endpoint, preset.faults));
  };
  // biome-ignore lint/correctness/useExhaustiveDependencies: read once for an endpoint
  useEffect(() => settle(readFaults(endpoint)), [endpoint]);
  const chosen = faults && presetOf(faults);

  return (
    <fieldset className="network">
      <legend>The network to the endpoint</legend>
      <div className="network-presets">
        {NETWORK_PRESETS.map((preset) => (
          <label key={preset.name} className="network-preset">
            <input type="radio" name="network" value={preset.name} checked={chosen?.name === preset.name} onChange={() => choose(preset)} />
            <span>{preset.label}</span>
          </label>
        ))}
      </div>
      <p className="network-words" role="status">
        {problem ?? (faults ? (chosen?.words ?? 'Faults that are none of these were set from elsewhere.') : '')}
      </p>
    </fieldset>
  );
}
