/** The task `rlvr`: trains an experiment in a terminal of its own, with the same engine, and ends with its exit code. */
import { resolve } from 'node:path';
import * as vscode from 'vscode';
import { z } from 'zod';
import { experimentName } from '../../engine/words/naming.ts';
import type { Disposable } from '../common/disposable.ts';
import type { Services } from '../services.ts';
import { readExperiment } from '../training/experimentFile.ts';
import { startExperiment } from '../training/startTraining.ts';
import { followEngine, type StartedRun } from './startedRun.ts';
import { TrainingTerminal } from './trainingTerminal.ts';

const TYPE = 'rlvr';
/** In package.json. */
const PROBLEM_MATCHER = '$rlvr';
/** More are no list to choose from. */
const MAX_TASKS = 200;

const definitionSchema = z.object({
  type: z.literal(TYPE),
  task: z.literal('train').default('train'),
  /** Relative to the workspace folder of the task, or absolute. */
  experiment: z.string(),
  /** Values in place of the experiment's, as `--set` has them. */
  set: z.array(z.string()).default([]),
});

export function registerTrainingTasks(services: Services): Disposable {
  return vscode.tasks.registerTaskProvider(TYPE, {
    provideTasks: async () => {
      const files = await vscode.workspace.findFiles('**/*.rlvr.json', '**/{node_modules,.rlvr}/**', MAX_TASKS);
      return files.flatMap((uri) => {
        const folder = vscode.workspace.getWorkspaceFolder(uri);
        if (folder === undefined) return [];
        const experiment = vscode.workspace.asRelativePath(uri, false);
        return [trainingTask(services, { type: TYPE, task: 'train', experiment }, folder, experiment)];
      });
    },
    resolveTask: ({ definition, scope, name }) =>
      // VS Code needs the very definition of tasks.json, and calls this only for tasks of the type.
      definitionSchema.safeParse(definition).success
        ? trainingTask(services, definition, scope ?? vscode.TaskScope.Workspace, name)
        : undefined,
  });
}

function trainingTask(
  services: Services,
  definition: vscode.TaskDefinition,
  scope: vscode.WorkspaceFolder | vscode.TaskScope,
  name: string,
): vscode.Task {
  const execution = new vscode.CustomExecution((resolved) => {
    // Variables such as ${workspaceFolder} have been put in by now.
    const { experiment, set } = definitionSchema.parse(resolved);
    const path = resolve(baseOf(scope), experiment);
    return Promise.resolve(new TrainingTerminal(experimentName(path), () => start(services, path, set)));
  });
  const task = new vscode.Task(definition, scope, name, TYPE, execution, PROBLEM_MATCHER);
  task.detail = vscode.l10n.t('Train {0}', name);
  return task;
}

function baseOf(scope: vscode.WorkspaceFolder | vscode.TaskScope): string {
  const folder = typeof scope === 'object' ? scope : vscode.workspace.workspaceFolders?.[0];
  return folder?.uri.fsPath ?? '';
}

/** Rejects with what there is to say about an experiment that cannot be started. */
async function start(services: Services, path: string, set: readonly string[]): Promise<StartedRun> {
  const { steps } = (await readExperiment(path, set)).training;
  return followEngine(await startExperiment(services, path, set), services.data, steps);
}
