/** The ledger: what was acknowledged and what began, told from inside the browser and kept outside of it. A middleware of the page's server. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Plugin } from 'vite';
import { LEDGER_PATH, type LedgerRecord } from '../app/records.ts';

export interface Entry {
  readonly record: LedgerRecord;
  /** In ms since 1970. */
  readonly at: number;
}

export class Ledger {
  #entries: Entry[] = [];
  #listeners = new Set<(entry: Entry) => void>();

  get entries(): readonly Entry[] {
    return this.#entries;
  }

  /** How many acknowledgements it holds. */
  get acknowledged(): number {
    return this.#entries.filter(({ record }) => record.kind !== 'begin' && record.kind !== 'refused').length;
  }

  add(record: LedgerRecord): void {
    const entry = { record, at: Date.now() };
    this.#entries.push(entry);
    for (const listener of this.#listeners) listener(entry);
  }

  /** Takes out what it holds. */
  take(): readonly Entry[] {
    const entries = this.#entries;
    this.#entries = [];
    return entries;
  }

  /** Resolves with the first entry from now on for which `isIt` holds, or with `undefined` after `patienceMs`. */
  next(isIt: (entry: Entry) => boolean, patienceMs: number): Promise<Entry | undefined> {
    return new Promise((resolve) => {
      const settle = (entry: Entry | undefined): void => {
        clearTimeout(timer);
        this.#listeners.delete(listener);
        resolve(entry);
      };
      const listener = (entry: Entry): void => {
        if (isIt(entry)) settle(entry);
      };
      const timer = setTimeout(settle, patienceMs, undefined);
      this.#listeners.add(listener);
    });
  }

  /** For the server of the page. */
  plugin(): Plugin {
    const handle = (request: IncomingMessage, response: ServerResponse): void => {
      let body = '';
      request.setEncoding('utf8');
      request.on('data', (chunk: string) => {
        body += chunk;
      });
      request.on('end', () => {
        this.add(JSON.parse(body) as LedgerRecord);
        response.statusCode = 204;
        response.end();
      });
    };
    return { name: 'perdure:ledger', configurePreviewServer: (server) => void server.middlewares.use(LEDGER_PATH, handle) };
  }
}
