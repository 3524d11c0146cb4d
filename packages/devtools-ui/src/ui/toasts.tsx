/** Short messages at the edge of the panel, read aloud when they come. */

import type { ReactElement } from 'react';
import { visibleText } from '../models/visible-text.ts';
import type { Toasts } from '../state/toasts.ts';
import { useValue } from '../state/use-value.ts';
import type { IconName } from '../theme/icons.ts';
import { Button, IconButton } from './button.tsx';
import { Icon } from './icon.tsx';

const ICON: Readonly<Record<string, IconName>> = { good: 'tick', bad: 'warning', plain: 'info' };

export function ToastList({ toasts }: { readonly toasts: Toasts }): ReactElement {
  const shown = useValue(toasts.store, (state) => state.toasts);
  return (
    <section
      className="pd-toasts"
      aria-label="Notices"
      aria-live="polite"
      onPointerEnter={() => toasts.hold(true)}
      onPointerLeave={() => toasts.hold(false)}
      onFocus={() => toasts.hold(true)}
      onBlur={() => toasts.hold(false)}
    >
      {shown.map(({ id, tone, text, action }) => (
        <div key={id} className="pd-toast" data-tone={tone}>
          <Icon name={ICON[tone] ?? 'info'} />
          <p>{visibleText(text)}</p>
          {action && (
            <Button
              onClick={() => {
                toasts.close(id);
                action.run();
              }}
            >
              {action.label}
            </Button>
          )}
          <IconButton icon="cross" name="Close message" onClick={() => toasts.close(id)} />
        </div>
      ))}
    </section>
  );
}
