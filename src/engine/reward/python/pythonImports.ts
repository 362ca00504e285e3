/** Which modules a text in Python imports: a look at its lines, not a run of it. */

export interface PythonImport {
  /** Dots in front: 0 for an import by full name, 1 for one from the package that the module is in, ... */
  readonly level: number;
  /** Parts of the name, such as `['package', 'module']`; empty for `from . import name`. */
  readonly module: readonly string[];
  /** What is imported from it, each of which may be a module too. */
  readonly names: readonly string[];
}

/** Statements go on over lines that end with a backslash, and within brackets. */
const FROM = /^[ \t]*from[ \t]+(\.*)[ \t]*([\w.]*)[ \t]+import[ \t]+(?:\(([^)]*)\)|([^\n;#]*))/gmu;
const IMPORT = /^[ \t]*import[ \t]+([^\n;#]*)/gmu;
const COMMENT = /#[^\n]*/g;

/**
 * What is imported by statements that begin a line, in any block. Imports that are made by a call (`importlib.import_module`) are not
 * found, and words in a string that look like an import are: looking for a file that is not there does no harm.
 */
export function pythonImports(text: string): readonly PythonImport[] {
  const joined = text.replaceAll(/\\\r?\n/g, ' ');
  const from = [...joined.matchAll(FROM)].map(([, dots = '', module = '', bracketed, plain = '']): PythonImport => ({
    level: dots.length,
    module: partsOf(module),
    names: namesOf((bracketed ?? plain).replaceAll(COMMENT, '')),
  }));
  const plain = [...joined.matchAll(IMPORT)].flatMap(([, list = '']) =>
    namesOf(list).map((name): PythonImport => ({ level: 0, module: partsOf(name), names: [] })),
  );
  return [...from, ...plain];
}

/** Without what they are renamed to. */
function namesOf(list: string): string[] {
  return list
    .split(',')
    .map((one) => one.trim().split(/\s+/)[0] ?? '')
    .filter((name) => name !== '' && name !== '*');
}

function partsOf(name: string): string[] {
  return name.split('.').filter((part) => part !== '');
}
