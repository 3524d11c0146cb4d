/** What the bars mean, from the table by which they are painted. */
import { type ReactElement, useId, useRef } from 'react';
import { TONES } from '../models/status.ts';
import { Button } from '../ui/button.tsx';
import { placeBeside } from '../ui/float.ts';
import { TIMELINE_KEYS } from './keys.ts';

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

export function Legend(): ReactElement {
  const id = useId();
  const popover = useRef<HTMLDivElement>(null);
  const opener = useRef<HTMLButtonElement>(null);
  const toggle = (): void => {
    const element = popover.current;
    if (!element || !opener.current) return;
    element.togglePopover();
    if (element.matches(':popover-open')) placeBeside(opener.current, element);
  };
  const shown = Object.values(TONES).filter(({ tone }) => tone !== 'past' && tone !== 'paused');
  return (
    <>
      <Button ref={opener} look="quiet" icon="info" aria-controls={id} aria-haspopup="dialog" onClick={toggle}>
        Legend
      </Button>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, so it can have the focus */}
      <div ref={popover} id={id} popover="auto" role="dialog" tabIndex={0} aria-label="Legend of the timeline" className="pd-tl-legend">
        <ul>
          {shown.map(({ tone, label, words, pattern }) => (
            <li key={tone}>
              <span
                className="pd-tl-bar"
                data-shape={
                  tone === 'queued'
                    ? 'queued'
                    : tone === 'timer'
                      ? 'waiting'
                      : tone === 'waiting'
                        ? 'point'
                        : tone === 'backing off'
                          ? 'backing off'
                          : 'running'
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
      </div>
    </>
  );
}
