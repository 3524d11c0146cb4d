/** Uploads that a person has taken off the list. The engine keeps closed runs for their retention; this list is the page's own. */

const KEY = 'perdure-playground:removed-uploads';

export function removedUploads(): ReadonlySet<string> {
  const stored: unknown = JSON.parse(localStorage.getItem(KEY) ?? '[]');
  return new Set(Array.isArray(stored) ? stored.filter((id): id is string => typeof id === 'string') : []);
}

export function rememberRemoved(workflowId: string): void {
  localStorage.setItem(KEY, JSON.stringify([...removedUploads(), workflowId]));
}
