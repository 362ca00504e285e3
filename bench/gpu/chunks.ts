/**
 * Decoding in chunks (`src/engine/rollout/chunkGraph.ts`) against one token at a time, of a model of GPT-2 124M's shape: tokens a second, and
 * what passes between the processor's memory and the sessions. `node bench/gpu/chunks.ts <device>`; on a device with a memory of its own these
 * bytes are the way to it and back.
 */
import { mock } from 'node:test';
import { renderTable, type Column } from '../../src/engine/cli/table.ts';
import { loadModel } from '../../src/engine/model/loadModel.ts';
import { frozenParameters } from '../../src/engine/model/parameters.ts';
import { Tokenizer } from '../../src/engine/model/tokenizer.ts';
import { chooseProvider } from '../../src/engine/onnx/providers.ts';
import { Session, type Feeds } from '../../src/engine/onnx/session.ts';
import { CHUNK_STEPS } from '../../src/engine/rollout/chunkGraph.ts';
import { Generator } from '../../src/engine/rollout/generator.ts';
import { median } from '../editor/numbers.ts';
import { CONTEXT_PROMPT, readPrompts, withAssets } from '../speed/assets.ts';
import { generateRequest } from '../speed/works/policy.ts';

const ROWS = [8, 32];
/** Tokens of each row that are measured, after those of the first run, before which prompts are prefilled. A mean context of 256 or so. */
const MEASURED = 2 * CHUNK_STEPS;
const ROUNDS = 2;
const THREADS = 2;
const WIDTH = 120;
const MEGA = 1e6;

interface Turn {
  readonly seconds: number;
  /** Bytes, while tokens were decoded. */
  readonly fed: number;
  readonly fetched: number;
}

interface Result {
  readonly rows: number;
  readonly inChunks: boolean;
  readonly turns: readonly Turn[];
}

const ofTurns = ({ turns }: Result, read: (turn: Turn) => number): number => median(turns.map(read));
const megabytes = (bytes: number): string => (bytes / MEASURED / MEGA).toFixed(2);

const COLUMNS: readonly Column<Result>[] = [
  { title: 'rows', cell: ({ rows }) => String(rows) },
  { title: 'a run decodes', cell: ({ inChunks }) => (inChunks ? `${CHUNK_STEPS} tokens of each` : 'one of each') },
  {
    title: 'tokens/s',
    cell: (result) => ((result.rows * MEASURED) / ofTurns(result, ({ seconds }) => seconds)).toFixed(0),
    align: 'right',
  },
  { title: 'MB fed a step', cell: (result) => megabytes(ofTurns(result, ({ fed }) => fed)), align: 'right' },
  { title: 'MB returned', cell: (result) => megabytes(ofTurns(result, ({ fetched }) => fetched)), align: 'right' },
];

const runs = mock.method(Session.prototype, 'run').mock;

/** What all runs were fed and returned that were begun since they were forgotten last. */
async function bytesSince(): Promise<Pick<Turn, 'fed' | 'fetched'>> {
  const calls = runs.calls.slice();
  runs.resetCalls();
  let [fed, fetched] = [0, 0];
  for (const { arguments: given, result } of calls) {
    fed += bytesOf(given[0]);
    fetched += bytesOf((await result) ?? {});
  }
  return { fed, fetched };
}

function bytesOf(tensors: Feeds): number {
  return Object.values(tensors).reduce((sum, tensor) => sum + ('data' in tensor ? tensor.data.byteLength : 0), 0);
}

async function measure(folder: string, device: string): Promise<Result[]> {
  const model = await loadModel(folder);
  const tokenizer = await Tokenizer.load(folder);
  const { context } = await readPrompts(folder);
  const { providers, failure } = await chooseProvider(device);
  if (failure !== null) throw new Error(failure);
  const options = {
    architecture: model.architecture,
    parameters: frozenParameters(model.weights),
    adapter: null,
    feeds: () => ({}),
    weightsFolder: model.weightsFolder,
    tokenizer,
    eosTokenIds: [],
    providers,
    threads: THREADS,
    seed: 0,
  };
  const results: Result[] = [];
  for (const inChunks of [false, true]) {
    const generator = new Generator({ ...options, inChunks });
    for (const rows of ROWS) {
      const first = inChunks ? CHUNK_STEPS : 1;
      const turns: Turn[] = [];
      // The first call makes the sessions.
      for (let round = 0; round <= ROUNDS; round++) {
        const settings = { samples: 1, newTokens: first + MEASURED, round };
        const told: number[] = [];
        const onProgress = (): void => {
          if (told.length === 0) runs.resetCalls();
          told.push(performance.now());
        };
        await generator.generate(generateRequest(context.slice(0, rows), settings), { onProgress });
        const seconds = (performance.now() - (told[0] ?? NaN)) / 1000;
        const bytes = await bytesSince();
        if (round > 0) turns.push({ seconds, ...bytes });
      }
      results.push({ rows, inChunks, turns });
    }
    await generator.release();
  }
  return results;
}

const [, , device = 'cpu'] = process.argv;
await withAssets(async (folder) => {
  console.log(`${device}: ${MEASURED} tokens after prompts of ${CONTEXT_PROMPT}, in float32`);
  for (const line of renderTable(COLUMNS, await measure(folder, device), WIDTH)) console.log(line);
});
