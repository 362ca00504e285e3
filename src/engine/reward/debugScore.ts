/**
 * One call of a reward function, for somebody to step through. Nothing here limits it: a debugger has to be able to wait, so there is no
 * time limit and no permission model, and the code has all that its user may.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  asksJudge,
  CALL_FILE,
  debuggedCallSchema,
  MODULES_FOLDER,
  REPLIES_FILE,
  type DebuggedCall,
} from '../protocol/debugScore.ts';
import type { RewardResult } from '../protocol/completion.ts';
import { questionSchema } from '../protocol/services.ts';
import { bundleReward, requireExport } from './bundle.ts';
import { errorText } from './errorText.ts';
import { LoadError, loadRewards } from './graderFunctions.ts';
import { SERVICES_SYMBOL } from './graderQuestions.ts';
import { decodeGroup, decodeScore, encodeGroup, encodeScore, failed } from './score.ts';
import { itemsOf } from './scorer.ts';
import { JudgeReplies } from './services/judgeReplies.ts';
import { serveWith } from './services/serve.ts';

/**
 * Bundles the reward file of the call in a folder. Before the call, and by another process: a debugger looks for source maps when it starts.
 * @returns the module, absolute
 * @throws UserError where the file cannot be bundled
 */
export async function bundleForDebugging(folder: string): Promise<string> {
  const call = readCall(folder);
  const module = await bundleReward(call.file, { outDir: join(folder, MODULES_FOLDER) });
  requireExport(module, call.file, call.function);
  return module.path;
}

const ABOUT_JUDGE =
  'It asks a judge: what the judge replied in the run is used again. A new question is asked without your key, which only the engine has.';

/** What whoever debugs has to know of the call, beside that nothing limits it; null where there is nothing. */
export function noticeOf(folder: string): string | null {
  return asksJudge(readCall(folder)) ? ABOUT_JUDGE : null;
}

/** Calls the function once and says what it came to, as a run would. @param module as it was bundled */
export async function callForDebugging(folder: string, module: string): Promise<string> {
  const call = readCall(folder);
  await offerServices(call, folder);
  const result = await resultOf(call, module);
  const words = 'error' in result ? `failed: ${result.error.message}` : `is ${result.value ?? 'not applicable (null)'}`;
  return `${call.function} ${words}`;
}

async function resultOf(call: DebuggedCall, module: string): Promise<RewardResult> {
  const { per, options, group, index, baseDir } = call;
  const items = itemsOf(group);
  try {
    // The time limit is for whoever calls: here nobody keeps it.
    const setup = { name: call.function, module, function: call.function, per, options, timeoutMs: 1 };
    const reward = (await loadRewards([setup], baseDir)).get(call.function);
    const returned = await reward?.call(per === 'group' ? items : items.slice(index, index + 1));
    if (per === 'completion') return decodeScore(encodeScore(returned));
    const scores = decodeGroup(encodeGroup(returned, items.length), items.length);
    return scores[index] ?? failed('wrongLength', 'gave no score for this completion');
  } catch (error) {
    return failed('threw', error instanceof LoadError ? error.message : errorText(error, baseDir));
  }
}

/**
 * What a grader asks of the engine is answered here. There is no key for a judge that needs one, for the code here may read whatever this
 * process has: the engine alone has it. What the judge replied in the run is known.
 */
async function offerServices({ options, baseDir }: DebuggedCall, folder: string): Promise<void> {
  const judgeReplies = new JudgeReplies();
  await judgeReplies.keepIn(join(folder, REPLIES_FILE));
  const serve = serveWith({ judgeReplies }, [{ options }], baseDir);
  const { signal } = new AbortController();
  const ask = async (asked: unknown): Promise<unknown> => serve(questionSchema.parse(asked), signal);
  // Modules look for it while they are loaded.
  Reflect.set(globalThis, Symbol.for(SERVICES_SYMBOL), ask);
}

function readCall(folder: string): DebuggedCall {
  return debuggedCallSchema.parse(JSON.parse(readFileSync(join(folder, CALL_FILE), 'utf8')));
}
