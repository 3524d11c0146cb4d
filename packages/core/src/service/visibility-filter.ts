/**
 * The filter language of lists: comparisons of a field with a text, joined by AND.
 *
 *     ExecutionStatus = "Running" AND WorkflowType = "order"
 */
import { ServiceError } from '../common/service-error.ts';
import type { WorkflowExecutionStatus, WorkflowExecutionSummary } from '../protocol/workflow-service.ts';

export type Filter = (summary: WorkflowExecutionSummary) => boolean;

interface Token {
  readonly kind: 'name' | 'text' | 'symbol' | 'end';
  /** What it stands for: a text without its quotes. */
  readonly value: string;
  /** Where it begins in the query, from 0. */
  readonly at: number;
}

const STATUSES: Readonly<Record<string, WorkflowExecutionStatus>> = {
  Running: 'RUNNING',
  Completed: 'COMPLETED',
  Failed: 'FAILED',
  Canceled: 'CANCELLED',
  Terminated: 'TERMINATED',
  ContinuedAsNew: 'CONTINUED_AS_NEW',
  TimedOut: 'TIMED_OUT',
};

const FIELDS: Readonly<Record<string, (summary: WorkflowExecutionSummary) => string>> = {
  ExecutionStatus: ({ status }) => status,
  WorkflowId: ({ workflowId }) => workflowId,
  WorkflowType: ({ workflowType }) => workflowType,
  RunId: ({ runId }) => runId,
  TaskQueue: ({ taskQueue }) => taskQueue,
};

/**
 * @param query the empty text matches all
 * @throws {ServiceError} `InvalidArgument` with the place and what was expected there
 */
export function parseFilter(query: string = ''): Filter {
  const tokens = new Tokens(query);
  if (tokens.next.kind === 'end') return () => true;
  const conditions = [parseComparison(tokens)];
  while ((tokens.next.kind as Token['kind']) !== 'end') {
    tokens.take('name', 'AND', (value) => value.toUpperCase() === 'AND');
    conditions.push(parseComparison(tokens));
  }
  return (summary) => conditions.every((condition) => condition(summary));
}

function parseComparison(tokens: Tokens): Filter {
  const name = tokens.take('name', `one of ${Object.keys(FIELDS).join(', ')}`, (value) => Object.hasOwn(FIELDS, value));
  tokens.take('symbol', '"="', (value) => value === '=');
  const field = FIELDS[name] as (summary: WorkflowExecutionSummary) => string;
  if (name !== 'ExecutionStatus') {
    const text = tokens.take('text', 'a text in quotes');
    return (summary) => field(summary) === text;
  }
  const status = STATUSES[tokens.take('text', `one of ${Object.keys(STATUSES).join(', ')}, in quotes`, (value) => Object.hasOwn(STATUSES, value))];
  return (summary) => field(summary) === status;
}

/** Blanks, then a name, a text in single or double quotes, or any one character. */
const TOKEN = /\s*(?:([A-Za-z_]\w*)|"([^"]*)"|'([^']*)'|(\S))/y;

class Tokens {
  readonly #query: string;
  #end = 0;
  next: Token;

  constructor(query: string) {
    this.#query = query;
    this.next = this.#read();
  }

  take(kind: Token['kind'], expected: string, fits: (value: string) => boolean = () => true): string {
    const { next } = this;
    if (next.kind !== kind || !fits(next.value)) throw wrong(this.#query, next, expected);
    this.next = this.#read();
    return next.value;
  }

  #read(): Token {
    TOKEN.lastIndex = this.#end;
    const match = TOKEN.exec(this.#query);
    if (!match) return { kind: 'end', value: '', at: this.#query.length };
    this.#end = TOKEN.lastIndex;
    const at = match.index + match[0].length - match[0].trimStart().length;
    const [, name, double, single, symbol = ''] = match;
    if (name !== undefined) return { kind: 'name', value: name, at };
    const text = double ?? single;
    return text === undefined ? { kind: 'symbol', value: symbol, at } : { kind: 'text', value: text, at };
  }
}

function wrong(query: string, { kind, value, at }: Token, expected: string): ServiceError {
  const found = kind === 'end' ? 'the end' : JSON.stringify(value);
  return new ServiceError('InvalidArgument', `query: expected ${expected} at position ${at + 1} of ${JSON.stringify(query)}, but found ${found}`, {
    details: { field: 'query', position: at + 1, expected },
  });
}
