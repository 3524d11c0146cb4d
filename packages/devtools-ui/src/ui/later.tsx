/** A part of the panel that is loaded when it is first shown, with its sheet. A load that fails is told in the part's place, and can be repeated. */
import { type ComponentType, type FunctionComponent, type ReactElement, type ReactNode, useEffect, useState } from 'react';
import { Button } from './button.tsx';
import { copyText } from './copy.ts';
import { Icon } from './icon.tsx';
import { useSheet } from './sheets.ts';

export interface Part<P> {
  readonly Component: ComponentType<P>;
  readonly styles?: string;
}

export type Later<P> = FunctionComponent<P> & {
  /** Loads it before it is shown. */
  load(): Promise<void>;
};

export interface LaterOptions<P> {
  /** For people: "The timeline". */
  readonly name: string;
  /** An import of a module, written out so that bundlers make a chunk of it. */
  readonly load: () => Promise<Part<P>>;
  /** @default nothing */
  readonly placeholder?: ReactNode;
}

/** What is shared by all places where the part is shown. */
interface Source<P> extends LaterOptions<P> {
  part?: Part<P>;
}

export function later<P extends object>(options: LaterOptions<P>): Later<P> {
  const source: Source<P> = { ...options };
  const show = (props: P): ReactElement => <LaterPart source={source} props={props} />;
  return Object.assign(show, { displayName: `Later(${options.name})`, load: () => loadInto(source) });
}

async function loadInto<P>(source: Source<P>): Promise<void> {
  source.part ??= await source.load();
}

function LaterPart<P extends object>({ source, props }: { readonly source: Source<P>; readonly props: P }): ReactNode {
  const [shown, setShown] = useState(source.part);
  const [failure, setFailure] = useState<Error>();
  useSheet(shown?.styles);
  useEffect(() => {
    if (shown || failure) return undefined;
    let isGone = false;
    loadInto(source).then(
      () => isGone || setShown(source.part),
      (error: Error) => isGone || setFailure(error),
    );
    return () => {
      isGone = true;
    };
  }, [source, shown, failure]);
  if (failure) return <NotLoaded name={source.name} failure={failure} onRetry={() => setFailure(undefined)} />;
  return shown ? <shown.Component {...props} /> : (source.placeholder ?? null);
}

function NotLoaded({ name, failure, onRetry }: { readonly name: string; readonly failure: Error; readonly onRetry: () => void }): ReactElement {
  return (
    <div className="pd-error-pane" role="alert">
      <Icon name="warning" />
      <div>
        <p>
          <b>{name} could not be loaded</b>
        </p>
        <p className="pd-muted">
          The network may be away, or the application was deployed anew since this page was opened. Some browsers remember that a part was not there: if trying
          again does not help, reload the page.
        </p>
        <p className="pd-actions">
          <Button onClick={onRetry}>Try again</Button>
          <Button icon="copy" onClick={() => void copyText(`${name} could not be loaded: ${failure.message}`)}>
            Copy report
          </Button>
        </p>
      </div>
    </div>
  );
}
