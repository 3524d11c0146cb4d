/** The Worker in which workflow code runs. The functions are made in this realm; `perdure()` lowers their modules. */
import { serveSandbox } from '../../packages/core/src/workflow/port.ts';

serveSandbox(globalThis as never, { workflows: () => import('virtual:conformance/workflows?perdure-workflow') });
