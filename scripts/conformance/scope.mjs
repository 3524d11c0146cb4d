/** Which scenarios of the suite the engine is meant to pass now. The others are shown as "later", and run when they are asked for. */

/** By area: everything, or what stands in the list; `but` names what is left out. A star at the end stands for any text. */
const SCOPE = {
  lifecycle: { but: ['cron*', 'retry*', 'continue-as-new*', 'conflict-*', 'reuse-*', 'start-delay'] },
  activities: { but: ['async-*'] },
  timers: { but: [] },
  signals: { but: ['with-start-*', 'continue-as-new', 'external*'] },
  queries: { but: [] },
  tasks: {
    only: [
      'plain-error',
      'plain-error-again',
      'throw-string',
      'unhandled-rejection',
      'unknown-type',
      'duplicate-activity-id',
      'error-in-handler',
      'listed-error',
      'cancelled-failure',
    ],
  },
};

/**
 * Where an engine does better than the recorded server, by scenario: the first words of each difference that is expected, and why.
 * `docs/conformance.md` tells the reasons at length. A scenario passes if its differences are these and no others.
 */
export const KNOWN_DIFFERENCES = {};

export function isInScope(scenario) {
  const [area, ...rest] = scenario.split('/');
  const name = rest.join('/');
  const scope = SCOPE[area];
  if (!scope) return false;
  if (scope.only) return scope.only.some((pattern) => matches(pattern, name));
  return !scope.but.some((pattern) => matches(pattern, name));
}

const matches = (pattern, name) => (pattern.endsWith('*') ? name.startsWith(pattern.slice(0, -1)) : name === pattern);
