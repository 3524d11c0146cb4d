/** How what a run waited for reaches its code: results, failures and refusals, decoded. */
import type { Failure } from '../common/failure.ts';
import { WorkflowExecutionAlreadyStartedError } from '../common/failures.ts';
import type { ActivationJob, ActivityResolution, ChildWorkflowResolution } from '../protocol/activation.ts';
import type { Activator } from './activator.ts';
import type { Completion } from './completions.ts';
import { LocalActivityDoBackoff } from './errors.ts';

const errorOf = ({ failureConverter, payloadConverter, context }: Activator, failure: Failure): Error =>
  failureConverter.failureToError(failure, payloadConverter, context);

export function resolveActivity(activator: Activator, seq: number, result: ActivityResolution): void {
  const { resolve, reject } = activator.completions.activity.consume(seq);
  if (result.status === 'completed') resolve(activator.decode(result.result));
  else if (result.status === 'backoff') reject(new LocalActivityDoBackoff(result));
  else reject(errorOf(activator, result.failure));
}

export function resolveChildStart(activator: Activator, { seq, result }: Extract<ActivationJob, { type: 'resolveChildWorkflowExecutionStart' }>): void {
  const { resolve, reject } = activator.completions.childWorkflowStart.consume(seq);
  if (result.status === 'succeeded') return resolve(result.runId);
  activator.completions.childWorkflowComplete.take(seq);
  if (result.status === 'failed')
    reject(new WorkflowExecutionAlreadyStartedError('Workflow execution already started', result.workflowId, result.workflowType));
  else reject(errorOf(activator, result.failure));
}

export function resolveChild(activator: Activator, seq: number, result: ChildWorkflowResolution): void {
  const { resolve, reject } = activator.completions.childWorkflowComplete.consume(seq);
  if (result.status === 'completed') resolve(activator.decode(result.result));
  else reject(errorOf(activator, result.failure));
}

/** Of a signal or a cancel request to another workflow. */
export function resolveRequest(activator: Activator, { resolve, reject }: Completion<void>, failure: Failure | undefined): void {
  if (failure === undefined) resolve();
  else reject(errorOf(activator, failure));
}
