/** What a batch is to a driver: rows of text. Values become JSON when `commit` is called, so that nothing is shared with the caller and sizes are known. */
import { invariant } from '../common/invariant.ts';
import { ServiceError } from '../common/service-error.ts';
import { type BoundKey, copyKey } from './key.ts';
import { type Batch, type Key, TABLES, type Table, type Value } from './store.ts';

export interface Row {
  readonly table: Table;
  readonly key: Key;
  /** JSON; `undefined` when the row is deleted. */
  readonly text: string | undefined;
}

/** @returns the rows of a batch in the order in which they apply: deletes before puts */
export function rowsOf({ deletes, puts }: Batch): Row[] {
  const rows: Row[] = [];
  for (const [table, key] of deletes) rows.push({ table: checked(table), key: copyKey(key), text: undefined });
  for (const [table, key, value] of puts) rows.push({ table: checked(table), key: copyKey(key), text: textOf(table, key, value) });
  return rows;
}

export const parseValue = (text: string): Value => JSON.parse(text) as Value;

/** @param words what is wrong with the page that ends there; of a row there is only one thing to say */
export const damaged = (table: Table, key: BoundKey, words?: string): ServiceError =>
  new ServiceError('DataLoss', `the row ${JSON.stringify(key)} of "${table}" ${words ?? CHANGED}`, {
    details: { table, ...(words === undefined ? { row: key } : { page: key }), retryable: false },
  });

const CHANGED = 'is not as it was written: it was damaged on the disk, or changed by something else';

export const closed = (driver: string): ServiceError =>
  new ServiceError('StorageUnavailable', `the ${driver} store is closed; open it again to use it`, { details: { driver, reason: 'closed' } });

export const fenced = (epoch: number, current: number): ServiceError =>
  new ServiceError(
    'Fenced',
    `a write with epoch ${epoch} was refused: the database is at epoch ${current}, so another engine has taken it over; this one must stop`,
    {
      details: { epoch, current },
    },
  );

const NAMES: ReadonlySet<string> = new Set(TABLES);

export function checked(table: Table): Table {
  if (!NAMES.has(table)) invariant(false, `a table is one of ${TABLES.join(', ')}, not ${String(table)}`);
  return table;
}

function textOf(table: Table, key: Key, value: Value): string {
  const text = JSON.stringify(value) as string | undefined;
  if (text === undefined) invariant(false, `the value of ${table} ${JSON.stringify(key)} is JSON`);
  return text;
}
