/** The text of an experiment file as a value, with the place in the file of each of its entries. */
import { findNodeAtLocation, parseTree, printParseErrorCode, type Node, type ParseError } from 'jsonc-parser';
import { UserError } from './errors.ts';

/** Where an entry is in the experiment: `['rewards', 0, 'weight']`. */
export type EntryPath = readonly (string | number)[];

/** An experiment that has been read but not checked. */
export interface ExperimentSource {
  readonly value: unknown;
  /**
   * Where the entry was given, for an error message: `demo.rlvr.json:3:5`, or the `--set` that gave it. Where an entry is missing,
   * its section is named.
   */
  readonly locate: (entry: EntryPath) => string;
}

const syntaxMessages: Readonly<Record<string, string>> = {
  InvalidSymbol: 'this is not a JSON value; text needs double quotes',
  InvalidNumberFormat: 'this is not a number as JSON writes it',
  PropertyNameExpected: 'a key in double quotes is expected here',
  ValueExpected: 'a value is expected here',
  ColonExpected: 'a colon is expected here',
  CommaExpected: 'a comma is expected here',
  CloseBraceExpected: 'a closing } is expected here',
  CloseBracketExpected: 'a closing ] is expected here',
  EndOfFileExpected: 'the experiment ends before this',
  UnexpectedEndOfComment: 'this comment is never closed',
  UnexpectedEndOfString: 'this text has no closing quote',
  UnexpectedEndOfNumber: 'this number is cut off',
  InvalidUnicode: 'this \\u escape is not valid',
  InvalidEscapeCharacter: 'this escape is not one of JSON',
  InvalidCharacter: 'this character must be escaped in JSON',
};

function syntaxMessage(error: ParseError): string {
  const code = printParseErrorCode(error.error);
  return syntaxMessages[code] ?? code;
}

/**
 * Reads JSON with comments and trailing commas.
 *
 * @param fileName as errors shall call it
 * @throws {UserError} for a syntax error or a key given twice, with line and column, from 1
 */
export function readExperimentSource(text: string, fileName: string): ExperimentSource {
  // A byte order mark is no part of the text; it becomes white space, so that columns stay what an editor shows.
  const source = text.replace(/^\uFEFF/, ' ');
  const place = (offset: number): string => {
    const before = source.slice(0, offset).split('\n');
    return `${fileName}:${before.length}:${(before.at(-1) ?? '').length + 1}`;
  };

  const errors: ParseError[] = [];
  const root = parseTree(source, errors, { allowTrailingComma: true, allowEmptyContent: true });
  // What follows the first error is mostly its consequence.
  const [error] = errors;
  if (error !== undefined) throw new UserError(`${place(error.offset)}  ${syntaxMessage(error)}.`);
  if (root === undefined) {
    throw new UserError(`${fileName} is empty. An experiment needs at least "model", "dataset" and "rewards".`);
  }

  return {
    value: valueOf(root, place),
    locate: (entry) => {
      for (let length = entry.length; length > 0; length--) {
        const node = findNodeAtLocation(root, entry.slice(0, length));
        // An entry of an object begins at its key.
        if (node !== undefined) return place(node.parent?.type === 'property' ? node.parent.offset : node.offset);
      }
      return place(root.offset);
    },
  };
}

/** jsonc-parser's own conversion takes the last of two equal keys without a word. */
function valueOf(node: Node, place: (offset: number) => string): unknown {
  const children = node.children ?? [];
  if (node.type === 'array') return children.map((child) => valueOf(child, place));
  if (node.type !== 'object') {
    const value: unknown = node.value;
    return value;
  }
  const entries = new Map<string, unknown>();
  for (const { children: pair, offset } of children) {
    const [keyNode, valueNode] = pair ?? [];
    if (keyNode === undefined || valueNode === undefined) continue;
    const key = String(keyNode.value);
    if (entries.has(key)) throw new UserError(`${place(offset)}  "${key}" is given twice; keep one of them.`);
    entries.set(key, valueOf(valueNode, place));
  }
  // Object.fromEntries defines own properties, whatever the key: `__proto__` is a key like any other.
  return Object.fromEntries(entries);
}
