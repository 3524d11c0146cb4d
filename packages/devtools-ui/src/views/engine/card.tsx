/** What the page of the engine is made of: cards with facts. */
import type { ReactElement, ReactNode } from 'react';

export function Card({ title, isWide = false, children }: { readonly title: string; readonly isWide?: boolean; readonly children: ReactNode }): ReactElement {
  return (
    <section className="pd-engine-card" aria-label={title} data-wide={isWide ? '' : undefined}>
      <h3>{title}</h3>
      {children}
    </section>
  );
}

/** Facts by their names; those without a value are left out. */
export function FactList({ facts }: { readonly facts: readonly (readonly [name: string, value: ReactNode])[] }): ReactElement {
  return (
    <dl className="pd-facts">
      {facts.map(([name, value]) =>
        value === undefined ? null : (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ),
      )}
    </dl>
  );
}
