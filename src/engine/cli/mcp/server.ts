/** The tools of `protocol/agentTools.ts` over the Model Context Protocol. */
import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import { StdioServerTransport } from '@modelcontextprotocol/sdk/server/stdio.js';
import type { CallToolResult } from '@modelcontextprotocol/sdk/types.js';
import type { z } from 'zod';
import type { RunPlaces } from '../../analysis/agents/places.ts';
import { compareRunsText } from '../../analysis/agents/runComparison.ts';
import { runMetricsText } from '../../analysis/agents/runMetrics.ts';
import { listRunsText } from '../../analysis/agents/runSummaries.ts';
import { worstProblemsText } from '../../analysis/agents/worstProblemsText.ts';
import {
  compareRunsTool,
  listRunsTool,
  runMetricsTool,
  startTrainingTool,
  stopTrainingTool,
  worstProblemsTool,
  type AgentTool,
} from '../../protocol/agentTools.ts';
import { UserError } from '../../protocol/errors.ts';
import { VERSION } from '../version.ts';
import type { AgentTraining } from './training.ts';

/** Bytes of one message: the longest that a client has reason to send, a start with twenty overrides, is some kilobytes. */
const MAX_MESSAGE_BYTES = 1024 * 1024;

/** Answers until stdin ends or `signal` aborts. @param training null where agents may only read */
export async function serveAgents(
  places: RunPlaces,
  training: AgentTraining | null,
  signal: AbortSignal,
): Promise<void> {
  const server = new McpServer({ name: 'rlvr', title: 'RLVR-Ops', version: VERSION });
  register(server, listRunsTool, (input) => listRunsText(places, input));
  register(server, runMetricsTool, (input) => runMetricsText(places, input));
  register(server, worstProblemsTool, (input) => worstProblemsText(places, input));
  register(server, compareRunsTool, (input) => compareRunsText(places, input));
  if (training !== null) {
    register(server, startTrainingTool, (input) => training.start(input), { readOnly: false });
    register(server, stopTrainingTool, ({ run }) => training.stop(run), { readOnly: false });
  }
  const transport = new StdioServerTransport(process.stdin, process.stdout, { maxBufferSize: MAX_MESSAGE_BYTES });
  const ended = new Promise<void>((resolve) => {
    process.stdin.once('end', resolve);
    process.stdin.once('close', resolve);
    signal.addEventListener('abort', () => resolve());
    server.server.onclose = resolve;
  });
  await server.connect(transport);
  await ended;
  await server.close();
}

function register<Input extends z.ZodType>(
  server: McpServer,
  { name, title, description, input }: AgentTool<Input>,
  answer: (input: z.output<Input>) => string | Promise<string>,
  { readOnly = true }: { readonly readOnly?: boolean } = {},
): void {
  const annotations = { title, readOnlyHint: readOnly, destructiveHint: false, openWorldHint: false };
  const call = async (value: unknown): Promise<CallToolResult> => {
    try {
      return { content: [{ type: 'text', text: await answer(input.parse(value)) }] };
    } catch (error) {
      if (error instanceof UserError) return { content: [{ type: 'text', text: error.message }], isError: true };
      throw error;
    }
  };
  server.registerTool<z.ZodType, z.ZodType>(name, { title, description, inputSchema: input, annotations }, call);
}
