/** The breakpoint that "Debug This Score" sets stops in the function, on the very input, in the lines of the reward file. */
import assert from 'node:assert/strict';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { SourceMap } from 'node:module';
import { dirname, join, resolve } from 'node:path';
import { test, type TestContext } from 'node:test';
import { pathToFileURL } from 'node:url';
import { z } from 'zod';
import { findRewardFunctions } from '../../src/engine/source/rewardFunctions.ts';
import { breakpointPlace } from '../../src/extension/cases/breakpointPlace.ts';
import { prepareDebugging } from '../../src/extension/cases/debuggedCall.ts';
import { temporaryFolder } from '../run/samples.ts';
import { Inspected } from '../support/inspected.ts';
import { HANG_LIMIT } from '../support/trainingProject.ts';

const mapSchema = z.object({
  version: z.number(),
  sources: z.array(z.string()),
  names: z.array(z.string()),
  mappings: z.string(),
  file: z.string().default(''),
  sourcesContent: z.array(z.string()).default([]),
  sourceRoot: z.string().default(''),
});

interface Position {
  readonly line: number;
  readonly column: number;
}

/** From a module's lines to those of the file it was made of, and back; all from 0. */
class Mapping {
  readonly #module: string;
  readonly #text: string;
  readonly #map: SourceMap;

  constructor(module: string) {
    this.#module = module;
    this.#text = readFileSync(module, 'utf8');
    const [, encoded = ''] = /sourceMappingURL=data:application\/json;base64,(\S+)/.exec(this.#text) ?? [];
    this.#map = new SourceMap(mapSchema.parse(JSON.parse(Buffer.from(encoded, 'base64').toString('utf8'))));
  }

  /** The first place of the module that comes from there or from behind it on its line, as debuggers look it up. */
  generated(file: string, { line, column }: Position): Position {
    const found = this.#text.split('\n').flatMap((code, at) =>
      Array.from({ length: code.length }, (_, from) => from).flatMap((from) => {
        const origin = this.#origin({ line: at, column: from });
        return origin?.file === file && origin.line === line && origin.column >= column
          ? [{ line: at, column: from, origin: origin.column }]
          : [];
      }),
    );
    const [first] = found.sort((a, b) => a.origin - b.origin || a.line - b.line || a.column - b.column);
    return first ?? assert.fail('the map has no such line');
  }

  original(position: Position): Position {
    return this.#origin(position) ?? assert.fail('it comes from no file');
  }

  #origin({ line, column }: Position): (Position & { readonly file: string }) | null {
    const entry = this.#map.findEntry(line, column);
    if (!('originalSource' in entry)) return null;
    const file = resolve(dirname(this.#module), entry.originalSource);
    return { file, line: entry.originalLine, column: entry.originalColumn };
  }
}

const pausedSchema = z.object({
  callFrames: z.array(
    z.object({
      callFrameId: z.string(),
      functionName: z.string(),
      location: z.object({ lineNumber: z.number(), columnNumber: z.number() }),
    }),
  ),
});

/** Where a function of a text is stopped in, and what `expression` is worth there. */
async function stopIn(
  t: TestContext,
  text: string,
  expression: string,
): Promise<{ readonly line: number; readonly value: unknown }> {
  const baseDir = temporaryFolder();
  const file = join(baseDir, 'reward.ts');
  writeFileSync(file, text);
  const completions = ['first', 'second'].map((completion) => ({ text: completion, tokens: 3 }));
  const group = { row: { answer: '42' }, prompt: 'p', completions };
  const call = { file, baseDir, function: 'correct', per: 'completion', options: {}, group, index: 1 } as const;
  const { configuration, folder } = await prepareDebugging(call, { path: process.execPath, electron: false }, null);
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  const module = configuration.args[2] ?? '';
  const [found = assert.fail()] = findRewardFunctions(file, text, ['correct']);
  const mapping = new Mapping(module);
  const { line: lineNumber, column: columnNumber } = mapping.generated(file, breakpointPlace(text, found.bodyPlace));

  const program = await Inspected.start(configuration.program, configuration.args, baseDir);
  t.after(() => program.close());
  await program.ask('Debugger.enable');
  await program.ask('Runtime.enable');
  await program.ask('Runtime.runIfWaitingForDebugger');
  await program.event('Debugger.paused');
  await program.ask('Debugger.setBreakpointByUrl', { url: pathToFileURL(module).href, lineNumber, columnNumber });
  await program.ask('Debugger.resume');
  const { callFrames } = pausedSchema.parse(await program.event('Debugger.paused'));
  const [frame = assert.fail()] = callFrames;
  assert.equal(frame.functionName, 'correct');
  const evaluated = await program.ask('Debugger.evaluateOnCallFrame', { callFrameId: frame.callFrameId, expression });
  const { value } = z.object({ result: z.object({ value: z.unknown() }) }).parse(evaluated).result;
  const { lineNumber: line, columnNumber: column } = frame.location;
  return { line: mapping.original({ line, column }).line, value };
}

test('in a block, at its first statement', HANG_LIMIT, async (t) => {
  const text = `import type { Reward } from 'rlvr';

/** One. */
export const correct: Reward<{ answer: string }> = ({ completion, answer }) => {
  // Not here.
  const last: string = completion.slice(-2);
  return last === answer ? 1 : 0;
};
`;
  const stopped = await stopIn(t, text, '`${completion} ${answer}`');
  assert.deepEqual([stopped.line, stopped.value], [5, 'second 42']);
});

test('in an expression on the line of its declaration, and not where that is evaluated', HANG_LIMIT, async (t) => {
  const text = 'export const correct = ({ completion, answer }) => (completion === answer ? 1 : 0);\n';
  const stopped = await stopIn(t, text, '`${completion} ${answer}`');
  assert.deepEqual([stopped.line, stopped.value], [0, 'second 42']);
});

test('in a function declaration', HANG_LIMIT, async (t) => {
  const text = 'export async function correct(input) {\n  await null;\n  return input.completion.length;\n}\n';
  const stopped = await stopIn(t, text, 'input.completionTokens + input.index');
  assert.deepEqual([stopped.line, stopped.value], [1, 4]);
});
