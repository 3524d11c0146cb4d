import { expect, test } from 'vitest';
import { formatFrame, parseStack } from './stack-frames.ts';

const formatted = (stack: string): string[] => parseStack(stack).map(formatFrame);

test('V8: methods, constructors, async frames, aliases, and frames without a position', () => {
  const stack = `Error
    at sleep (https://app.example/assets/core-1.js:3:1470)
    at Activator.order [as workflow] (https://app.example/assets/workflows-2.js:1:208)
    at async Cart.total (file:///app/cart.ts:12:5)
    at async Promise.all (index 0)
    at new Promise (<anonymous>)
    at Generator.next (<anonymous>)
    at Generator.<anonymous> (https://app.example/@fs/app/workflows.ts?perdure-workflow:7:11)
    at https://app.example/assets/core-1.js:9:99
    at process.processTicksAndRejections (node:internal/process/task_queues:95:5)`;
  expect(formatted(stack)).toEqual([
    '    at sleep (https://app.example/assets/core-1.js:3:1470)',
    '    at order (https://app.example/assets/workflows-2.js:1:208)',
    '    at Cart.total (file:///app/cart.ts:12:5)',
    '    at https://app.example/@fs/app/workflows.ts?perdure-workflow:7:11',
    '    at https://app.example/assets/core-1.js:9:99',
  ]);
});

test('Firefox: names that it made, async causes, and its own code', () => {
  const stack = `sleep@https://app.example/assets/core-1.js:3:1470
order/<@https://app.example/@fs/app/workflows.ts?perdure-workflow:7:11
next@self-hosted:1420:9
async*outer/inner@https://app.example/assets/workflows-2.js:1:208
promise callback*step@https://app.example/assets/core-1.js:2:1
@https://app.example/assets/core-1.js:9:99
`;
  expect(formatted(stack)).toEqual([
    '    at sleep (https://app.example/assets/core-1.js:3:1470)',
    '    at order (https://app.example/@fs/app/workflows.ts?perdure-workflow:7:11)',
    '    at inner (https://app.example/assets/workflows-2.js:1:208)',
    '    at step (https://app.example/assets/core-1.js:2:1)',
    '    at https://app.example/assets/core-1.js:9:99',
  ]);
});

test('Safari: nameless frames without an "@", native code, and module code', () => {
  const stack = `sleep@https://app.example/assets/core-1.js:3:1470
https://app.example/@fs/app/workflows.ts:7:11
next@[native code]
async order@https://app.example/assets/workflows-2.js:1:208
module code@https://app.example/assets/workflows-2.js:4`;
  expect(formatted(stack)).toEqual([
    '    at sleep (https://app.example/assets/core-1.js:3:1470)',
    '    at https://app.example/@fs/app/workflows.ts:7:11',
    '    at order (https://app.example/assets/workflows-2.js:1:208)',
    '    at https://app.example/assets/workflows-2.js:4',
  ]);
});

test('what is no stack has no frames', () => {
  expect(parseStack('')).toEqual([]);
  expect(parseStack('Error: a message')).toEqual([]);
});
