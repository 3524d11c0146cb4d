/** Which values of an answer are not what they were before. */
import diff from 'microdiff';
import { escapePointer, isBranch } from './json-rows.ts';

/** JSON pointers of what was put in or became another. */
export function changedPaths(before: unknown, now: unknown): ReadonlySet<string> {
  if (!isBranch(before) || !isBranch(now)) return new Set(Object.is(before, now) ? [] : ['']);
  if (Array.isArray(before) !== Array.isArray(now)) return new Set(['']);
  const changes = diff(before as Record<string, unknown>, now as Record<string, unknown>);
  return new Set(changes.flatMap(({ type, path }) => (type === 'REMOVE' ? [] : [path.map((name) => `/${escapePointer(String(name))}`).join('')])));
}
