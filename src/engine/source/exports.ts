/** What a module exports by name, and where it is declared. */
import type { Expression, File, Node } from './syntax.ts';

export interface Export {
  /** `default` for the default export. */
  readonly name: string;
  /** The declaration as a whole, or, where the name comes from another file, its mention. */
  readonly declaration: Node;
  /** The name where it is declared. */
  readonly id: Node;
  /** What the name stands for; null where it comes from another file. */
  readonly value: Node | null;
  /** Of a constant or variable. */
  readonly annotation: Node | null;
  /** The comment right before the declaration, without its signs; '' where there is none. */
  readonly comment: string;
}

/** In the order of the text. */
export function exportsOf({ program }: File): readonly Export[] {
  const declared = new Map(program.body.flatMap(declarationsOf).map((one) => [one.name, one]));
  return program.body.flatMap((statement): readonly Export[] => {
    switch (statement.type) {
      case 'ExportNamedDeclaration':
        return [
          ...declarationsOf(statement),
          ...statement.specifiers.map((specifier): Export => {
            const name = nameOf(specifier.exported);
            const local = 'local' in specifier && !statement.source ? declared.get(nameOf(specifier.local)) : undefined;
            const mention = {
              declaration: statement,
              id: specifier.exported,
              value: null,
              annotation: null,
              comment: '',
            };
            return { ...(local ?? mention), name };
          }),
        ];
      case 'ExportDefaultDeclaration': {
        const value = statement.declaration;
        const known = value.type === 'Identifier' ? declared.get(value.name) : undefined;
        const id = ('id' in value ? value.id : null) ?? value;
        const own = { declaration: statement, id, value, annotation: null, comment: commentOf(statement) };
        return [{ ...(known ?? own), name: 'default' }];
      }
      case 'ExpressionStatement':
        return commonJsExports(statement, statement.expression, declared);
      default:
        return [];
    }
  });
}

/** Declarations at the top, exported there or not. */
function declarationsOf(statement: Node): Export[] {
  const declaration =
    statement.type === 'ExportNamedDeclaration' && statement.declaration ? statement.declaration : statement;
  const comment = commentOf(statement) || commentOf(declaration);
  if (declaration.type === 'VariableDeclaration')
    return declaration.declarations.flatMap((one): Export[] => {
      const { id, init } = one;
      if (id.type !== 'Identifier') return [];
      const whole = declaration.declarations.length === 1 ? statement : one;
      const annotation = id.typeAnnotation ?? null;
      return [{ name: id.name, declaration: whole, id, value: init ?? null, annotation, comment }];
    });
  if (declaration.type !== 'FunctionDeclaration' && declaration.type !== 'ClassDeclaration') return [];
  const { id } = declaration;
  return id ? [{ name: id.name, declaration: statement, id, value: declaration, annotation: null, comment }] : [];
}

/** What a CommonJS module exports: `exports.name = value`, `module.exports.name = value`, `module.exports = { name: value }`. */
function commonJsExports(
  statement: Node,
  expression: Expression,
  declared: ReadonlyMap<string, Export>,
): readonly Export[] {
  if (expression.type !== 'AssignmentExpression' || expression.left.type !== 'MemberExpression') return [];
  const { left, right } = expression;
  if (isModuleExports(left)) {
    if (right.type === 'ObjectExpression') return right.properties.flatMap((one) => propertyExport(one, declared));
    return [commonJsExport('default', { declaration: statement, id: left, value: right }, declared)];
  }
  const { object, property, computed } = left;
  const isOfExports = object.type === 'MemberExpression' ? isModuleExports(object) : isNamed(object, 'exports');
  if (!isOfExports || computed || property.type !== 'Identifier') return [];
  return [commonJsExport(property.name, { declaration: statement, id: property, value: right }, declared)];
}

function isModuleExports({ object, property, computed }: Extract<Node, { type: 'MemberExpression' }>): boolean {
  return !computed && isNamed(object, 'module') && isNamed(property, 'exports');
}

/** `name`, `name: value` and `name() { }` in an object. */
function propertyExport(property: Node, declared: ReadonlyMap<string, Export>): readonly Export[] {
  if (property.type !== 'ObjectProperty' && property.type !== 'ObjectMethod') return [];
  const { key, computed } = property;
  if (computed || key.type !== 'Identifier') return [];
  const value = property.type === 'ObjectMethod' ? property : property.value;
  return [commonJsExport(key.name, { declaration: property, id: key, value }, declared)];
}

/** Of a value with a name of its own, as it is declared. */
function commonJsExport(
  name: string,
  { declaration, id, value }: Pick<Export, 'declaration' | 'id'> & { readonly value: Node },
  declared: ReadonlyMap<string, Export>,
): Export {
  const known = value.type === 'Identifier' ? declared.get(value.name) : undefined;
  return { ...(known ?? { declaration, id, value, annotation: null, comment: commentOf(declaration) }), name };
}

function isNamed(node: Node, name: string): boolean {
  return node.type === 'Identifier' && node.name === name;
}

/** An exported name may be a string. */
function nameOf(node: { type: 'Identifier'; name: string } | { type: 'StringLiteral'; value: string }): string {
  return node.type === 'Identifier' ? node.name : node.value;
}

function commentOf(node: Node): string {
  return node.leadingComments?.at(-1)?.value ?? '';
}
