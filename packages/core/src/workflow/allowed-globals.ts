/** What workflow code keeps in a realm of its own. A list of what is allowed, since browsers add to what is not. */

const ECMASCRIPT =
  'AggregateError Array ArrayBuffer AsyncDisposableStack Atomics BigInt BigInt64Array BigUint64Array Boolean DataView Date DisposableStack Error EvalError ' +
  'FinalizationRegistry Float16Array Float32Array Float64Array Function Infinity Int16Array Int32Array Int8Array Intl Iterator JSON Map Math NaN Number Object ' +
  'Promise Proxy RangeError ReferenceError Reflect RegExp Set SharedArrayBuffer String SuppressedError Symbol SyntaxError Temporal TypeError URIError ' +
  'Uint16Array Uint32Array Uint8Array Uint8ClampedArray WeakMap WeakRef WeakSet WebAssembly decodeURI decodeURIComponent encodeURI encodeURIComponent escape ' +
  'eval globalThis isFinite isNaN parseFloat parseInt undefined unescape constructor';

/** Synchronous, or settled by microtasks alone, in every browser. */
const WEB =
  'AbortController AbortSignal CustomEvent DOMException Event EventTarget TextDecoder TextEncoder URL URLSearchParams atob btoa clearTimeout console crypto performance queueMicrotask self setTimeout structuredClone';

const allowed: ReadonlySet<string> = new Set(`${ECMASCRIPT} ${WEB}`.split(' '));

export const isAllowed = (name: string): boolean => allowed.has(name);
