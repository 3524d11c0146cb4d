/** The sheet of keys, made from their table. */
import type { ReactElement } from 'react';
import { Dialog } from '../ui/dialog.tsx';
import { KEYS, keyLabel } from './keys.ts';

export interface KeySheetProps {
  readonly onClose: () => void;
}

export function KeySheet({ onClose }: KeySheetProps): ReactElement {
  const places = [...new Set(KEYS.map(({ where }) => where))];
  return (
    <Dialog title="Keys" onClose={onClose} width="wide">
      <p className="pd-muted">They act while the focus is in this panel. Single letters can be switched off in the settings.</p>
      {places.map((place) => (
        <section key={place}>
          <h3>{place === 'anywhere' ? 'Anywhere in the panel' : `In ${place}`}</h3>
          <dl className="pd-keys">
            {KEYS.filter(({ where }) => where === place).map(({ keys, what }) => (
              <div key={what}>
                <dt>
                  {keys.map((key) => (
                    <kbd key={key}>{keyLabel(key)}</kbd>
                  ))}
                </dt>
                <dd>{what}</dd>
              </div>
            ))}
          </dl>
        </section>
      ))}
    </Dialog>
  );
}
