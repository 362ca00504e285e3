/** Where a module exports a name. A look at the text, not a parse: it is for placing the cursor. */

/** Offset of the name where it is declared, or else of where it is exported; 0 where neither is found. */
export function exportPosition(source: string, name: string): number {
  const declared = find(source, `^[ \\t]*export[ \\t]+(?:async[ \\t]+)?${declaration(name)}`);
  if (declared !== null) return declared;
  if (name === 'default') return find(source, '^[ \\t]*export[ \\t]+(default)\\b') ?? 0;
  // `export { name }` and `export { local as name }`; CommonJS's `exports.name =`.
  const list = new RegExp(`export[ \\t]*\\{[^}]*?(?:(${IDENTIFIER})\\s+as\\s+)?\\b${escape(name)}\\b`, 'mu').exec(
    source,
  );
  if (list !== null) return find(source, `^[ \\t]*(?:async[ \\t]+)?${declaration(list[1] ?? name)}`) ?? list.index;
  return find(source, `^[ \\t]*(?:module\\.)?exports\\.(${escape(name)})[ \\t]*=`) ?? 0;
}

const IDENTIFIER = '[\\p{ID_Start}$_][\\p{ID_Continue}$]*';

function declaration(name: string): string {
  return `(?:function[ \\t]*\\*?|const|let|var|class)[ \\t]*(${escape(name)})(?![\\p{ID_Continue}$])`;
}

/** Offset of the first group. */
function find(source: string, pattern: string): number | null {
  return new RegExp(pattern, 'dmu').exec(source)?.indices?.[1]?.[0] ?? null;
}

function escape(name: string): string {
  return name.replaceAll(/[\\^$.*+?()[\]{}|/]/g, '\\$&');
}
