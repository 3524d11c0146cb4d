/** Which scenarios of the suite the engine is meant to pass now. The others are shown as "later", and run when they are asked for. */

/** By area: everything but what is named. A star at the end stands for any text. */
const SCOPE = {
  lifecycle: { but: [] },
  tasks: { but: [] },
  activities: { but: [] },
  timers: { but: [] },
  signals: { but: [] },
  queries: { but: [] },
  updates: { but: [] },
  cancellation: { but: [] },
  children: { but: [] },
  markers: { but: [] },
  payloads: { but: [] },
  interceptors: { but: [] },
  'with-start': { but: [] },
  'search-attributes': { but: [] },
  visibility: { but: [] },
  namespaces: { but: [] },
  'workflow-api': { but: ['handlers'] },
  'go-signals': { but: [] },
  'go-queries': { but: [] },
  'go-lifecycle': { but: [] },
  'go-activities': { but: [] },
  'go-children': { but: [] },
  'go-timers': { but: [] },
  'go-cron': { but: [] },
  'go-side-effects': { but: [] },
  'go-versions': { but: [] },
  'go-updates': { but: [] },
  'go-namespaces': { but: [] },
  'go-converters': { but: [] },
};

/**
 * Where an engine does better than the recorded server, by scenario: the first words of each difference that is expected, and why.
 * `docs/conformance.md` tells the reasons at length. A scenario passes if its differences are these and no others.
 */
export const KNOWN_DIFFERENCES = {
  'visibility/bool-and-datetime': [{ starts: 'outcome', why: 'a Datetime equals the moment that it is' }],
};

export function isInScope(scenario) {
  const [area, ...rest] = scenario.split('/');
  const name = rest.join('/');
  const scope = SCOPE[area];
  if (!scope) return false;
  return !scope.but.some((pattern) => matches(pattern, name));
}

const matches = (pattern, name) => (pattern.endsWith('*') ? name.startsWith(pattern.slice(0, -1)) : name === pattern);
