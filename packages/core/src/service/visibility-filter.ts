/**
 * The filter language of lists and counts: Temporal's, without its ORDER BY and LIMIT, which its server refuses, too.
 *
 *     ExecutionStatus = "Running" AND (WorkflowType IN ("order", "refund") OR StartTime > "2026-01-01T00:00:00Z")
 *
 * As in SQL, what a run does not have is unknown: no comparison with it holds, and neither does the opposite.
 */

import type { DigestGroup, RunDigest } from '../common/run-digest.ts';
import { parseDatetime, type SearchAttributeTypes } from '../common/search-attribute-types.ts';
import type { WorkflowExecutionSummary } from '../protocol/workflow-service.ts';
import { type Field, type FieldValue, fieldNames, fieldOf, STATUS_NAMES } from './filter-fields.ts';
import { Tokens } from './filter-tokens.ts';
import { andOutlook, FAILS, HOLDS, notOutlook, type Outlook, outlookOf, type Page, presenceOf, type Test, UNKNOWN } from './outlook.ts';

export interface Filter {
  /** Whether every run meets it. */
  readonly isAll: boolean;
  readonly matches: (summary: WorkflowExecutionSummary) => boolean;
  /**
   * Which of the runs that a digest is of meet the filter: none, all, or some of them perhaps.
   *
   * @param group only those of the digest's group
   */
  readonly prospect: (digest: RunDigest, group?: DigestGroup) => 'none' | 'all' | 'some';
  /** Counts are to be given by the values of this field. */
  readonly groupBy?: Field;
}

/** `undefined`: not known. */
type Truth = boolean | undefined;
interface Condition {
  readonly truthOf: (summary: WorkflowExecutionSummary) => Truth;
  /** What `truthOf` may say of any of these runs. */
  readonly outlookOf: (page: Page) => Outlook;
}

interface Parser {
  readonly tokens: Tokens;
  readonly types: SearchAttributeTypes;
  depth: number;
}

const DEEPEST = 100;
const EQUALITY = ['=', '!='];
const ORDER = ['<', '<=', '>', '>='];
/** The operators of a field's kind, beside IS NULL and IS NOT NULL. */
const OPERATORS: Readonly<Record<Field['kind'], readonly string[]>> = {
  STATUS: [...EQUALITY, 'IN'],
  KEYWORD: [...EQUALITY, ...ORDER, 'IN', 'BETWEEN', 'STARTS_WITH'],
  KEYWORD_LIST: [...EQUALITY, 'IN'],
  TEXT: EQUALITY,
  INT: [...EQUALITY, ...ORDER, 'IN', 'BETWEEN'],
  DOUBLE: [...EQUALITY, ...ORDER, 'IN', 'BETWEEN'],
  BOOL: EQUALITY,
  DATETIME: [...EQUALITY, ...ORDER, 'IN', 'BETWEEN'],
};

/**
 * @param query the empty text matches all
 * @throws {ServiceError} `InvalidArgument` with the place and what was expected there
 */
export function parseFilter(query: string = '', types: SearchAttributeTypes = {}): Filter {
  const parser: Parser = { tokens: new Tokens(query), types, depth: 0 };
  const { tokens } = parser;
  const condition: Condition = tokens.next.kind === 'end' || tokens.isWord('GROUP') ? ALWAYS : parseOr(parser);
  const groupBy = parseGroupBy(parser);
  if (tokens.next.kind !== 'end') tokens.wrong('AND, OR, GROUP BY or the end');
  return {
    isAll: condition === ALWAYS,
    matches: (summary) => condition.truthOf(summary) === true,
    prospect(digest, group) {
      const outlook = condition.outlookOf({ digest, group });
      if (outlook === HOLDS) return 'all';
      return outlook & HOLDS ? 'some' : 'none';
    },
    ...(groupBy ? { groupBy } : {}),
  };
}

const ALWAYS: Condition = { truthOf: () => true, outlookOf: () => HOLDS };

function parseGroupBy({ tokens, types }: Parser): Field | undefined {
  if (!tokens.takeWord('GROUP')) return undefined;
  tokens.expectWord('BY');
  if (tokens.next.value !== 'ExecutionStatus') tokens.wrong('ExecutionStatus, the one field to group by');
  return fieldOf(tokens.take().value, types);
}

