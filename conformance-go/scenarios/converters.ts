import { execute, scenario } from '../harness.ts';
import { Point } from '../point.ts';
import { WorkflowExecution } from '../workflow-execution.ts';
import * as w from './converters.workflows.ts';

export default [
  scenario(
    'go-converters/composite',
    'a custom converter just before the JSON one takes its own type only',
    (h) => execute(h, w.movePoint, new Point(1, 2), 'right'),
    { dataConverter: 'composite' },
  ),
  scenario('go-converters/replaced', 'one custom converter replaces the default ones for every value', (h) => execute(h, w.echoMarkers, 'your_input'), {
    dataConverter: 'replaced',
  }),
  scenario('go-converters/replaced-mutable', "a mutable side effect's value is encoded twice", (h) => execute(h, w.echoMutable, 'your_input'), {
    dataConverter: 'replaced',
    order: 'any',
  }),
  scenario('go-converters/codec', 'a payload codec encodes what the converters made', (h) => execute(h, w.echoMarkers, 'your_input'), {
    dataConverter: 'codec',
  }),
  scenario('go-converters/zlib', 'binary/zlib around a payload', (h) => execute(h, w.echoMarkers, 'your_input'), { dataConverter: 'zlib', order: 'any' }),
  scenario(
    'go-converters/default-order',
    'which converter takes undefined, bytes, a proto message, a string and an object',
    (h) => execute(h, w.defaultOrder, undefined, Uint8Array.of(1, 2, 3), new WorkflowExecution({ workflowId: 'an-id' }), 'text', { X: 1, Y: 2 }),
    { dataConverter: 'protobuf' },
  ),
];
