/** A button with a menu: arrows move, letters find, Escape closes and leads back to the button. */
import { Fragment, type KeyboardEvent, type ReactElement, type ReactNode, useId, useRef, useState } from 'react';
import type { IconName } from '../theme/icons.ts';
import { Button, type ButtonProps } from './button.tsx';
import { placeBeside } from './float.ts';
import { Icon } from './icon.tsx';

export interface MenuItem {
  readonly label: string;
  readonly run: () => void;
  readonly icon?: IconName;
  /** The consequence, in one line. */
  readonly hint?: string;
  /** Whether it is on, of one that switches something. */
  readonly isChecked?: boolean;
  readonly isDanger?: boolean;
}

export interface MenuSection {
  readonly title?: string;
  readonly items: readonly MenuItem[];
}

export interface MenuProps extends Omit<ButtonProps, 'children'> {
  readonly label: ReactNode;
  /** When the label is no text. */
  readonly name?: string;
  readonly sections: readonly MenuSection[];
}

export function Menu({ label, name, sections, ...button }: MenuProps): ReactElement {
  const id = useId();
  const opener = useRef<HTMLButtonElement>(null);
  const popover = useRef<HTMLDivElement>(null);
  const [isOpen, setIsOpen] = useState(false);
  const items = (): HTMLElement[] => [...(popover.current?.querySelectorAll<HTMLElement>('[role^=menuitem]') ?? [])];

  const onKeyDown = (event: KeyboardEvent): void => {
    const all = items();
    const at = all.findIndex((item) => item.matches(':focus'));
    const target = targetOf(event.key, at, all);
    if (!target) return;
    event.preventDefault();
    event.stopPropagation();
    target.focus();
  };

  return (
    <>
      <Button
        ref={opener}
        aria-haspopup="menu"
        aria-expanded={isOpen}
        aria-controls={id}
        {...(name !== undefined && { 'aria-label': name, title: name })}
        {...button}
        onClick={() => popover.current?.togglePopover()}
        onKeyDown={(event) => {
          if (event.key !== 'ArrowDown' || isOpen) return;
          event.preventDefault();
          popover.current?.showPopover();
        }}
      >
        {label}
      </Button>
      <div
        ref={popover}
        id={id}
        className="pd-menu"
        role="menu"
        tabIndex={-1}
        popover="auto"
        aria-label={name ?? (typeof label === 'string' ? label : 'Menu')}
        onKeyDown={onKeyDown}
        onToggle={(event) => {
          const isNowOpen = event.newState === 'open';
          setIsOpen(isNowOpen);
          if (!isNowOpen || !opener.current || !popover.current) return;
          placeBeside(opener.current, popover.current);
          items()[0]?.focus();
        }}
      >
        {isOpen &&
          sections.map(({ title, items: entries }, index) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: sections do not move
            <Fragment key={index}>
              {index > 0 && <hr className="pd-menu-line" />}
              {title && (
                <div className="pd-menu-title" role="presentation">
                  {title}
                </div>
              )}
              {entries.map((item) => (
                <Entry key={item.label} item={item} onClose={() => popover.current?.hidePopover()} />
              ))}
            </Fragment>
          ))}
      </div>
    </>
  );
}

function Entry({ item, onClose }: { readonly item: MenuItem; readonly onClose: () => void }): ReactElement {
  const { label, run, icon, hint, isChecked, isDanger } = item;
  const check = isChecked === undefined ? {} : { 'aria-checked': isChecked };
  return (
    <button
      type="button"
      className="pd-menu-item"
      role={isChecked === undefined ? 'menuitem' : 'menuitemcheckbox'}
      tabIndex={-1}
      data-danger={isDanger ? '' : undefined}
      {...check}
      onClick={() => {
        onClose();
        run();
      }}
    >
      <span className="pd-menu-icon">{isChecked ? <Icon name="tick" /> : icon && <Icon name={icon} />}</span>
      <span className="pd-menu-label">{label}</span>
      {hint && <span className="pd-menu-hint">{hint}</span>}
    </button>
  );
}

function targetOf(key: string, at: number, all: readonly HTMLElement[]): HTMLElement | undefined {
  switch (key) {
    case 'ArrowDown':
      return all[(at + 1) % all.length];
    case 'ArrowUp':
      return all[(at - 1 + all.length) % all.length];
    case 'Home':
      return all[0];
    case 'End':
      return all.at(-1);
    default:
      if (key.length !== 1 || key === ' ') return undefined;
      return [...all.slice(at + 1), ...all.slice(0, at + 1)].find((item) => (item.textContent ?? '').trim().toLowerCase().startsWith(key.toLowerCase()));
  }
}
