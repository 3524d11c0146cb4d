/** Which files are not taken, and in which words. */
import { formatBytes } from '@perdure/devtools-ui/parts';
import { MOST_FILE_BYTES } from '../contract.ts';

/** What the browser says of its storage for this origin, in bytes; a browser may say nothing. */
export interface Room {
  readonly quota?: number | undefined;
  readonly usage?: number | undefined;
}

/** @returns why a file of this size is not taken, or `undefined` if it is */
export function reasonToRefuse(size: number, { quota, usage }: Room): string | undefined {
  if (size > MOST_FILE_BYTES) return `It has ${count(size)} bytes; files up to ${formatBytes(MOST_FILE_BYTES)} (${count(MOST_FILE_BYTES)} bytes) are taken.`;
  if (quota === undefined || usage === undefined || size <= quota - usage) return undefined;
  return quotaInWords(size, { quota, usage });
}

export function quotaInWords(size: number, { quota, usage }: Room): string {
  const room = quota === undefined || usage === undefined ? 'too little' : formatBytes(Math.max(0, quota - usage));
  return `It has ${formatBytes(size)}, and the browser has ${room} left for this site. Free some disk space, or remove what this site stores, and drop it again.`;
}

const count = (value: number): string => value.toLocaleString('en');
