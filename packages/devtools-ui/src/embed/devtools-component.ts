/** The devtools as one line of an application that uses React. */
import { useEffect, useRef } from 'react';
import { mount } from './mount.ts';
import type { DevtoolsMountOptions } from './options.ts';

export type PerdureDevtoolsProps = Omit<DevtoolsMountOptions, 'isInline'>;

/** Renders nothing where it stands: the devtools have a root of their own at the end of the page, and no fault of theirs reaches the application's. */
export function PerdureDevtools(props: PerdureDevtoolsProps): null {
  const { client } = props;
  const latest = useRef(props);
  latest.current = props;
  // biome-ignore lint/correctness/useExhaustiveDependencies: another connection makes other devtools; the rest is read once
  useEffect(() => mount(document.body, latest.current).unmount, [client]);
  return null;
}
