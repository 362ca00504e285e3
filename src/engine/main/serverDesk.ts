/** Answers what editors ask about models behind an OpenAI-compatible API. */
import { serverLines } from '../analysis/servers/serverText.ts';
import { UserError } from '../protocol/errors.ts';
import type { EngineEvent } from '../protocol/events.ts';
import type {
  EvaluateServerReply,
  EvaluateServerRequest,
  PlanServerReply,
  PlanServerRequest,
  ServerModelsReply,
  ServerModelsRequest,
} from '../protocol/serverRequests.ts';
import { ApiRefusal } from '../reward/services/apiClient.ts';
import { evaluateServer, planServer } from '../trainer/server/evaluateServer.ts';
import { ServerClient } from '../trainer/server/serverClient.ts';
import { editorUser } from '../trainer/server/serverUser.ts';
import type { Asker } from './answer.ts';

/** @throws UserError where it cannot be reached, or is no such server */
export async function serverModels(
  { baseUrl, key }: ServerModelsRequest,
  { signal }: Asker,
): Promise<ServerModelsReply> {
  try {
    const models = await new ServerClient(baseUrl, { user: editorUser(key) }).models(signal);
    return { kind: 'serverModels', models: models.map(({ id }) => id), refused: null };
  } catch (error) {
    if (!(error instanceof ApiRefusal) || (error.status !== 401 && error.status !== 403)) throw error;
    return { kind: 'serverModels', models: [], refused: error.said };
  }
}

/**
 * @param temporary where temporary folders are made
 * @throws UserError where the server cannot be used, or the experiment
 */
export async function planEvaluation(
  { kind, key, ...request }: PlanServerRequest,
  { signal }: Asker,
  temporary: string,
): Promise<PlanServerReply> {
  const options = { ...request, user: editorUser(key), overrides: [], prices: null };
  return { kind, ...(await planServer(options, { signal, temporary })) };
}

/**
 * @param temporary where temporary folders are made
 * @throws UserError where the server cannot be used, or the experiment
 */
export async function askServer(
  { kind, key, ...request }: EvaluateServerRequest,
  { onProgress, signal }: Asker,
  temporary: string,
): Promise<EvaluateServerReply> {
  const warnings: string[] = [];
  const emit = (event: EngineEvent): void => {
    if (event.event === 'warning') warnings.push(event.message);
    if (event.event === 'phase' && event.phase === 'eval')
      onProgress({ phase: 'evaluateServer', done: event.done, total: event.total });
  };
  const options = { ...request, user: editorUser(key), overrides: [] };
  const { runDir, policy, usage, cost } = await evaluateServer(options, { emit, signal, temporary });
  // Kept wherever all of a part was asked.
  if (runDir === null) throw new UserError('The result could not be kept as a run.');
  return { kind, runDir, lines: serverLines(policy.summary, usage, cost), warnings };
}
