/** Finds the modules of workflows in a module that serves them: the `import()`s in `serve({ workflows: … })`. */

/** A node of an ESTree, with positions. */
interface Node {
  readonly type: string;
  readonly start: number;
  readonly end: number;
  readonly [field: string]: unknown;
}

export interface WorkflowImport {
  /** Of the specifier, quotes included. */
  readonly start: number;
  readonly end: number;
  readonly value: string;
}

const SERVE_MODULE = '@perdure/core/serve';

/** @param program the syntax tree of a JavaScript module */
export function findWorkflowImports(program: unknown): WorkflowImport[] {
  const names = namesOfServe(program as Node);
  if (names.size === 0) return [];
  const found: WorkflowImport[] = [];
  visit(program as Node, (node) => {
    if (node.type !== 'CallExpression' || !isServe(node['callee'] as Node, names)) return;
    const [options] = node['arguments'] as Node[];
    if (options?.type !== 'ObjectExpression') return;
    for (const property of options['properties'] as Node[]) if (isNamed(property, 'workflows')) collectImports(property['value'] as Node, found);
  });
  return found;
}

/** Local names of `serve`, and of the whole module as "name.". */
function namesOfServe(program: Node): Set<string> {
  const names = new Set<string>();
  for (const statement of program['body'] as Node[]) {
    if (statement.type !== 'ImportDeclaration' || (statement['source'] as Node)['value'] !== SERVE_MODULE) continue;
    for (const specifier of statement['specifiers'] as Node[]) {
      const local = (specifier['local'] as Node)['name'] as string;
      if (specifier.type === 'ImportNamespaceSpecifier') names.add(`${local}.`);
      else if (nameOf(specifier['imported'] as Node | undefined) === 'serve') names.add(local);
    }
  }
  return names;
}

function isServe(callee: Node, names: ReadonlySet<string>): boolean {
  if (callee.type === 'Identifier') return names.has(callee['name'] as string);
  if (callee.type !== 'MemberExpression') return false;
  const object = callee['object'] as Node;
  return object.type === 'Identifier' && names.has(`${object['name'] as string}.`) && nameOf(callee['property'] as Node) === 'serve';
}

const isNamed = (property: Node, name: string): boolean => property.type === 'Property' && nameOf(property['key'] as Node) === name;

/** Of an identifier or a string. */
const nameOf = (node: Node | undefined): unknown => node?.['name'] ?? node?.['value'];

function collectImports(value: Node, found: WorkflowImport[]): void {
  visit(value, (node) => {
    if (node.type !== 'ImportExpression') return;
    const source = node['source'] as Node;
    if (typeof source['value'] === 'string') found.push({ start: source.start, end: source.end, value: source['value'] });
  });
}

function visit(node: Node, see: (node: Node) => void): void {
  see(node);
  for (const child of Object.values(node)) {
    if (Array.isArray(child)) for (const item of child) visitIfNode(item, see);
    else visitIfNode(child, see);
  }
}

function visitIfNode(value: unknown, see: (node: Node) => void): void {
  if (typeof value === 'object' && value !== null && typeof (value as Node).type === 'string') visit(value as Node, see);
}
