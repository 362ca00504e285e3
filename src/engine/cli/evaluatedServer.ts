/** `rlvr eval --policy`: a model behind an OpenAI-compatible API in the place of a policy. */
import { resolve } from 'node:path';
import { measureSentences } from '../analysis/lenient/lenientWords.ts';
import { accuracySentence } from '../analysis/outcome.ts';
import { serverCost } from '../analysis/servers/serverText.ts';
import { taskAccuracies } from '../analysis/taskWords.ts';
import { UsageError } from '../protocol/errors.ts';
import type { EngineEvent, MeasuredSummary } from '../protocol/events.ts';
import { serverForms, type TokenPrices } from '../protocol/policyServer.ts';
import { parsePrices } from '../protocol/tokenPrices.ts';
import { RUNS_FOLDER } from '../run/runsFolder.ts';
import type { EvaluatedServer, EvaluateServerOptions } from '../trainer/server/evaluateServer.ts';
import { experimentName } from '../words/naming.ts';
import { shownPath } from './advice.ts';
import { EXIT, type CommandIO } from './command.ts';
import { printJson } from './json.ts';
import { createProgress } from './progress.ts';
import { printable } from './text.ts';

type ServerOptions = Pick<EvaluateServerOptions, 'baseUrl' | 'model' | 'form' | 'prices' | 'requests' | 'runsDir'>;

/** The options of the command that are about a server, as they were given. */
export interface ServerArguments {
  readonly policy?: string | undefined;
  readonly 'policy-model'?: string | undefined;
  readonly 'policy-form'?: string | undefined;
  readonly 'policy-prices'?: string | undefined;
  readonly 'policy-requests'?: string | undefined;
  readonly runs?: string | undefined;
}

/** null where no server is asked for. @throws UsageError */
export function serverOptions(values: ServerArguments, cwd: string): ServerOptions | null {
  const { policy: baseUrl, 'policy-model': model, 'policy-form': named, 'policy-prices': prices, runs } = values;
  const { 'policy-requests': requests } = values;
  if (baseUrl === undefined) {
    const given = { 'policy-model': model, 'policy-form': named, 'policy-prices': prices };
    const surplus = Object.entries({ ...given, 'policy-requests': requests, runs }).find(
      ([, value]) => value !== undefined,
    );
    if (surplus !== undefined) throw new UsageError(`--${surplus[0]} goes with --policy URL.`);
    return null;
  }
  if (model === undefined) throw new UsageError('--policy needs --policy-model NAME, one of the models of the server.');
  const form = serverForms.find((known) => known === named);
  if (named !== undefined && form === undefined)
    throw new UsageError(`--policy-form must be ${serverForms.join(' or ')}, not "${named}".`);
  return {
    ...{ baseUrl, model, form },
    prices: prices === undefined ? null : pricesOf(prices),
    requests: requests === undefined ? undefined : requestsOf(requests),
    runsDir: resolve(cwd, runs ?? RUNS_FOLDER),
  };
}

function requestsOf(text: string): number {
  if (!/^[1-9]\d{0,3}$/.test(text))
    throw new UsageError(`--policy-requests must be how many requests go on at a time, such as 1, not "${text}".`);
  return Number(text);
}

function pricesOf(text: string): TokenPrices {
  const prices = parsePrices(text);
  if (!prices)
    throw new UsageError(
      `--policy-prices must be two prices of a million tokens, of prompts and of completions, such as 0.15,0.6, not "${text}".`,
    );
  return prices;
}

export async function evaluateOnServer(io: CommandIO, options: EvaluateServerOptions, json: boolean): Promise<number> {
  const { evaluateServer } = await import('../trainer/server/evaluateServer.ts');
  const progress = createProgress({ io, json, title: experimentName(options.path) });
  const print = (lines: readonly string[]): void => {
    for (const line of lines) io.stdout.write(`${printable(line)}\n`);
  };
  const emit = (event: EngineEvent): void => {
    if (event.event !== 'eval' || json) {
      progress.emit(event);
      return;
    }
    progress.finish();
    print([`${options.model} at ${options.baseUrl}:`, ...summaryLines(event)]);
  };
  try {
    io.signal.throwIfAborted();
    const evaluated = await evaluateServer(options, { emit, signal: io.signal });
    progress.finish();
    const { server, usage, cost, runDir } = evaluated;
    if (json) printJson(io.stdout, { event: 'server', ...server, usage, cost, runDir });
    else print(costLines(evaluated, io.cwd));
    return EXIT.done;
  } catch (error) {
    progress.finish();
    if (io.signal.aborted) return EXIT.stopped;
    throw error;
  }
}

function summaryLines(summary: MeasuredSummary): string[] {
  return [accuracySentence(summary), ...taskAccuracies(summary), ...measureSentences(summary)];
}

function costLines({ usage, cost, runDir }: EvaluatedServer, cwd: string): string[] {
  return [
    serverCost(usage, cost),
    runDir === null
      ? 'Of a sample, or of what is trained on, no run is kept.'
      : `Kept as a run, which can be compared with others: ${shownPath(runDir, cwd)}`,
  ];
}
