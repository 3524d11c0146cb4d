/** The Worker in which workflow code runs. The functions are made in this realm; `perdure()` lowers their modules. Its name says which of them are the types. */
import { dataConverters } from 'virtual:conformance/data-converters';
import { serveSandbox } from '../../packages/core/src/workflow/port.ts';
import type { WorkflowCode } from './record.ts';

const { code, dataConverter = '' } = JSON.parse(globalThis.name) as WorkflowCode;

serveSandbox(globalThis as never, {
  payloadConverter: dataConverters[dataConverter]?.payloadConverter,
  workflows: () =>
    import('virtual:conformance/workflows?perdure-workflow').then((workflows: Record<string, unknown>) => ({
      ...workflows,
      ...Object.fromEntries(Object.entries(code).map(([type, name]) => [type, workflows[name]])),
    })),
});
