/** What all clients have: a service, and how they sign and convert what they send. */
import { type Clock, systemClock } from '../common/clock.ts';
import { type LoadedDataConverter, loadDataConverter } from '../common/data-converter.ts';
import { systemRng } from '../common/rng.ts';
import { ServiceError } from '../common/service-error.ts';
import type { BaseClientOptions, CallContext, ConnectionLike } from './options.ts';
import { type TemporalService, temporalService } from './temporal-service.ts';

export type LoadedClientOptions = Required<Pick<BaseClientOptions, 'namespace' | 'identity'>> & { readonly loadedDataConverter: LoadedDataConverter };

export class BaseClient {
  readonly connection: ConnectionLike;
  readonly options: LoadedClientOptions;
  protected readonly call: CallContext;
  readonly #clock: Clock;

  protected constructor(options: BaseClientOptions, queryRejectCondition: CallContext['queryRejectCondition'] = 'NONE') {
    const service = options.service ?? options.connection?.service;
    if (!service) throw new TypeError('A client needs a service to talk to; give { service }, or { connection } with what connect() returned');
    this.connection = options.connection ?? { service };
    const { namespace = 'default', identity = defaultIdentity(), rng = systemRng } = options;
    const dataConverter = loadDataConverter(options.dataConverter);
    this.options = { namespace, identity, loadedDataConverter: dataConverter };
    this.call = { service, namespace, identity, dataConverter, rng, queryRejectCondition };
    this.#clock = options.clock ?? systemClock;
  }

  /** The service itself. What Temporal has as messages of their own, the methods for namespaces, is in Temporal's form. */
  get workflowService(): TemporalService {
    return temporalService(this.call.service);
  }

  /**
   * Gives up on what `fn` began when `deadline` comes. What was sent may still happen.
   *
   * @param deadline a moment, as a `Date` or in milliseconds since 1970
   * @throws {ServiceError} `DeadlineExceeded`
   */
  withDeadline<R>(deadline: number | Date, fn: () => Promise<R>): Promise<R> {
    return new Promise((resolve, reject) => {
      const exceeded = () =>
        reject(new ServiceError('DeadlineExceeded', `No answer before ${new Date(deadline).toISOString()}; the request may still be carried out`));
      const stop = this.#clock.setTimer(Math.max(0, Number(deadline) - this.#clock.now()), exceeded);
      fn().finally(stop).then(resolve, reject);
    });
  }

  /**
   * Gives up on what `fn` began when the signal is aborted. What was sent may still happen.
   *
   * @throws {ServiceError} `Cancelled`
   */
  withAbortSignal<R>(signal: AbortSignal, fn: () => Promise<R>): Promise<R> {
    return new Promise((resolve, reject) => {
      const aborted = () =>
        reject(new ServiceError('Cancelled', 'The call was given up by its AbortSignal; the request may still be carried out', { cause: signal.reason }));
      if (signal.aborted) return aborted();
      signal.addEventListener('abort', aborted);
      fn()
        .finally(() => signal.removeEventListener('abort', aborted))
        .then(resolve, reject);
    });
  }
}

function defaultIdentity(): string {
  return `client@${globalThis.location?.host || 'local'}`;
}
