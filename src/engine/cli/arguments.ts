/** Arguments of a command: `parseArgs` of Node, with errors that name the nearest option and what is missing. */
import { parseArgs, type ParseArgsOptionsConfig } from 'node:util';
import { UsageError } from '../protocol/errors.ts';
import { nearest } from '../protocol/nearest.ts';

type Parsed<Options extends ParseArgsOptionsConfig> = ReturnType<
  typeof parseArgs<{ args: string[]; options: Options; allowPositionals: true; strict: true }>
>;

type Positionals<Names extends readonly string[]> = { readonly [Index in keyof Names]: string };

export interface ArgumentSpec<Options extends ParseArgsOptionsConfig, Names extends readonly string[]> {
  /** As `parseArgs` of node:util takes them. */
  readonly options: Options;
  /** What each positional argument is, in order, as errors call it; all are required. */
  readonly positionals: Names;
  /** Whether more may follow them. */
  readonly more?: boolean;
}

/**
 * Options may stand anywhere; behind `--` everything is positional.
 *
 * @throws UsageError for an option that is unknown, lacks its value or has one too many, and for too few or too many positionals
 */
export function parseArguments<const Options extends ParseArgsOptionsConfig, const Names extends readonly string[]>(
  args: readonly string[],
  { options, positionals: names, more = false }: ArgumentSpec<Options, Names>,
): {
  readonly values: Parsed<Options>['values'];
  readonly positionals: Positionals<Names>;
  /** The positional arguments behind the named ones. */
  readonly more: readonly string[];
} {
  const parsed = parse(args, options);
  const positionals = parsed.positionals.slice(0, names.length);
  const rest = parsed.positionals.slice(names.length);
  checkPositionals(positionals, names);
  const [unexpected] = rest;
  if (unexpected !== undefined && !more) throw new UsageError(`Unexpected argument "${unexpected}".`);
  return { values: parsed.values, positionals, more: rest };
}

function parse<const Options extends ParseArgsOptionsConfig>(
  args: readonly string[],
  options: Options,
): Parsed<Options> {
  try {
    return parseArgs({ args: [...args], options, allowPositionals: true, strict: true });
  } catch (error) {
    if (!(error instanceof Error) || !('code' in error)) throw error;
    if (error.code === 'ERR_PARSE_ARGS_UNKNOWN_OPTION') throw unknownOption(args, options);
    if (error.code === 'ERR_PARSE_ARGS_INVALID_OPTION_VALUE') throw new UsageError(sentence(error.message));
    throw error;
  }
}

function checkPositionals<Names extends readonly string[]>(
  given: readonly string[],
  names: Names,
): asserts given is Positionals<Names> {
  const missing = names[given.length];
  if (missing !== undefined) throw new UsageError(`The ${missing} is missing.`);
}

function unknownOption(args: readonly string[], options: ParseArgsOptionsConfig): UsageError {
  const { tokens } = parseArgs({ args: [...args], options, strict: false, tokens: true });
  const unknown = tokens.find((token) => token.kind === 'option' && !Object.hasOwn(options, token.name));
  if (unknown?.kind !== 'option') throw new Error(`No unknown option in ${JSON.stringify(args)}`);
  const known = Object.keys(options);
  const suggestion = nearest(unknown.name, known);
  const hint =
    suggestion === undefined
      ? `Options are ${known.map((name) => `--${name}`).join(', ')}.`
      : `Did you mean --${suggestion}?`;
  return new UsageError(`Unknown option ${unknown.rawName}. ${hint}`);
}

/** Node's message, `Option '--runs <value>' argument missing` or several lines, as one that ends like ours. */
function sentence(message: string): string {
  const line = message.replaceAll(/\s+/g, ' ').trim();
  return line.endsWith('.') ? line : `${line}.`;
}
