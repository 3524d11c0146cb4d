/** Whatever goes wrong below the seam, as the one error above it. */
import { isServiceError, type ServiceErrorCode } from '@perdure/core/common';
import { BackendError, type CommandOutcome } from './backend.ts';

const KINDS: Readonly<Partial<Record<ServiceErrorCode, BackendError['kind']>>> = {
  NotFound: 'notFound',
  NamespaceNotFound: 'notFound',
  Unavailable: 'gone',
  StorageUnavailable: 'gone',
  Fenced: 'gone',
  DeadlineExceeded: 'gone',
  Unimplemented: 'unsupported',
};

export function toBackendError(error: unknown): BackendError {
  if (error instanceof BackendError) return error;
  if (!isServiceError(error)) return new BackendError('refused', messageOf(error), { cause: error });
  const { position, expected } = error.details;
  return new BackendError(KINDS[error.code] ?? 'refused', error.message, {
    cause: error,
    ...(typeof position === 'number' && { place: { at: position - 1, expected: String(expected ?? '') } }),
  });
}

/** An order that did not come through. */
export function refusal(error: unknown): CommandOutcome {
  const code = isServiceError(error) ? error.code : error instanceof BackendError ? error.kind : 'Failed';
  return { isAccepted: false, code, reason: messageOf(error) };
}

export const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
