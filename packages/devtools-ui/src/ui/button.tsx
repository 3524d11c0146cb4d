/** Buttons: with words, with an icon and words, or with an icon that has a name. */
import type { ButtonHTMLAttributes, ReactElement, Ref } from 'react';
import type { IconName } from '../theme/icons.ts';
import { Icon } from './icon.tsx';

export interface ButtonProps extends ButtonHTMLAttributes<HTMLButtonElement> {
  readonly icon?: IconName;
  /** `quiet`: without a border, for what stands in rows and bars. */
  readonly look?: 'plain' | 'primary' | 'danger' | 'quiet';
  readonly ref?: Ref<HTMLButtonElement>;
}

export function Button({ icon, look = 'plain', children, ...rest }: ButtonProps): ReactElement {
  return (
    <button type="button" className="pd-button" data-look={look} {...rest}>
      {icon && <Icon name={icon} />}
      {children}
    </button>
  );
}

export interface IconButtonProps extends ButtonProps {
  readonly icon: IconName;
  /** For those who hear the page, and for those who point at it. */
  readonly name: string;
}

export function IconButton({ icon, name, ...rest }: IconButtonProps): ReactElement {
  return (
    <button type="button" className="pd-button pd-icon-button" data-look="quiet" aria-label={name} title={name} {...rest}>
      <Icon name={icon} />
    </button>
  );
}
