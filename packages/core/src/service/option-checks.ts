/** Checks of what an engine is made of: each says which option is wrong, what was found there and what is expected. */
import { DEFAULT_LIMITS, type Limits } from '../engine/limits.ts';
import { type NamespaceLimits, NO_NAMESPACE_LIMITS } from './namespace-totals.ts';
import { invalid } from './requests.ts';
import type { ServiceOptions } from './service-options.ts';

/** @throws {ServiceError} `InvalidArgument` */
export function checkServiceOptions({
  limits = {},
  namespaceLimits = {},
  workflowIdReuse,
  queryDeadline,
  idleBytes,
  aheadWindow,
  longestAlarmDelay,
}: ServiceOptions): void {
  checkLimits(limits);
  checkNamespaceLimits(namespaceLimits);
  if (workflowIdReuse !== undefined) {
    checkObject('workflowIdReuse', workflowIdReuse);
    checkNumber('workflowIdReuse.burst', workflowIdReuse.burst, 0);
    checkFinite('workflowIdReuse.interval', workflowIdReuse.interval, 0);
  }
  checkNumber('queryDeadline', queryDeadline ?? 1, 1);
  checkNumber('idleBytes', idleBytes ?? 0, 0);
  checkNumber('aheadWindow', aheadWindow ?? 0, 0);
  checkNumber('longestAlarmDelay', longestAlarmDelay ?? 1, 1);
}

/** `Infinity` is no limit. */
function checkLimits(limits: Partial<Limits>): void {
  checkObject('limits', limits);
  for (const [name, limit] of Object.entries(limits)) {
    const field = `limits.${name}`;
    const known = Object.hasOwn(DEFAULT_LIMITS, name) ? DEFAULT_LIMITS[name as keyof Limits] : undefined;
    if (known === undefined) invalid(field, `one of ${Object.keys(DEFAULT_LIMITS).join(', ')}`, limit);
    if (typeof known === 'number') checkNumber(field, limit, 1);
    else checkSteps(field, limit, Object.keys(known));
  }
}

function checkNamespaceLimits(limits: Partial<NamespaceLimits>): void {
  checkObject('namespaceLimits', limits);
  for (const [name, limit] of Object.entries(limits)) {
    if (!Object.hasOwn(NO_NAMESPACE_LIMITS, name)) invalid(`namespaceLimits.${name}`, `one of ${Object.keys(NO_NAMESPACE_LIMITS).join(', ')}`, limit);
    checkNumber(`namespaceLimits.${name}`, limit, 1);
  }
}

function checkSteps(field: string, limit: unknown, steps: readonly string[]): void {
  checkObject(field, limit);
  for (const step of steps) checkNumber(`${field}.${step}`, (limit as Readonly<Record<string, unknown>>)[step], 1);
  for (const step of Object.keys(limit as object)) if (!steps.includes(step)) invalid(`${field}.${step}`, `one of ${steps.join(', ')}`, step);
}

function checkObject(field: string, value: unknown): void {
  if (typeof value !== 'object' || value === null) invalid(field, 'an object', value);
}

function checkNumber(field: string, value: unknown, least: number): void {
  if (typeof value !== 'number' || !(value >= least)) invalid(field, `a number of ${least} or more`, value);
}

function checkFinite(field: string, value: unknown, least: number): void {
  checkNumber(field, value, least);
  if (value === Number.POSITIVE_INFINITY) invalid(field, 'a number that is not infinite', value);
}
