/** Where the panel is, all of it in one address: page, run, tab, what is selected, query, and what single views keep. */

export type RoutePage = 'workflows' | 'run' | 'engine' | 'log';

export interface Route {
  readonly page: RoutePage;
  /** Of the list, in Temporal's filter language. */
  readonly query: string;
  /** An imported file, by its label, in place of what the panel was opened over. */
  readonly file?: string;
  readonly workflowId?: string;
  /** The run; absent: the current one of the workflow id. */
  readonly runId?: string;
  /** Of the run page; a name that is not known stands for the first one. */
  readonly tab?: string;
  /** The event that is selected, in every view of the run. */
  readonly eventId?: number;
  /** What single views keep: filters, zoom, what is unfolded. */
  readonly view: Readonly<Record<string, string>>;
}

export const HOME: Route = { page: 'workflows', query: '', view: {} };

/** `/run/order-1/-/events?event=12&q=…`; a part that is not known is left out. */
export function formatRoute({ page, query, file, workflowId, runId, tab, eventId, view }: Route): string {
  const parts = page === 'run' && workflowId !== undefined ? ['run', workflowId, runId ?? '-', ...(tab === undefined ? [] : [tab])] : [page];
  const search = new URLSearchParams();
  if (query !== '') search.set('q', query);
  if (file !== undefined) search.set('file', file);
  if (eventId !== undefined) search.set('event', String(eventId));
  for (const [name, value] of Object.entries(view)) if (value !== '') search.set(`v.${name}`, value);
  const text = search.toString();
  return `/${parts.map(encodeURIComponent).join('/')}${text === '' ? '' : `?${text}`}`;
}

/** Takes anything: what is no address of the panel's leads to the list. */
export function parseRoute(address: string): Route {
  const [path = '', search = ''] = address.replace(/^[#]?\/?/, '').split(/\?(.*)/s);
  const [page, workflowId, runId, tab] = path.split('/').map(decode);
  const parameters = new URLSearchParams(search);
  const eventId = Number(parameters.get('event') ?? Number.NaN);
  const file = parameters.get('file');
  const view = Object.fromEntries([...parameters].flatMap(([name, value]) => (name.startsWith('v.') ? [[name.slice(2), value]] : [])));
  const rest = { query: parameters.get('q') ?? '', ...(file !== null && { file }), view };
  if (page === 'log' || page === 'engine') return { page, ...rest };
  if (page !== 'run' || !workflowId) return { page: 'workflows', ...rest };
  return {
    page: 'run',
    workflowId,
    ...(runId && runId !== '-' && { runId }),
    ...(tab && { tab }),
    ...(Number.isSafeInteger(eventId) && eventId > 0 && { eventId }),
    ...rest,
  };
}

function decode(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part; // not written by us: taken as it is
  }
}
