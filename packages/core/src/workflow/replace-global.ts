/** How a global is replaced so that no way to the old one is left. */

/** On the global object, and on the prototypes that browsers keep their functions on. */
export function replaceGlobal(name: string, value: unknown): void {
  for (let holder: object | null = globalThis; holder && holder !== Object.prototype; holder = Object.getPrototypeOf(holder)) {
    const descriptor = Object.getOwnPropertyDescriptor(holder, name);
    if (holder !== globalThis && !descriptor) continue;
    if (descriptor && !descriptor.configurable) continue;
    Object.defineProperty(holder, name, { configurable: true, enumerable: descriptor?.enumerable ?? false, writable: true, value });
  }
}
