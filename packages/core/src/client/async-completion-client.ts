/** Activities that something outside completes: by the task token of one attempt, or by the activity's id. */
import { encodeErrorToFailure, encodeToPayloads } from '../common/data-converter.ts';
import { decode } from '../common/encoding.ts';
import { ensureTemporalFailure } from '../common/failures.ts';
import { isBytes, type SerializationContext } from '../common/payload-converter.ts';
import { isServiceError } from '../common/service-error.ts';
import type { ActivityRef } from '../protocol/workflow-service.ts';
import { BaseClient } from './base-client.ts';
import { ActivityCancelledError, ActivityCompletionError, ActivityNotFoundError, rethrowNamespaceNotFound } from './errors.ts';
import { type BaseClientOptions, present } from './options.ts';

/** Names an activity that is under way, whichever attempt it has come to. */
export interface FullActivityId {
  workflowId: string;
  /** Without it, the run that is open. */
  runId?: string;
  activityId: string;
}

/** All methods reject with `ActivityNotFoundError` when the activity is not under way, or the token is of an attempt that is over. */
export class AsyncCompletionClient extends BaseClient {
  constructor(options: BaseClientOptions) {
    super(options);
  }

  async complete(activity: Uint8Array | FullActivityId, result: unknown): Promise<void> {
    const payloads = await this.#encode(activity, result);
    await this.#send((ref, identity) => this.call.service.respondActivityTaskCompleted({ ...ref, identity, ...present({ result: payloads }) }), activity);
  }

  /** @param error anything that can be thrown; it is retried as if the activity had thrown it */
  async fail(activity: Uint8Array | FullActivityId, error: unknown): Promise<void> {
    const failure = await encodeErrorToFailure(this.call.dataConverter, ensureTemporalFailure(error), this.#context(activity));
    await this.#send((ref, identity) => this.call.service.respondActivityTaskFailed({ ...ref, identity, failure }), activity);
  }

  /** Tells the workflow that the activity has cancelled itself, as it was asked to. */
  async reportCancellation(activity: Uint8Array | FullActivityId, details?: unknown): Promise<void> {
    const payloads = await this.#encode(activity, details);
    await this.#send((ref, identity) => this.call.service.respondActivityTaskCanceled({ ...ref, identity, ...present({ details: payloads }) }), activity);
  }

  /** @throws {ActivityCancelledError} if the workflow asks the activity to stop */
  async heartbeat(activity: Uint8Array | FullActivityId, details?: unknown): Promise<void> {
    const payloads = await this.#encode(activity, details);
    const { cancelRequested } = await this.#send(
      (ref, identity) => this.call.service.recordActivityTaskHeartbeat({ ...ref, identity, ...present({ details: payloads }) }),
      activity,
    );
    if (cancelRequested) throw new ActivityCancelledError('cancelled');
  }

  #encode(activity: Uint8Array | FullActivityId, value: unknown) {
    return encodeToPayloads(this.call.dataConverter, [value], this.#context(activity));
  }

  async #send<R>(send: (ref: ActivityRef, identity: string) => Promise<R>, activity: Uint8Array | FullActivityId): Promise<R> {
    const ref = this.#ref(activity);
    try {
      return await send(ref, this.call.identity);
    } catch (error) {
      rethrowNamespaceNotFound(error, this.call.namespace);
      if (isServiceError(error, 'NotFound')) throw new ActivityNotFoundError(error.message || 'Not found', { cause: error });
      throw new ActivityCompletionError(error instanceof Error ? error.message : 'Unexpected failure', { cause: error });
    }
  }

  #ref(activity: Uint8Array | FullActivityId): ActivityRef {
    if (isBytes(activity)) return { taskToken: decode(activity) };
    const { workflowId, runId, activityId } = activity;
    if (!workflowId || !activityId)
      throw new TypeError('An activity is named by its task token, or by { workflowId, activityId }; one of the two ids is missing');
    return { namespace: this.call.namespace, workflowId, activityId, ...present({ runId }) };
  }

  /** A task token does not say whose it is. */
  #context(activity: Uint8Array | FullActivityId): SerializationContext | undefined {
    if (isBytes(activity)) return undefined;
    const { workflowId, activityId } = activity;
    return { type: 'activity', namespace: this.call.namespace, workflowId, activityId, isLocal: false };
  }
}
