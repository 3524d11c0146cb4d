/** One HTTP request with progress. By XMLHttpRequest: `fetch` does not tell how much of a body is sent. */
import { ApplicationFailure } from '@perdure/core/activity';
import type { UploadFailureType } from './contract.ts';

export interface Sending {
  readonly method: 'PUT' | 'POST' | 'DELETE';
  readonly url: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: ArrayBuffer | string;
  readonly signal: AbortSignal;
  readonly onProgress?: (bytesSent: number) => void;
}

/**
 * @returns the answer's JSON
 * @throws {ApplicationFailure} `NetworkAway` or `EndpointFailed`, to be tried again; `EndpointRefused`, not to be
 * @throws {DOMException} `AbortError` when `signal` is aborted
 */
export function send({ method, url, headers = {}, body, signal, onProgress }: Sending): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    const abort = (): void => request.abort();
    const away = (): void => reject(failure('NetworkAway', `The network is away: no answer to ${method} ${url}`));
    request.onload = () => {
      if (request.status === 200) resolve(request.response as unknown);
      else if (request.status === 0)
        away(); // Firefox's workers tell a dropped connection so
      else reject(refusal(request));
    };
    request.onerror = away;
    request.onabort = () => reject(new DOMException(`${method} ${url} was given up`, 'AbortError'));
    request.onloadend = () => signal.removeEventListener('abort', abort);
    if (onProgress) request.upload.onprogress = ({ loaded }) => onProgress(loaded);
    request.open(method, url);
    request.responseType = 'json';
    for (const [name, value] of Object.entries(headers)) request.setRequestHeader(name, value);
    request.send(body ?? null);
    signal.addEventListener('abort', abort);
    if (signal.aborted) abort();
  });
}

/** Answers that may be other ones the next time. */
const MAY_PASS: ReadonlySet<number> = new Set([408, 425, 429]);

function refusal({ status, response }: XMLHttpRequest): ApplicationFailure {
  const reason = (response as { error?: string } | null)?.error ?? 'no reason given';
  const words = `The endpoint answered ${status}: ${reason}`;
  return status >= 500 || MAY_PASS.has(status)
    ? failure('EndpointFailed', words)
    : ApplicationFailure.nonRetryable(words, 'EndpointRefused' satisfies UploadFailureType);
}

const failure = (type: UploadFailureType, message: string): ApplicationFailure => ApplicationFailure.retryable(message, type);
