/** Arguments as people type them, one JSON value each, and the payloads they become. */
import type { WirePayloads } from '@perdure/core/common';

export type ParsedArguments = { readonly payloads: WirePayloads } | { readonly index: number; readonly problem: string };

/** Empty fields at the end stand for no argument; one between others for `undefined`. */
export function parseArguments(texts: readonly string[]): ParsedArguments {
  const last = texts.findLastIndex((text) => text.trim() !== '');
  const payloads: { encoding: string; data?: string }[] = [];
  for (const [index, text] of texts.slice(0, last + 1).entries()) {
    if (text.trim() === '') {
      payloads.push({ encoding: 'binary/null' });
      continue;
    }
    try {
      payloads.push({ encoding: 'json/plain', data: JSON.stringify(JSON.parse(text)) });
    } catch (error) {
      return { index, problem: `${(error as Error).message}. Texts are written in double quotes: "like this".` };
    }
  }
  return { payloads };
}

/** As `parseArguments` takes them: an empty one between others is `undefined`. */
function argumentCode(texts: readonly string[]): readonly string[] {
  const last = texts.findLastIndex((text) => text.trim() !== '');
  return texts.slice(0, last + 1).map((text) => text.trim() || 'undefined');
}

/** A call as a person would write it: `await handle.signal('approve', "me");`. */
export function messageText(kind: 'signal' | 'update', name: string, texts: readonly string[]): string {
  const args = argumentCode(texts);
  if (kind === 'signal') return `await handle.signal(${[quoted(name), ...args].join(', ')});`;
  return `const result = await handle.executeUpdate(${quoted(name)}${args.length === 0 ? '' : `, { args: [${args.join(', ')}] }`});`;
}

export const startText = (workflowType: string, workflowId: string, taskQueue: string, texts: readonly string[]): string => {
  const args = argumentCode(texts).join(', ');
  return `const handle = await client.workflow.start(${quoted(workflowType)}, {
  workflowId: ${quoted(workflowId)},
  taskQueue: ${quoted(taskQueue)},${args === '' ? '' : `\n  args: [${args}],`}
});`;
};

/** In single quotes, as code has it. */
const quoted = (text: string): string => `'${JSON.stringify(text).slice(1, -1).replaceAll('\\"', '"').replaceAll("'", "\\'")}'`;

/** Payloads as texts that can be edited and sent again; what is no JSON is left empty. */
export const argumentTexts = (payloads: WirePayloads | undefined): readonly string[] =>
  (payloads ?? []).map(({ encoding, data, base64 }) => (encoding.startsWith('json/') && data !== undefined && !base64 ? data : ''));
