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
  return program.body.flatMap((statement): Export[] => {
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
        return commonJsExport(statement, statement.expression);
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

/** `exports.name = value`, `module.exports.name = value` */
function commonJsExport(statement: Node, expression: Expression): Export[] {
  if (expression.type !== 'AssignmentExpression' || expression.left.type !== 'MemberExpression') return [];
  const { object, property, computed } = expression.left;
  const isExports =
    object.type === 'MemberExpression'
      ? isNamed(object.object, 'module') && isNamed(object.property, 'exports')
      : isNamed(object, 'exports');
  if (!isExports || computed || property.type !== 'Identifier') return [];
  const value = expression.right;
  return [
    {
      name: property.name,
      declaration: statement,
      id: property,
      value,
      annotation: null,
      comment: commentOf(statement),
    },
  ];
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
