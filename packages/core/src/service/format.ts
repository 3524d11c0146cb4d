/** Which form the rows of a database have: an engine does not touch what it cannot read. */
import type { Epoch } from '../common/brand.ts';
import { isServiceError, ServiceError } from '../common/service-error.ts';
import type { Store } from '../storage/store.ts';

/** 2: rows of histories carry sums. Those of format 1 are read as they are. */
const FORMAT = 2;
const READABLE: ReadonlySet<unknown> = new Set([undefined, 1]);

/** @throws {ServiceError} `FailedPrecondition` if the database has another form than this version reads */
export async function checkFormat(store: Store, epoch: Epoch): Promise<void> {
  const found = await store.get('meta', ['format']).catch(unlessDamaged);
  if (found === FORMAT) return;
  if (!READABLE.has(found))
    throw new ServiceError(
      'FailedPrecondition',
      `the database has format ${JSON.stringify(found)}, and this version reads format ${FORMAT}; use the version that wrote it, or another database`,
    );
  await store.commit({ puts: [['meta', ['format'], FORMAT]], deletes: [] }, epoch);
}

/** A number that cannot be read says nothing; the rows that are of another form would not be read either, each by itself. */
function unlessDamaged(error: unknown): undefined {
  if (!isServiceError(error, 'DataLoss')) throw error;
}
