/** The manifest's `languageModelTools`, from the table of tools; `npm run make-agent-tools` writes them, a test holds them equal. */
import { z } from 'zod';
import {
  listRunsTool,
  runMetricsTool,
  startTrainingTool,
  stopTrainingTool,
  worstProblemsTool,
} from '../src/engine/protocol/agentTools.ts';

/** How a person names a tool in a prompt: `#rlvrRuns`; and its icon. */
const SHOWN = [
  { tool: listRunsTool, reference: 'rlvrRuns', key: 'listRuns', icon: '$(list-tree)' },
  { tool: runMetricsTool, reference: 'rlvrMetrics', key: 'runMetrics', icon: '$(graph-line)' },
  { tool: worstProblemsTool, reference: 'rlvrWorstProblems', key: 'worstProblems', icon: '$(list-flat)' },
  { tool: startTrainingTool, reference: 'rlvrStart', key: 'startTraining', icon: '$(play)' },
  { tool: stopTrainingTool, reference: 'rlvrStop', key: 'stopTraining', icon: '$(debug-stop)' },
] as const;

/** In the order of the manifest. */
export function languageModelTools(): object[] {
  return SHOWN.map(({ tool, reference, key, icon }) => ({
    name: tool.name,
    displayName: `%tool.${key}%`,
    userDescription: `%tool.${key}.description%`,
    modelDescription: tool.description,
    toolReferenceName: reference,
    canBeReferencedInPrompt: true,
    icon,
    tags: ['rlvr'],
    inputSchema: inputSchema(tool.input),
  }));
}

/** What an agent may leave out, it may leave out here too: defaults are the reader's. */
function inputSchema(input: z.ZodType): object {
  const schema = z.toJSONSchema(input, { io: 'input', target: 'draft-7' });
  return Object.fromEntries(Object.entries(schema).filter(([key]) => key !== '$schema'));
}
