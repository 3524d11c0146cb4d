/** The devtools as one line of an application that uses React. */
import { useEffect, useRef } from 'react';
import type { Mount } from './mount.ts';
import type { DevtoolsMountOptions } from './options.ts';

export type PerdureDevtoolsProps = Omit<DevtoolsMountOptions, 'isInline'>;
export type DevtoolsComponent = (props: PerdureDevtoolsProps) => null;

/** Renders nothing where it stands: the devtools have a root of their own at the end of the page, and no fault of theirs reaches the application's. */
export function componentOf(mount: Mount): DevtoolsComponent {
  return (props) => {
    const { client } = props;
    const latest = useRef(props);
    latest.current = props;
    // biome-ignore lint/correctness/useExhaustiveDependencies: another connection makes other devtools; the rest is read once
    useEffect(() => mount(document.body, latest.current).unmount, [client]);
    return null;
  };
}
