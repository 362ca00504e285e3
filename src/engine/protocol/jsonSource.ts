/** The text of a file of JSON with comments as a value, with the place in the file of each of its entries. */
import { findNodeAtLocation, parseTree, printParseErrorCode, type Node, type ParseError } from 'jsonc-parser';
import type { FaultyFileError, FileFault, Place, TextRange } from './faultyFile.ts';

/** Where an entry is in the file: `['rewards', 0, 'weight']`. */
export type EntryPath = readonly (string | number)[];

/** `rewards[0].weight`, or the name of the whole for its top. */
export function printEntry(path: EntryPath, whole: string): string {
  const text = path.map((key) => (typeof key === 'number' ? `[${key}]` : `.${key}`)).join('');
  return text === '' ? whole : text.replace(/^\./, '');
}

/** A file that has been read but not checked. */
export interface JsonSource {
  readonly value: unknown;
  /** Where the entry was given. Where an entry is missing, it is its section's place. */
  readonly locate: (entry: EntryPath) => Place;
}

/** What errors say of a file beyond what is wrong with it. */
export interface JsonFileKind {
  /** Of an empty file: what it needs. */
  readonly whenEmpty: string;
  readonly error: new (faults: readonly FileFault[]) => FaultyFileError;
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
  EndOfFileExpected: 'what the file says ends before this',
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
 * @throws the error of the file's kind, for a syntax error or a key given twice
 */
export function readJsonSource(text: string, fileName: string, kind: JsonFileKind): JsonSource {
  // A byte order mark is no part of the text; it becomes white space, so that columns stay what an editor shows.
  const source = text.replace(/^\uFEFF/, ' ');
  const placeOf = (range: TextRange): Place => {
    const before = source.slice(0, range.offset).split('\n');
    return { name: `${fileName}:${before.length}:${(before.at(-1) ?? '').length + 1}`, range };
  };
  const fail = (fault: FileFault['kind'], range: TextRange, message: string): never => {
    throw new kind.error([{ kind: fault, place: placeOf(range), message }]);
  };

  const errors: ParseError[] = [];
  const root = parseTree(source, errors, { allowTrailingComma: true, allowEmptyContent: true });
  // What follows the first error is mostly its consequence.
  const [error] = errors;
  if (error !== undefined) fail('syntax', error, `${syntaxMessage(error)}.`);
  if (root === undefined) {
    return fail('meaning', NOTHING, `this is empty. ${kind.whenEmpty}`);
  }

  return {
    value: valueOf(root, (key, range) => fail('meaning', range, `"${key}" is given twice; keep one of them.`)),
    locate: (entry) => {
      for (let length = entry.length; length > 0; length--) {
        const node = findNodeAtLocation(root, entry.slice(0, length));
        if (node !== undefined) return placeOf(rangeOf(node));
      }
      return placeOf(rangeOf(root));
    },
  };
}

const NOTHING: TextRange = { offset: 0, length: 0 };

/** An entry of an object begins at its key. Of what is long, objects and arrays, only the beginning is marked. */
function rangeOf(node: Node): TextRange {
  const isLong = node.children !== undefined;
  const { parent } = node;
  if (parent?.type !== 'property') return { offset: node.offset, length: isLong ? 1 : node.length };
  return { offset: parent.offset, length: isLong ? (parent.children?.[0]?.length ?? 1) : parent.length };
}

/** jsonc-parser's own conversion takes the last of two equal keys without a word. */
function valueOf(node: Node, refuseSecond: (key: string, range: TextRange) => never): unknown {
  const children = node.children ?? [];
  if (node.type === 'array') return children.map((child) => valueOf(child, refuseSecond));
  if (node.type !== 'object') {
    const value: unknown = node.value;
    return value;
  }
  const entries = new Map<string, unknown>();
  for (const { children: pair } of children) {
    const [keyNode, valueNode] = pair ?? [];
    if (keyNode === undefined || valueNode === undefined) continue;
    const key = String(keyNode.value);
    if (entries.has(key)) refuseSecond(key, keyNode);
    entries.set(key, valueOf(valueNode, refuseSecond));
  }
  // Object.fromEntries defines own properties, whatever the key: `__proto__` is a key like any other.
  return Object.fromEntries(entries);
}
