/** Continue-as-new: this run ends, and the workflow goes on in a new one with an empty history. */
import type { Workflow } from '../common/definitions.ts';
import { encodeSearchAttributes } from '../common/search-attributes.ts';
import { toWireList, toWireMap } from '../common/wire.ts';
import type { Activator } from './activator.ts';
import { millis } from './activities.ts';
import { assertMayCommand } from './current.ts';
import { ContinueAsNew } from './errors.ts';
import { headersToWire } from './headers.ts';
import type { ContinueAsNewInput } from './interceptors.ts';
import type { ContinueAsNewOptions } from './options.ts';

/** A function that continues as new with these options. What is not given stays as it is. */
export function makeContinueAsNewFunc<W extends Workflow>(options: ContinueAsNewOptions = {}): (...args: Parameters<W>) => Promise<never> {
  const activator = assertMayCommand('Workflow.continueAsNew(...)');
  const { info } = activator;
  const complete = { ...options, workflowType: options.workflowType ?? info.workflowType, taskQueue: options.taskQueue ?? info.taskQueue };
  return (...args) => {
    const execute = activator.chain('outbound', 'continueAsNew', (input) => Promise.reject(continuation(activator, input)));
    return execute({ args, headers: {}, options: complete });
  };
}

/** Ends this run and starts a new one of the same workflow with these arguments. It throws: do not catch it. */
export function continueAsNew<W extends Workflow>(...args: Parameters<W>): Promise<never> {
  return makeContinueAsNewFunc<W>()(...args);
}

function continuation({ payloadConverter, context }: Activator, { args, headers, options }: ContinueAsNewInput): ContinueAsNew {
  return new ContinueAsNew({
    type: 'continueAsNewWorkflowExecution',
    workflowType: options.workflowType,
    ...(options.taskQueue && { taskQueue: options.taskQueue }),
    arguments: toWireList(payloadConverter, args, context),
    ...millis('workflowRunTimeout', options.workflowRunTimeout),
    ...millis('workflowTaskTimeout', options.workflowTaskTimeout),
    ...(options.memo && { memo: toWireMap(payloadConverter, options.memo, context) }),
    headers: headersToWire(headers),
    ...((options.searchAttributes || options.typedSearchAttributes) && {
      searchAttributes: encodeSearchAttributes(options.searchAttributes, options.typedSearchAttributes),
    }),
  });
}
