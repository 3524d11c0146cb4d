/** Which form the rows of a database have: an engine does not touch what it cannot read. */
import type { Epoch } from '../common/brand.ts';
import { ServiceError } from '../common/service-error.ts';
import type { Store } from '../storage/store.ts';

const FORMAT = 1;

/** @throws {ServiceError} `FailedPrecondition` if the database has another form than this version reads */
export async function checkFormat(store: Store, epoch: Epoch): Promise<void> {
  const found = await store.get('meta', ['format']);
  if (found === FORMAT) return;
  if (found !== undefined)
    throw new ServiceError(
      'FailedPrecondition',
      `the database has format ${JSON.stringify(found)}, and this version reads format ${FORMAT}; use the version that wrote it, or another database`,
    );
  await store.commit({ puts: [['meta', ['format'], FORMAT]], deletes: [] }, epoch);
}
