/** Stack traces of V8, Firefox and Safari, read into one form. Only frames that have a position in a file are kept. */

export interface StackFrame {
  readonly functionName: string | undefined;
  /** As the engine names it: a URL, or a path on Node. */
  readonly file: string;
  readonly line: number;
  /** Safari and Firefox leave it out at times. */
  readonly column: number | undefined;
}

/** `    at async fn [as alias] (file:1:2)`, `    at file:1:2` */
const V8_FRAME = /^\s+at (?:async )?(?:(.+) \((.+):(\d+):(\d+)\)|(.+):(\d+):(\d+))$/;
/** `async*fn@file:1:2`, `@file:1:2`, `file:1:2` */
const OTHER_FRAME = /^(.+?):(\d+)(?::(\d+))?$/;
/** Methods of these are functions that somebody else calls as such. */
const MEANINGLESS_RECEIVER = /^(?:Object|Module|Activator|Generator)\./;
/** "eval": an anonymous function of a module that the host has evaluated. */
const NAMELESS = /^(?:<anonymous>|global code|module code|eval code|eval|anonymous)?$/;

export function parseStack(stack: string): StackFrame[] {
  const lines = stack.split('\n');
  const read = lines.some((line) => /^\s+at /.test(line)) ? v8Frame : otherFrame;
  return lines.flatMap((line) => read(line) ?? []);
}

function v8Frame(line: string): StackFrame | undefined {
  const match = V8_FRAME.exec(line);
  if (!match) return undefined;
  const [, name, file, row, column, bareFile, bareRow, bareColumn] = match;
  return frame(name?.replace(/ \[as .*\]$/, '').replace(MEANINGLESS_RECEIVER, ''), file ?? bareFile, row ?? bareRow, column ?? bareColumn);
}

function otherFrame(line: string): StackFrame | undefined {
  const at = line.indexOf('@');
  // Safari writes no "@" where there is no name; a URL may have one of its own.
  const hasName = at >= 0 && !line.slice(0, at).includes('://');
  const match = OTHER_FRAME.exec(hasName ? line.slice(at + 1) : line);
  if (!match) return undefined;
  const name = hasName
    ? line
        .slice(0, at)
        .replace(/^[\w ]+\*/, '')
        .replace(/^async /, '')
    : undefined;
  // Firefox marks what it has named itself: "outer/<", "outer/inner<".
  return frame(name?.replace(/[/<]+$/, '').replace(/^.*\//, ''), match[1], match[2], match[3]);
}

function frame(name: string | undefined, file: string | undefined, line: string | undefined, column: string | undefined): StackFrame | undefined {
  if (file === undefined || file === '<anonymous>' || file.startsWith('node:') || file.startsWith('self-hosted') || file.startsWith('[native'))
    return undefined;
  const functionName = name === undefined || NAMELESS.test(name) ? undefined : name;
  return { functionName, file, line: Number(line), column: column === undefined ? undefined : Number(column) };
}

export const positionOf = ({ file, line, column }: StackFrame): string => (column === undefined ? `${file}:${line}` : `${file}:${line}:${column}`);

/** As V8 writes it, whatever the engine. */
export const formatFrame = (one: StackFrame): string =>
  one.functionName === undefined ? `    at ${positionOf(one)}` : `    at ${one.functionName} (${positionOf(one)})`;
