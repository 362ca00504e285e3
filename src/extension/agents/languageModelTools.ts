/** The tools of `protocol/agentTools.ts` for the editor's own agents (`vscode.lm`), where this editor has such. */
import * as vscode from 'vscode';
import type { z } from 'zod';
import { experimentInside } from '../../engine/analysis/agents/projects.ts';
import {
  listRunsTool,
  runMetricsTool,
  startTrainingTool,
  stopTrainingTool,
  worstProblemsTool,
  type AgentTool,
  type StartTrainingInput,
} from '../../engine/protocol/agentTools.ts';
import { schemaWords } from '../../engine/protocol/schemaWords.ts';
import type { Disposable } from '../common/disposable.ts';
import type { AgentHost } from './agentHost.ts';
import { hasAgentTools } from './available.ts';

/** What the person is asked before the tool does anything. */
interface Confirmation {
  readonly title: string;
  readonly message: vscode.MarkdownString;
}

interface ToolActions<Input> {
  /** Shown while the tool works. */
  readonly working: string;
  readonly confirm?: (input: Input) => Confirmation;
  /** Rejects with UserError for what the agent can mend. */
  readonly answer: (input: Input, token: vscode.CancellationToken) => Promise<string>;
}

export function registerLanguageModelTools(host: AgentHost): Disposable {
  if (!hasAgentTools()) return new vscode.Disposable(() => {});
  const { data } = host;
  return vscode.Disposable.from(
    register(listRunsTool, {
      working: vscode.l10n.t('Listing runs'),
      answer: (input) => data.call('agentListRuns', { places: host.places(), input }),
    }),
    register(runMetricsTool, {
      working: vscode.l10n.t('Reading the metrics of a run'),
      answer: (input) => data.call('agentRunMetrics', { places: host.places(), input }),
    }),
    register(worstProblemsTool, {
      working: vscode.l10n.t('Reading the problems a run solves least'),
      answer: (input) => data.call('agentWorstProblems', { places: host.places(), input }),
    }),
    register(startTrainingTool, {
      working: vscode.l10n.t('Starting training'),
      confirm: confirmStart,
      answer: async ({ experiment, overrides }, token) => {
        requireTrust();
        const runDir = await host.start(experimentInside(host.projects(), experiment), overrides, token);
        if (runDir === null)
          return vscode.l10n.t(
            'It waits for a free core: other training has the machine. Once it begins, it is listed.',
          );
        return vscode.l10n.t('The run has begun. Its folder is {0}.', runDir);
      },
    }),
    register(stopTrainingTool, {
      working: vscode.l10n.t('Stopping training'),
      confirm: ({ run }) => ({
        title: vscode.l10n.t('Stop training?'),
        message: quoted(vscode.l10n.t('This run stops within a second and can be resumed:'), run),
      }),
      answer: async ({ run }) => {
        requireTrust();
        await host.stop(await data.call('agentFindRun', { places: host.places(), run }));
        return vscode.l10n.t('Run {0} has stopped and can be resumed.', run);
      },
    }),
  );
}

function register<Input extends z.ZodType>(
  { name, input: schema }: AgentTool<Input>,
  { working, confirm, answer }: ToolActions<z.output<Input>>,
): Disposable {
  return vscode.lm.registerTool<unknown>(name, {
    prepareInvocation: ({ input }) => {
      if (confirm === undefined) return { invocationMessage: working };
      requireTrust();
      return { invocationMessage: working, confirmationMessages: confirm(parse(schema, input)) };
    },
    invoke: async ({ input }, token) => {
      const text = await answer(parse(schema, input), token);
      return new vscode.LanguageModelToolResult([new vscode.LanguageModelTextPart(text)]);
    },
  });
}

/** The agent reads the message, and may try again. */
function parse<Input extends z.ZodType>(schema: Input, input: unknown): z.output<Input> {
  const parsed = schema.safeParse(input);
  if (parsed.success) return parsed.data;
  throw new Error(`The arguments do not fit: ${schemaWords(parsed.error)}`);
}

function requireTrust(): void {
  if (vscode.workspace.isTrusted) return;
  throw new Error('This workspace is not trusted, so training can be neither started nor stopped by an agent.');
}

function confirmStart({ experiment, overrides }: StartTrainingInput): Confirmation {
  return {
    title: vscode.l10n.t('Start training?'),
    message: quoted(
      vscode.l10n.t(
        'This runs the reward code of the experiment and takes the processor until it ends or you stop it:',
      ),
      [experiment, ...overrides].join('\n'),
    ),
  };
}

/** What an agent wrote is shown as it is, never as Markdown. */
function quoted(sentence: string, text: string): vscode.MarkdownString {
  return new vscode.MarkdownString(sentence).appendCodeblock(text, 'text');
}
