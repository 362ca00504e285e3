/** The types of rewards, under the names that they have in a file. */
import type { File, Node } from './syntax.ts';

type Per = 'completion' | 'group';

export interface RewardTypes {
  /** Of a type that a function is declared to have. */
  readonly perOfType: (type: Node) => Per | null;
  /** Of the type that a function's first parameter is declared to have. */
  readonly perOfInput: (type: Node) => Per | null;
  /** Of a comment before a function, as JavaScript has its types. */
  readonly perOfComment: (comment: string) => Per | null;
}

const MODULE = 'rlvr';
const PER: Readonly<Record<string, Per>> = { Reward: 'completion', GroupReward: 'group' };
const INPUT = 'RewardInput';

export function rewardTypes({ program }: File): RewardTypes {
  const imported = new Map<string, string>();
  const namespaces = new Set<string>();
  const aliases = aliasesOf(program.body);
  for (const statement of program.body) {
    if (statement.type !== 'ImportDeclaration' || statement.source.value !== MODULE) continue;
    for (const specifier of statement.specifiers) {
      if (specifier.type === 'ImportNamespaceSpecifier') namespaces.add(specifier.local.name);
      if (specifier.type === 'ImportSpecifier' && specifier.imported.type === 'Identifier')
        imported.set(specifier.local.name, specifier.imported.name);
    }
  }

  /** The name that a type has in `rlvr`; null for others. */
  const nameOf = (type: Node): string | null => {
    if (type.type === 'TSTypeAnnotation') return nameOf(type.typeAnnotation);
    if (type.type === 'TSParenthesizedType') return nameOf(type.typeAnnotation);
    if (type.type === 'TSImportType')
      return type.source.value === MODULE && type.qualifier?.type === 'Identifier' ? type.qualifier.name : null;
    if (type.type !== 'TSTypeReference') return null;
    const { typeName } = type;
    if (typeName.type === 'Identifier') return imported.get(typeName.name) ?? nameOfAlias(typeName.name);
    if (typeName.type !== 'TSQualifiedName' || typeName.left.type !== 'Identifier') return null;
    return namespaces.has(typeName.left.name) ? typeName.right.name : null;
  };

  /** `type Answered = Reward<Row>`, wherever it stands in the file. */
  const nameOfAlias = (name: string): string | null => {
    const type = aliases.get(name);
    // One that stands for itself, as while somebody types, is asked for once.
    aliases.delete(name);
    const found = type === undefined ? null : nameOf(type);
    if (found !== null) imported.set(name, found);
    return found;
  };

  const perOfInput = (type: Node): Per | null => {
    if (type.type === 'TSTypeAnnotation') return perOfInput(type.typeAnnotation);
    if (nameOf(type) === INPUT) return 'completion';
    const element = elementOf(type);
    return element !== null && nameOf(element) === INPUT ? 'group' : null;
  };

  return {
    perOfType: (type) => PER[nameOf(type) ?? ''] ?? null,
    perOfInput,
    perOfComment: (comment) => PER[COMMENTED.exec(comment)?.[1] ?? ''] ?? null,
  };
}

/** What is declared by `type`, by name. */
function aliasesOf(statements: readonly Node[]): Map<string, Node> {
  return new Map(
    statements.flatMap((statement): [string, Node][] => {
      const declaration =
        statement.type === 'ExportNamedDeclaration' && statement.declaration ? statement.declaration : statement;
      return declaration.type === 'TSTypeAliasDeclaration' ? [[declaration.id.name, declaration.typeAnnotation]] : [];
    }),
  );
}

/** `@type {import('rlvr').Reward<Row>}`, or with the name alone, which `@import` or `@typedef` makes known. */
const COMMENTED = /@(?:type|satisfies)\s*\{\s*(?:import\(\s*['"]rlvr['"]\s*\)\s*\.\s*)?(Reward|GroupReward)\b/;

/** Of `T[]`, `readonly T[]`, `Array<T>` and `ReadonlyArray<T>`. */
function elementOf(type: Node): Node | null {
  if (type.type === 'TSTypeOperator') return elementOf(type.typeAnnotation);
  if (type.type === 'TSArrayType') return type.elementType;
  if (type.type !== 'TSTypeReference' || type.typeName.type !== 'Identifier') return null;
  const isArray = type.typeName.name === 'Array' || type.typeName.name === 'ReadonlyArray';
  return isArray ? (type.typeArguments?.params[0] ?? null) : null;
}
