/** The clocks beside `Date`: `Temporal.Now`, and `Intl` where it formats the present when it is given no time. */

type Clock = (what: string) => { readonly now: number } | undefined;
type AnyFunction = (...args: unknown[]) => unknown;

interface TemporalLike {
  readonly Now: Record<string, AnyFunction>;
  readonly Instant: { fromEpochMilliseconds(ms: number): { toZonedDateTimeISO(timeZone: unknown): Record<string, AnyFunction> } };
}

export function installTemporal(clock: Clock): void {
  const temporal = (globalThis as unknown as { Temporal?: TemporalLike }).Temporal;
  if (!temporal?.Now) return;
  const { Now, Instant } = temporal;
  const define = (name: string, virtual: (now: number, timeZone: unknown) => unknown): void => {
    const real = Now[name];
    if (!real) return;
    const value = (timeZone: unknown): unknown => {
      const time = clock(`Temporal.Now.${name}()`);
      return time ? virtual(time.now, timeZone ?? Now['timeZoneId']?.()) : Reflect.apply(real, Now, timeZone === undefined ? [] : [timeZone]);
    };
    Object.defineProperty(Now, name, { configurable: true, writable: true, value });
  };
  const zoned = (now: number, timeZone: unknown): Record<string, AnyFunction> => Instant.fromEpochMilliseconds(now).toZonedDateTimeISO(timeZone);
  define('instant', (now) => Instant.fromEpochMilliseconds(now));
  define('zonedDateTimeISO', zoned);
  for (const [name, conversion] of [
    ['plainDateTimeISO', 'toPlainDateTime'],
    ['plainDateISO', 'toPlainDate'],
    ['plainTimeISO', 'toPlainTime'],
  ] as const)
    define(name, (now, timeZone) => zoned(now, timeZone)[conversion]?.());
}

export function installIntl(clock: Clock): void {
  const { prototype } = Intl.DateTimeFormat;
  const present = (date: unknown, what: string): unknown => (date === undefined ? clock(what)?.now : date);
  const format = Object.getOwnPropertyDescriptor(prototype, 'format')?.get;
  if (format) {
    Object.defineProperty(prototype, 'format', {
      configurable: true,
      get(this: Intl.DateTimeFormat) {
        const real = Reflect.apply(format, this, []) as AnyFunction;
        return (date?: unknown) => real(present(date, 'Intl.DateTimeFormat.format()'));
      },
    });
  }
  const { formatToParts } = prototype;
  Object.defineProperty(prototype, 'formatToParts', {
    configurable: true,
    writable: true,
    value(this: Intl.DateTimeFormat, date?: unknown) {
      return Reflect.apply(formatToParts, this, [present(date, 'Intl.DateTimeFormat.formatToParts()')]);
    },
  });
}
