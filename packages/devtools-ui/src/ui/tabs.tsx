/** A row of tabs: arrows move and show at once, Tab leads into what is shown. */
import { type KeyboardEvent, type ReactElement, type ReactNode, useRef } from 'react';

export interface TabInfo {
  readonly id: string;
  readonly label: string;
  /** How many there are of what it shows. */
  readonly count?: number | undefined;
}

export interface TabsProps {
  readonly label: string;
  readonly tabs: readonly TabInfo[];
  readonly selected: string;
  readonly onSelect: (id: string) => void;
  /** Makes the ids of tabs and panel, which name each other. */
  readonly idPrefix: string;
}

export function Tabs({ label, tabs, selected, onSelect, idPrefix }: TabsProps): ReactElement {
  const list = useRef<HTMLDivElement>(null);
  const onKeyDown = (event: KeyboardEvent): void => {
    const at = tabs.findIndex(({ id }) => id === selected);
    const to = { ArrowRight: at + 1, ArrowLeft: at - 1, Home: 0, End: tabs.length - 1 }[event.key];
    const target = to === undefined ? undefined : tabs[(to + tabs.length) % tabs.length];
    if (!target) return;
    event.preventDefault();
    onSelect(target.id);
    list.current?.querySelector<HTMLElement>(`[id="${CSS.escape(tabId(idPrefix, target.id))}"]`)?.focus();
  };
  return (
    <div className="pd-tabs" role="tablist" aria-label={label} ref={list} onKeyDown={onKeyDown}>
      {tabs.map(({ id, label: name, count }) => (
        <button
          type="button"
          key={id}
          id={tabId(idPrefix, id)}
          className="pd-tab"
          role="tab"
          aria-selected={id === selected}
          aria-controls={id === selected ? panelId(idPrefix) : undefined}
          tabIndex={id === selected ? 0 : -1}
          onClick={() => onSelect(id)}
        >
          {name}
          {count !== undefined && count > 0 && <span className="pd-tab-count">{count.toLocaleString('en')}</span>}
        </button>
      ))}
    </div>
  );
}

const tabId = (prefix: string, id: string): string => `${prefix}-tab-${id}`;
const panelId = (prefix: string): string => `${prefix}-panel`;

export function TabPanel({
  idPrefix,
  selected,
  children,
}: {
  readonly idPrefix: string;
  readonly selected: string;
  readonly children: ReactNode;
}): ReactElement {
  return (
    <div className="pd-tab-panel" role="tabpanel" id={panelId(idPrefix)} aria-labelledby={tabId(idPrefix, selected)}>
      {children}
    </div>
  );
}
