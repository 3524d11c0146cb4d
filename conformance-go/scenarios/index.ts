import type { Scenario } from '../harness.ts';
import activities from './activities.ts';
import children from './children.ts';
import converters from './converters.ts';
import cron from './cron.ts';
import lifecycle from './lifecycle.ts';
import namespaces from './namespaces.ts';
import queries from './queries.ts';
import sideEffects from './side-effects.ts';
import signals from './signals.ts';
import timers from './timers.ts';
import updates from './updates.ts';
import versions from './versions.ts';

export const scenarios: readonly Scenario[] = [
  ...signals,
  ...queries,
  ...lifecycle,
  ...activities,
  ...children,
  ...timers,
  ...cron,
  ...sideEffects,
  ...versions,
  ...updates,
  ...namespaces,
  ...converters,
];
