/** The logger of workflow code: silent while history is replayed, so that each line is written once. */
import { isCancellation } from '../common/failures.ts';
import { SdkComponent } from '../common/logger.ts';
import type { Activator } from './activator.ts';
import { contextValue } from './context.ts';
import { assertInWorkflowContext } from './current.ts';
import { ContinueAsNew } from './errors.ts';
import type { UpdateInfo } from './options.ts';
import { callSink, LOGGER_SINK } from './sinks.ts';
import { UPDATE_SCOPE } from './update-scope.ts';

type Attributes = Record<string, unknown>;

export interface WorkflowLogger {
  trace(message: string, attrs?: Attributes): void;
  debug(message: string, attrs?: Attributes): void;
  info(message: string, attrs?: Attributes): void;
  warn(message: string, attrs?: Attributes): void;
  error(message: string, attrs?: Attributes): void;
}

function write(level: keyof WorkflowLogger, message: string, attrs?: Attributes): void {
  const activator = assertInWorkflowContext('Workflow.log(...) may only be used from workflow context.');
  // Here and not in the worker: a replay of ten thousand events need not carry its log lines out of the sandbox, unless it is for them, too.
  if (activator.info.unsafe.isReplayingHistoryEvents && !activator.waits) return;
  const getLogAttributes = activator.chain('outbound', 'getLogAttributes', (attributes) => attributes);
  callSink(LOGGER_SINK, level, [message, { sdkComponent: SdkComponent.workflow, ...getLogAttributes(logAttributes(activator)), ...attrs }]);
}

/** Writes to the logger of the worker, with the names of the run. */
export const log: WorkflowLogger = {
  trace: (message, attrs) => write('trace', message, attrs),
  debug: (message, attrs) => write('debug', message, attrs),
  info: (message, attrs) => write('info', message, attrs),
  warn: (message, attrs) => write('warn', message, attrs),
  error: (message, attrs) => write('error', message, attrs),
};

function logAttributes({ info }: Activator): Attributes {
  const { namespace, taskQueue, workflowId, runId, workflowType } = info;
  const attributes: Attributes = { namespace, taskQueue, workflowId, runId, workflowType };
  const update = contextValue(UPDATE_SCOPE) as UpdateInfo | undefined;
  if (update) Object.assign(attributes, { updateId: update.id, updateName: update.name });
  return attributes;
}

const byWorker = { sdkComponent: SdkComponent.worker };

/** Logs start and end of a run. */
export function withLifecycleLog(run: () => Promise<unknown>): Promise<unknown> {
  log.debug('Workflow started', byWorker);
  return run().then(
    (result) => {
      log.debug('Workflow completed', byWorker);
      return result;
    },
    (error) => {
      if (isCancellation(error)) log.debug('Workflow completed as cancelled', byWorker);
      else if (error instanceof ContinueAsNew) log.debug('Workflow continued as new', byWorker);
      else log.warn('Workflow failed', { error: cloneable(error), ...byWorker });
      throw error;
    },
  );
}

/** An error may hold what cannot be copied to the worker. */
function cloneable(error: unknown): unknown {
  if (!(error instanceof Error)) return String(error);
  const { name, message, stack } = error;
  return { name, message, stack };
}
