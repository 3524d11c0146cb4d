/** An icon beside text that says the same, so it is not read aloud. */
import type { ReactElement } from 'react';
import { ICONS, type IconName } from '../theme/icons.ts';

export function Icon({ name }: { readonly name: IconName }): ReactElement {
  return (
    <svg className="pd-icon" viewBox="0 0 16 16" aria-hidden="true">
      <path d={ICONS[name]} />
    </svg>
  );
}
