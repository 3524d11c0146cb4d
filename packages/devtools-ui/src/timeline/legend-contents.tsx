/** What stands in the legend: the tones of the table by which bars are painted, and the keys of the table by which they act. */
import { type ReactElement, useLayoutEffect, useRef } from 'react';
import { TONES } from '../models/status.ts';
import { TIMELINE_KEYS } from './keys.ts';

export { legendStyles } from './parts.styles.ts';

export interface LegendContentsProps {
  /** It is there, and has its size. */
  readonly onShown: () => void;
}

const KEY_NAMES: Readonly<Record<string, string>> = {
  ' ': 'Space',
  ArrowUp: '↑',
  ArrowDown: '↓',
  ArrowLeft: '←',
  ArrowRight: '→',
  Escape: 'Esc',
  PageUp: 'Page ↑',
  PageDown: 'Page ↓',
};

const SHOWN = Object.values(TONES).filter(({ tone }) => tone !== 'past' && tone !== 'paused');

export function LegendContents({ onShown }: LegendContentsProps): ReactElement {
  const shown = useRef(onShown);
  useLayoutEffect(() => shown.current(), []);
  return (
    <>
      <ul>
        {SHOWN.map(({ tone, label, words, pattern }) => (
          <li key={tone}>
            <span
              className="pd-tl-bar"
              data-shape={
                tone === 'queued' ? 'queued' : tone === 'timer' ? 'waiting' : tone === 'waiting' ? 'point' : tone === 'backing off' ? 'backing off' : 'running'
              }
              data-status={tone}
              data-pattern={pattern}
              aria-hidden="true"
            >
              {tone === 'timer' && <i className="pd-tl-share" style={{ inlineSize: '45%' }} />}
            </span>
            <span>
              <b>{label}</b> <span className="pd-tl-more">{words}</span>
            </span>
          </li>
        ))}
        <li>
          <span className="pd-tl-bar" data-shape="unknown" data-status="unknown" aria-hidden="true" />
          <span>
            <b>Not known</b> <span className="pd-tl-more">The history keeps the last attempt only, and nobody looked</span>
          </span>
        </li>
        <li>
          <span className="pd-tl-bar" data-shape="merged" data-status="completed" aria-hidden="true" />
          <span>
            <b>Several</b> <span className="pd-tl-more">Too close to be told apart: zoom in</span>
          </span>
        </li>
      </ul>
      <dl>
        {TIMELINE_KEYS.map(({ act, keys, words }) => (
          <div key={act}>
            <dt>
              {keys.map((key) => (
                <kbd key={key}>{KEY_NAMES[key] ?? key.toUpperCase()}</kbd>
              ))}
            </dt>
            <dd>{words}</dd>
          </div>
        ))}
        <div>
          <dt>
            <kbd>Ctrl</kbd> wheel
          </dt>
          <dd>Zoom; Shift wheel or drag moves; Shift drag measures; drag on the ruler zooms to it</dd>
        </div>
      </dl>
    </>
  );
}