function parseOr(parser: Parser): Condition {
  const conditions = [parseAnd(parser)];
  while (parser.tokens.takeWord('OR')) conditions.push(parseAnd(parser));
  return any(conditions);
}

function parseAnd(parser: Parser): Condition {
  const conditions = [parseNot(parser)];
  while (parser.tokens.takeWord('AND')) conditions.push(parseNot(parser));
  return all(conditions);
}

function parseNot(parser: Parser): Condition {
  const { tokens } = parser;
  if (parser.depth >= DEEPEST) tokens.wrong(`at most ${DEEPEST} levels of parentheses and NOT`);
  parser.depth++;
  try {
    if (tokens.takeWord('NOT')) return not(parseNot(parser));
    if (!tokens.takeSymbol('(')) return parseComparison(parser);
    const condition = parseOr(parser);
    tokens.expectSymbol(')');
    return condition;
  } finally {
    parser.depth--;
  }
}

function parseComparison({ tokens, types }: Parser): Condition {
  const field = tokens.next.kind === 'name' ? fieldOf(tokens.next.value, types) : undefined;
  if (!field) return tokens.wrong(`one of ${fieldNames(types)}`);
  tokens.take();
  if (tokens.takeWord('IS')) {
    const isNot = tokens.takeWord('NOT');
    tokens.expectWord('NULL');
    const isNull: Condition = {
      truthOf: (summary) => field.read(summary).length === 0,
      outlookOf(page) {
        const presence = presenceOf(field, page);
        return (presence & HOLDS ? FAILS : 0) | (presence & UNKNOWN ? HOLDS : 0);
      },
    };
    return isNot ? not(isNull) : isNull;
  }
  const isNot = tokens.takeWord('NOT');
  const test = parseTest(tokens, field, isNot);
  const condition: Condition = {
    truthOf(summary) {
      const values = field.read(summary);
      return values.length === 0 ? undefined : values.some(test.holds);
    },
    outlookOf: outlookOf(field, test),
  };
  return isNot !== test.isNegated ? not(condition) : condition;
}

function parseTest(tokens: Tokens, field: Field, isAfterNot: boolean): Test & { readonly isNegated: boolean } {
  const allowed = OPERATORS[field.kind].filter((operator) => !isAfterNot || /[A-Z]/.test(operator));
  const { next } = tokens;
  const operator = next.value === '<>' ? '!=' : next.kind === 'name' ? next.value.toUpperCase() : next.value;
  if ((next.kind !== 'symbol' && next.kind !== 'name') || !allowed.includes(operator)) tokens.wrong(`${[...allowed, 'IS'].join(', ')} behind ${field.name}`);
  tokens.take();
  switch (operator) {
    case 'IN':
      return { ...parseList(tokens, field), isNegated: false };
    case 'BETWEEN':
      return { ...parseBetween(tokens, field), isNegated: false };
    case 'STARTS_WITH': {
      const prefix = String(parseValue(tokens, field));
      return { holds: (value) => String(value).startsWith(prefix), ...startingWith(prefix), isNegated: false };
    }
    default: {
      const wanted = parseValue(tokens, field);
      return { ...(field.kind === 'TEXT' ? { holds: sharesWord(String(wanted)) } : comparing(operator, wanted)), isNegated: operator === '!=' };
    }
  }
}

function parseList(tokens: Tokens, field: Field): Test {
  tokens.expectSymbol('(');
  const wanted = new Set<FieldValue>([parseValue(tokens, field)]);
  while (tokens.takeSymbol(',')) wanted.add(parseValue(tokens, field));
  tokens.expectSymbol(')');
  const ordered = [...wanted].sort((a, b) => (a < b ? -1 : 1));
  return { holds: (value) => wanted.has(value), wanted: ordered, span: [ordered[0] as FieldValue, ordered.at(-1) as FieldValue] };
}

function parseBetween(tokens: Tokens, field: Field): Test {
  const from = parseValue(tokens, field);
  tokens.expectWord('AND');
  const to = parseValue(tokens, field);
  return { holds: (value) => value >= from && value <= to, span: [from, to], isConvex: true };
}

/** A value of the field's kind. */
function parseValue(tokens: Tokens, { kind }: Field): FieldValue {
  const { kind: found, value } = tokens.next;
  const parsed = literalOf(kind, found, value);
  if (parsed === undefined) return tokens.wrong(EXPECTED[kind]);
  tokens.take();
  return parsed;
}

