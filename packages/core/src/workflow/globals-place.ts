/**
 * Where workflow code is: everywhere the same. A run may be replayed in another time zone or under another language than it was begun in, and
 * has to do the same there. So what takes the zone or the language of the host takes UTC and `en-US` in workflow code, unless it is given others.
 */
import { HostDate } from './host.ts';

type AnyFunction = (this: unknown, ...args: unknown[]) => unknown;
type IsVirtual = () => boolean;

const ZONE = 'UTC';
const LOCALE = 'en-US';
const PARTS = ['FullYear', 'Month', 'Date', 'Day', 'Hours', 'Minutes', 'Seconds', 'Milliseconds'];
const LOCALIZED = ['Collator', 'DisplayNames', 'DurationFormat', 'ListFormat', 'NumberFormat', 'PluralRules', 'RelativeTimeFormat', 'Segmenter'];

const utc = HostDate.UTC;
const hostParse = HostDate.parse;

export function installPlace(isVirtual: IsVirtual): void {
  installZone(isVirtual);
  for (const name of LOCALIZED) replaceFormat(name, isVirtual, (args) => withLocale(args));
  replaceFormat('DateTimeFormat', isVirtual, (args) => withZone(args));
  const texts: [object, string, (args: unknown[]) => unknown[]][] = [
    [Number.prototype, 'toLocaleString', withLocale],
    [BigInt.prototype, 'toLocaleString', withLocale],
    [String.prototype, 'toLocaleLowerCase', withLocale],
    [String.prototype, 'toLocaleUpperCase', withLocale],
    [String.prototype, 'localeCompare', ([that, ...args]) => [that, ...withLocale(args)]],
  ];
  for (const [holder, name, given] of texts) replaceMethod(holder, name, isVirtual, (self, args, real) => Reflect.apply(real, self, given(args)));
}

/** The arguments of `new Date(...)`, as they would be in UTC. */
export function inZone(args: unknown[]): unknown[] {
  const [first] = args;
  if (args.length > 1) return [(utc as AnyFunction)(...args)];
  return typeof first === 'string' ? [parse(first)] : args;
}

function installZone(isVirtual: IsVirtual): void {
  const { prototype } = HostDate;
  const methods = prototype as unknown as Record<string, AnyFunction>;
  const replace = (name: string, virtual: (date: Date, args: unknown[], real: AnyFunction) => unknown): void =>
    replaceMethod(prototype, name, isVirtual, (self, args, real) => virtual(self as Date, args, real));
  for (const part of PARTS)
    for (const way of ['get', 'set']) {
      const inUtc = methods[`${way}UTC${part}`];
      if (inUtc && methods[way + part]) replace(way + part, (date, args) => Reflect.apply(inUtc, date, args));
    }
  replace('getTimezoneOffset', (date) => (Number.isNaN(date.getTime()) ? Number.NaN : 0));
  replace('toString', (date) => (Number.isNaN(date.getTime()) ? 'Invalid Date' : `${dayOf(date)} ${timeOf(date)}`));
  replace('toDateString', (date) => (Number.isNaN(date.getTime()) ? 'Invalid Date' : dayOf(date)));
  replace('toTimeString', (date) => (Number.isNaN(date.getTime()) ? 'Invalid Date' : timeOf(date)));
  for (const name of ['toLocaleString', 'toLocaleDateString', 'toLocaleTimeString'])
    replace(name, (date, args, real) => Reflect.apply(real, date, withZone(args)));
  Object.defineProperty(HostDate, 'parse', {
    configurable: true,
    writable: true,
    value: (text: string) => (isVirtual() ? parse(String(text)) : hostParse(text)),
  });
}

/** "Thu, 01 Jan 1970 00:00:00 GMT" in the order of `toDateString()`, and of `toTimeString()`. */
function dayOf(date: Date): string {
  const [weekday = '', day = '', month = '', year = ''] = date.toUTCString().split(' ');
  return `${weekday.slice(0, 3)} ${month} ${day} ${year}`;
}
const timeOf = (date: Date): string => `${date.toUTCString().slice(-12, -4)} GMT+0000 (Coordinated Universal Time)`;

/** A text that names no zone is the host's time; what it says is kept, and the zone is UTC. */
function parse(text: string): number {
  const time = hostParse(text);
  if (/^\s*[+-]?\d+(-\d\d){0,2}\s*$/.test(text) || /(Z|GMT|UTC|[+-]\d\d:?\d\d)(\s*\(.*\))?\s*$/i.test(text)) return time;
  const zoned = hostParse(text.includes('T') ? `${text}Z` : `${text} UTC`);
  return Number.isNaN(zoned) ? time : zoned;
}

const withLocale = ([locales, ...rest]: unknown[]): unknown[] => [locales ?? LOCALE, ...rest];

function withZone([locales, options]: unknown[]): unknown[] {
  const given = (options ?? {}) as { timeZone?: unknown };
  return [locales ?? LOCALE, { ...given, timeZone: given.timeZone ?? ZONE }];
}

function replaceFormat(name: string, isVirtual: IsVirtual, given: (args: unknown[]) => unknown[]): void {
  const formats = Intl as unknown as Record<string, (new (...args: unknown[]) => object) & { readonly prototype: object }>;
  const real = formats[name];
  if (!real) return;
  const value: typeof real = new Proxy(real, {
    construct: (target, args, newTarget): object => Reflect.construct(target, isVirtual() ? given(args) : args, newTarget === value ? target : newTarget),
    apply: (target, self, args) => Reflect.apply(target as unknown as AnyFunction, self, isVirtual() ? given(args) : args),
  });
  Object.defineProperty(real.prototype, 'constructor', { configurable: true, writable: true, value });
  Object.defineProperty(Intl, name, { configurable: true, writable: true, value });
}

function replaceMethod(holder: object, name: string, isVirtual: IsVirtual, virtual: (self: unknown, args: unknown[], real: AnyFunction) => unknown): void {
  const real = (holder as Record<string, AnyFunction>)[name];
  if (!real) return;
  const value = function (this: unknown, ...args: unknown[]): unknown {
    return isVirtual() ? virtual(this, args, real) : Reflect.apply(real, this, args);
  };
  Object.defineProperty(holder, name, { configurable: true, writable: true, value });
}
