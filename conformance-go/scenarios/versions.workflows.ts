import { getSignalChannel, patched } from '@perdure/core/workflow';

/** What Go's GetVersion gives for code that is older than all versions. */
const DEFAULT_VERSION = -1;

/** Asks three times under one id. */
export async function versionInLoop(): Promise<number[]> {
  return [1, 2, 3].map(() => (patched('your-change-id-1') ? 1 : DEFAULT_VERSION));
}

export async function versionedTwice(): Promise<number[]> {
  const first = patched('first-change-1') ? 1 : DEFAULT_VERSION;
  const second = patched('second-change-3') ? 3 : DEFAULT_VERSION;
  return [first, second];
}

const go = (): Promise<unknown> => getSignalChannel('go').receive();

/** The code before the first change. */
export async function changedWorkflow(): Promise<number> {
  await go();
  return 0;
}

/** With versions up to 1. */
export async function changedWorkflow1(): Promise<number> {
  const version = patched('your-change-id-1') ? 1 : DEFAULT_VERSION;
  await go();
  return version;
}

/** With versions up to 2. */
export async function changedWorkflow2(): Promise<number> {
  const version = patched('your-change-id-2') ? 2 : patched('your-change-id-1') ? 1 : DEFAULT_VERSION;
  await go();
  return version;
}

/** With versions 2 and 3: no longer with those before. */
export async function changedWorkflow3(): Promise<number> {
  const version = patched('your-change-id-3') ? 3 : 2;
  await go();
  return version;
}
