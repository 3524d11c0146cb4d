/**
 * From a place in what the browser runs to the place in what a person wrote, by the source map that the script names. A script without one, or one
 * that cannot be read, is shown as it is.
 */
import type { Moment } from '@perdure/core/client';

export type Frame = Moment['stacks'][number]['locations'][number];

export interface MappedPlace {
  /** As the map names it, or the script's address. */
  readonly file: string;
  /** From 1. */
  readonly line: number;
  readonly column: number;
  /** The file's lines, where they are known. */
  readonly lines?: readonly string[];
  /** Whether a source map was applied. */
  readonly isMapped: boolean;
}

export interface Sources {
  /** Never rejects. `undefined` for a frame that names no place. */
  locate(frame: Frame): Promise<MappedPlace | undefined>;
}

interface Script {
  readonly text: string;
  readonly place?: (line: number, column: number) => MappedPlace | undefined;
}

const MAP_URL = /\/\/[#@] sourceMappingURL=(\S+)\s*$/;

/** @param read gives the text behind an address of this origin */
export function openSources(read: (url: string) => Promise<string> = readSameOrigin): Sources {
  const scripts = new Map<string, Promise<Script | undefined>>();

  async function load(url: string): Promise<Script | undefined> {
    try {
      const text = await read(url);
      return { text, ...(await placeBy(text, url)) };
    } catch {
      return undefined; // a script of elsewhere, or one that is not there any more: its address and line are told as they are
    }
  }

  async function placeBy(text: string, url: string): Promise<Pick<Script, 'place'>> {
    const named = MAP_URL.exec(text)?.[1];
    if (named === undefined) return {};
    try {
      const mapUrl = new URL(named, url);
      const json = mapUrl.protocol === 'data:' ? textOfDataUrl(mapUrl.href) : await read(mapUrl.href);
      const { originalPositionFor, sourceContentFor, TraceMap } = await import('@jridgewell/trace-mapping');
      const map = new TraceMap(json, mapUrl.protocol === 'data:' ? url : mapUrl.href);
      return {
        place(line, column) {
          const { source, line: at, column: in_ } = originalPositionFor(map, { line, column: Math.max(0, column - 1) });
          if (source === null || at === null) return undefined;
          const content = sourceContentFor(map, source);
          return { file: source, line: at, column: (in_ ?? 0) + 1, isMapped: true, ...(content !== null && { lines: content.split('\n') }) };
        },
      };
    } catch {
      return {}; // no map, or none that can be read
    }
  }

  return {
    async locate({ file_path: file, line, column = 1 }) {
      if (file === undefined || line === undefined) return undefined;
      let script = scripts.get(file);
      if (!script) {
        script = load(file);
        scripts.set(file, script);
      }
      const loaded = await script;
      const mapped = loaded?.place?.(line, column);
      if (mapped) return mapped;
      return { file, line, column, isMapped: false, ...(loaded && { lines: loaded.text.split('\n') }) };
    },
  };
}

export interface PlacedFrame {
  readonly frame: Frame;
  readonly place: MappedPlace | undefined;
  readonly name: string | undefined;
}

/** This package's own code, in the source tree or as it is installed. */
const OWN = /(?:packages|@perdure)\/core\/(?:src|dist)\//;

/**
 * The frames that are of the user's code. In a bundle some of this package stand among them, and a lowered `async function` has two: what it is, without
 * a name, and its declaration, which no map knows.
 */
export function ownFrames(frames: readonly Frame[], places: readonly (MappedPlace | undefined)[]): readonly PlacedFrame[] {
  const mappedFiles = new Set(frames.filter((_, index) => places[index]?.isMapped).map(({ file_path: file }) => file));
  const found: PlacedFrame[] = [];
  for (const [index, frame] of frames.entries()) {
    const place = places[index];
    const { function_name: name } = frame;
    const before = found.at(-1);
    if (place && !place.isMapped && mappedFiles.has(frame.file_path)) {
      if (before && before.name === undefined && name !== undefined) found[found.length - 1] = { ...before, name };
    } else if (!(place?.isMapped && OWN.test(place.file))) found.push({ frame, place, name });
  }
  return found.length > 0 ? found : frames.map((frame, index) => ({ frame, place: places[index], name: frame.function_name }));
}

function textOfDataUrl(url: string): string {
  const [head = '', body = ''] = url.split(/,(.*)/s);
  return head.endsWith(';base64') ? new TextDecoder().decode(Uint8Array.from(atob(body), (character) => character.charCodeAt(0))) : decodeURIComponent(body);
}

async function readSameOrigin(url: string): Promise<string> {
  if (new URL(url, location.href).origin !== location.origin) throw new TypeError(`${url} is not of this origin`);
  const response = await fetch(url);
  if (!response.ok) throw new TypeError(`${url} is answered with ${response.status}`);
  return response.text();
}

/** `src/workflows.ts`, without what only a server knows. */
export const shortFile = (file: string): string =>
  file
    .replace(/[?#].*$/, '')
    .split('/')
    .filter((part) => part !== '..' && part !== '.')
    .slice(-2)
    .join('/');
