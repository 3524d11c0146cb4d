/**
 * Lets the devtools see the variables of workflow code: each async function, and each block in it that awaits, tells of the variables that it declares
 * while it runs. What is put in stands on the lines that are there, so positions keep their lines. It asks one property of the realm, which is there only
 * in replays for the devtools (`workflow/variables.ts`).
 */

interface Node {
  readonly type: string;
  readonly start: number;
  readonly end: number;
  readonly [field: string]: unknown;
}

interface Insertion {
  readonly at: number;
  readonly text: string;
}

const FUNCTIONS: ReadonlySet<string> = new Set(['FunctionDeclaration', 'FunctionExpression', 'ArrowFunctionExpression']);
const REALM = 'globalThis[Symbol.for("perdure.variables")]';

/** @param program the syntax tree of `code`, a JavaScript module */
export function probeVariables(code: string, program: unknown): string {
  const insertions: Insertion[] = [];
  visitFunctions(program as Node, undefined, insertions);
  let result = code;
  for (const { at, text } of insertions.sort((a, b) => b.at - a.at)) result = result.slice(0, at) + text + result.slice(at);
  return result;
}

function visitFunctions(node: Node, nameFromAround: string | undefined, into: Insertion[]): void {
  if (FUNCTIONS.has(node.type)) probeFunction(node, nameFromAround, into);
  for (const [child, name] of childrenWithNames(node)) visitFunctions(child, name, into);
}

function probeFunction(node: Node, nameFromAround: string | undefined, into: Insertion[]): void {
  const body = node['body'] as Node;
  if (node['async'] !== true || body.type !== 'BlockStatement' || !awaits(body)) return;
  const name = nameOf(node['id'] as Node | null) ?? nameFromAround ?? '';
  const names = [...(node['params'] as Node[]).flatMap(namesBound), ...namesDeclared(body), ...namesOfVars(body)];
  wrap(body, '__perdure_f', `${REALM}?.(${JSON.stringify(name)}, ${reader(names)})`, into);
  let count = 0;
  const visitBlocks = (at: Node, fromHeader: readonly string[]): void => {
    if (FUNCTIONS.has(at.type)) return;
    if (at.type === 'BlockStatement' && at !== body && awaits(at)) {
      const own = [...fromHeader, ...namesDeclared(at)];
      if (own.length > 0) wrap(at, `__perdure_b${++count}`, `__perdure_f?.block(${reader(own)})`, into);
    }
    const header = namesOfHeader(at);
    for (const child of childrenOf(at)) visitBlocks(child, child === at['body'] ? header : []);
  };
  visitBlocks(body, []);
}

/** In a `try`, since the variables of the block are seen from within it only. */
function wrap({ start, end }: Node, handle: string, begin: string, into: Insertion[]): void {
  into.push({ at: start + 1, text: ` let ${handle}; try { ${handle} = ${begin};` }, { at: end - 1, text: ` } finally { ${handle}?.end(); } ` });
}

/** Variables are read one by one, when asked: one may not be initialized yet. */
const reader = (names: readonly string[]): string => `() => [${[...new Set(names)].map((name) => `[${JSON.stringify(name)}, () => ${name}]`).join(', ')}]`;

/** Whether code of this very function awaits in there. */
function awaits(node: Node): boolean {
  if (node.type === 'AwaitExpression' || (node.type === 'ForOfStatement' && node['await'] === true)) return true;
  return childrenOf(node).some((child) => !FUNCTIONS.has(child.type) && awaits(child));
}

/** What a block's own statements declare, functions and classes left out. */
const namesDeclared = (block: Node): string[] =>
  (block['body'] as Node[]).flatMap((statement) => (statement.type === 'VariableDeclaration' ? namesOfDeclaration(statement) : []));

/** What `var` declares anywhere in the function. */
function namesOfVars(node: Node): string[] {
  if (FUNCTIONS.has(node.type)) return [];
  const own = node.type === 'VariableDeclaration' && node['kind'] === 'var' ? namesOfDeclaration(node) : [];
  return [...own, ...childrenOf(node).flatMap(namesOfVars)];
}

/** The variables of a loop or of a `catch`, which are seen in its body. */
function namesOfHeader(node: Node): string[] {
  const header = (node['init'] ?? node['left']) as Node | null | undefined;
  if (/^For/.test(node.type) && header?.type === 'VariableDeclaration') return namesOfDeclaration(header);
  return node.type === 'CatchClause' && node['param'] ? namesBound(node['param'] as Node) : [];
}

const namesOfDeclaration = (declaration: Node): string[] => (declaration['declarations'] as Node[]).flatMap(({ id }) => namesBound(id as Node));

function namesBound(pattern: Node): string[] {
  switch (pattern.type) {
    case 'Identifier':
      return [pattern['name'] as string];
    case 'AssignmentPattern':
      return namesBound(pattern['left'] as Node);
    case 'RestElement':
      return namesBound(pattern['argument'] as Node);
    case 'ArrayPattern':
      return (pattern['elements'] as (Node | null)[]).flatMap((element) => (element ? namesBound(element) : []));
    case 'ObjectPattern':
      return (pattern['properties'] as Node[]).flatMap((property) => namesBound(property.type === 'Property' ? (property['value'] as Node) : property));
    default:
      return [];
  }
}

const nameOf = (node: Node | null | undefined): string | undefined => node?.['name'] as string | undefined;

/** With the name that a function gets from where it stands. */
function childrenWithNames(node: Node): [Node, string | undefined][] {
  const name =
    node.type === 'VariableDeclarator'
      ? nameOf(node['id'] as Node)
      : node.type === 'Property' || node.type === 'MethodDefinition' || node.type === 'PropertyDefinition'
        ? nameOf(node['key'] as Node)
        : undefined;
  return childrenOf(node).map((child) => [child, name]);
}

function childrenOf(node: Node): Node[] {
  const children: Node[] = [];
  for (const value of Object.values(node)) {
    if (Array.isArray(value)) children.push(...value.filter(isNode));
    else if (isNode(value)) children.push(value);
  }
  return children;
}

const isNode = (value: unknown): value is Node => typeof value === 'object' && value !== null && typeof (value as { type?: unknown }).type === 'string';
