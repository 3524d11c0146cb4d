/** For tests of docs/guide: a page's code blocks become files, which are loaded and run, and its histories are what the runs have to leave. */
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, expect } from 'vitest';
import type { Client } from '../../client/client.ts';
import { type TestWorkerOptions, TestWorkflowEnvironment, type TimeSkippingOptions } from '../environment.ts';

export const root: string = resolve(import.meta.dirname, '../../../../..');
export const guideFolder: string = join(root, 'docs/guide');
export const guidePages: readonly string[] = readdirSync(guideFolder)
  .filter((file) => file.endsWith('.md'))
  .map((file) => file.slice(0, -3));

/** The code of a page by file. A block begins with the name of its file; blocks of one file follow each other in it. */
export function filesOf(page: string): Map<string, string> {
  const files = new Map<string, string>();
  const text = readFileSync(join(guideFolder, `${page}.md`), 'utf8');
  for (const [, code = ''] of text.matchAll(/```ts\n([\s\S]*?)```/g)) {
    const name = /^\/\/ ([\w.-]+\.ts)\b/.exec(code)?.[1];
    if (name === undefined) throw new Error(`A code block of ${page}.md does not begin with the name of its file: ${code.slice(0, 80)}`);
    files.set(name, (files.get(name) ?? '') + code);
  }
  return files;
}

/** Writes the files of pages where imports of `@perdure/core` are found, and out of git's sight. @returns the folder */
export function writePages(what: string, pages: readonly string[]): string {
  const folder = join(root, `.cache/guide-${what}-${process.pid}`);
  for (const page of pages) {
    mkdirSync(join(folder, page), { recursive: true });
    for (const [name, code] of filesOf(page)) writeFileSync(join(folder, page, name), code);
  }
  return folder;
}

// biome-ignore lint/suspicious/noExplicitAny: modules of pages are typed where they are compiled, all at once
type Module = Record<string, any>;

export interface GuidePage {
  /** A file of the page, as a module. */
  load(file: string): Promise<Module>;
  /** An environment with a worker on task queue "guide", for as long as `body` runs. */
  run<R>(worker: Omit<TestWorkerOptions, 'taskQueue'>, body: (environment: TestWorkflowEnvironment) => Promise<R>, options?: TimeSkippingOptions): Promise<R>;
  /** Expects the history that the page shows under this name. */
  expectHistory(client: Client, name: string, workflowId: string, runId?: string): Promise<void>;
}

export function guidePage(page: string): GuidePage {
  const folder = writePages(page, [page]);
  afterAll(() => rmSync(folder, { recursive: true }));
  const text = readFileSync(join(guideFolder, `${page}.md`), 'utf8');
  const histories = new Map([...text.matchAll(/```history ([\w-]+)\n([\s\S]*?)```/g)].map(([, name, events]) => [name as string, wordsOf(events as string)]));
  return {
    load: (file) => import(/* @vite-ignore */ pathToFileURL(join(folder, page, file)).href) as Promise<Module>,
    async run(options, body, environmentOptions = {}) {
      const environment = await TestWorkflowEnvironment.createTimeSkipping({ startTime: Date.UTC(2030, 0, 1), ...environmentOptions });
      try {
        const worker = await environment.createWorker({ taskQueue: 'guide', ...options });
        return await worker.runUntil(() => body(environment));
      } finally {
        await environment.teardown();
      }
    },
    async expectHistory(client, name, workflowId, runId) {
      const { events } = await client.workflow.getHandle(workflowId, runId).fetchHistory();
      expect(
        events.map(({ type }) => type),
        `${page}.md, history ${name}`,
      ).toEqual(histories.get(name));
    },
  };
}

/** Events stand apart by white space; what follows `//` in a line is a remark. */
const wordsOf = (events: string): string[] =>
  events
    .replace(/\/\/.*$/gm, '')
    .split(/\s+/)
    .filter(Boolean);
