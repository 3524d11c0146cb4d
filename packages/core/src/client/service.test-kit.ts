/** A service for tests: answers with what it is told to, and remembers what it was asked. */
import type { WorkflowService } from '../protocol/workflow-service.ts';

export type Answers = { [M in keyof WorkflowService]?: (request: Parameters<WorkflowService[M]>[0]) => Awaited<ReturnType<WorkflowService[M]>> };

export interface FakeService {
  readonly service: WorkflowService;
  /** Method and request of every call, in order. */
  readonly calls: [method: string, request: unknown][];
}

/** @param answers by method; one that throws refuses the request. A method without an answer is a mistake of the test. */
export function fakeService(answers: Answers): FakeService {
  const calls: [string, unknown][] = [];
  const service = new Proxy({} as WorkflowService, {
    get: (_, method: string) => async (request: unknown) => {
      calls.push([method, request]);
      const answer = answers[method as keyof WorkflowService] as ((request: unknown) => unknown) | undefined;
      if (!answer) throw new TypeError(`the test has no answer for ${method}`);
      return answer(request);
    },
  });
  return { service, calls };
}