const STATUSES: ReadonlySet<string> = new Set(Object.values(STATUS_NAMES));

function literalOf(kind: Field['kind'], found: Tokens['next']['kind'], value: string): FieldValue | undefined {
  switch (kind) {
    case 'INT':
    case 'DOUBLE': {
      const number = found === 'number' ? Number(value) : Number.NaN;
      return Number.isNaN(number) || (kind === 'INT' && !Number.isInteger(number)) ? undefined : number;
    }
    case 'BOOL': {
      const word = found === 'name' ? value.toLowerCase() : '';
      return word === 'true' || word === 'false' ? word === 'true' : undefined;
    }
    case 'DATETIME':
      return found === 'text' ? parseDatetime(value) : undefined;
    case 'STATUS':
      return found === 'text' && STATUSES.has(value) ? value : undefined;
    default:
      return found === 'text' ? value : undefined;
  }
}

const TEXT = 'a text in quotes';
const EXPECTED: Readonly<Record<Field['kind'], string>> = {
  STATUS: `one of ${Object.values(STATUS_NAMES).join(', ')}, in quotes`,
  KEYWORD: TEXT,
  KEYWORD_LIST: TEXT,
  TEXT,
  INT: 'a whole number',
  DOUBLE: 'a number',
  BOOL: 'true or false',
  DATETIME: 'a moment in quotes, as "2026-01-31T12:00:00Z"',
};

/** `!=` is the opposite of `=`, taken by the caller. */
function comparing(operator: string, wanted: FieldValue): Test {
  const below = typeof wanted === 'string' ? '' : Number.NEGATIVE_INFINITY;
  switch (operator) {
    case '<':
      return { holds: (value) => value < wanted, span: [below, wanted], isConvex: true };
    case '<=':
      return { holds: (value) => value <= wanted, span: [below, wanted], isConvex: true };
    case '>':
      return { holds: (value) => value > wanted, isConvex: true, ...from(wanted) };
    case '>=':
      return { holds: (value) => value >= wanted, isConvex: true, ...from(wanted) };
    default:
      return { holds: (value) => value === wanted, wanted: [wanted], span: [wanted, wanted], isConvex: true };
  }
}

/** All texts with a prefix lie before the same text with its last character raised; where it cannot be, nothing is said. */
function startingWith(prefix: string): Pick<Test, 'span' | 'isConvex'> {
  const last = prefix.charCodeAt(prefix.length - 1);
  if (!(last < 0xffff)) return { isConvex: true };
  return { span: [prefix, prefix.slice(0, -1) + String.fromCharCode(last + 1)], isConvex: true };
}

/** There is no last text. */
const from = (wanted: FieldValue): Pick<Test, 'span'> => (typeof wanted === 'string' ? {} : { span: [wanted, Number.POSITIVE_INFINITY] });

/** A text has to do with another one when they share a word, whatever its case. */
function sharesWord(wanted: string): Test['holds'] {
  const words = new Set(wordsOf(wanted));
  return (value) => wordsOf(String(value)).some((word) => words.has(word));
}

const wordsOf = (text: string): readonly string[] => text.toLowerCase().match(/[\p{L}\p{N}_]+/gu) ?? [];

const not = (condition: Condition): Condition => ({
  truthOf(summary) {
    const truth = condition.truthOf(summary);
    return truth === undefined ? undefined : !truth;
  },
  outlookOf: (page) => notOutlook(condition.outlookOf(page)),
});

function all(conditions: readonly Condition[]): Condition {
  const [first] = conditions;
  if (first && conditions.length === 1) return first;
  return {
    truthOf(summary) {
      let truth: Truth = true;
      for (const condition of conditions) {
        const each = condition.truthOf(summary);
        if (each === false) return false;
        if (each === undefined) truth = undefined;
      }
      return truth;
    },
    outlookOf(page) {
      let outlook = HOLDS;
      for (const condition of conditions) {
        outlook = andOutlook(outlook, condition.outlookOf(page));
        if (outlook === FAILS) return FAILS;
      }
      return outlook;
    },
  };
}

function any(conditions: readonly Condition[]): Condition {
  return conditions.length === 1 ? all(conditions) : not(all(conditions.map(not)));
}
