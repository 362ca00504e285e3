/** The extension: activation wires its parts together and does nothing else. */
import type * as vscode from 'vscode';
import { ENGINE_VERSION } from '../engine/protocol/version.ts';
import { agentHost } from './agents/agentHost.ts';
import { registerLanguageModelTools } from './agents/languageModelTools.ts';
import { caseCommands, registerCases } from './cases/lazyCases.ts';
import { installGpuSupport } from './check/installGpuSupport.ts';
import { MachineDocument } from './check/machineDocument.ts';
import { clusterCommands } from './clusters/clusterCommands.ts';
import { followClusterTokens } from './clusters/clusterTokens.ts';
import { KnownClusters } from './clusters/knownClusters.ts';
import { registerCommands } from './commands.ts';
import { DisposableStore } from './common/disposable.ts';
import { createServices } from './createServices.ts';
import { DataDocuments } from './datasets/dataDocuments.ts';
import { datasetCommands } from './datasets/datasetCommands.ts';
import { forecastCommands } from './forecasts/forecastCommands.ts';
import { ForecastDocuments } from './forecasts/forecastDocuments.ts';
import { registerDatasetLenses } from './datasets/datasetLenses.ts';
import { followJudgeKey, judgeKeyCommands } from './engine/judgeKey.ts';
import { experimentCommands, registerExperimentFiles } from './experiments/experiments.ts';
import { followWorkspace } from './followWorkspace.ts';
import { modelCommands } from './models/modelCommands.ts';
import { registerModelLenses } from './models/modelLenses.ts';
import { promptCommands } from './prompts/promptCommands.ts';
import { PromptPreviews } from './prompts/promptPreviews.ts';
import { runCommands } from './runs/runCommands.ts';
import { liveCommands } from './live/liveCommands.ts';
import { registerLiveScores } from './live/registerLiveScores.ts';
import { RunTree } from './runs/runTree.ts';
import { serverCommands } from './servers/serverCommands.ts';
import { StatusBar } from './runs/statusBar.ts';
import { sweepCommands } from './sweeps/sweepCommands.ts';
import { registerSweepLenses } from './sweeps/sweepLenses.ts';
import { tellEndings } from './training/endings.ts';
import { trainingCommands } from './training/trainingCommands.ts';

export function activate(context: vscode.ExtensionContext): void {
  const own = new DisposableStore();
  context.subscriptions.push(own);
  const services = createServices(context, own);
  const { data, engines, store, selection, opened, log, panelCommands } = services;
  const { questions } = engines;
  const storage = context.globalStorageUri;
  const machine = own.add(
    new MachineDocument({
      data,
      check: () => questions.check(services.folders()[0] ?? null),
      storage,
      version: ENGINE_VERSION,
    }),
  );
  const previews = own.add(new PromptPreviews(questions));
  const dataDocuments = own.add(new DataDocuments(questions));
  const forecasts = own.add(new ForecastDocuments(questions));
  const commands = {
    ...trainingCommands(services),
    ...sweepCommands(services),
    ...runCommands(services),
    ...experimentCommands(services, context),
    ...promptCommands(previews),
    ...datasetCommands(dataDocuments, questions, context.secrets),
    ...modelCommands(questions, context.secrets),
    ...forecastCommands(services, forecasts),
    ...panelCommands,
    ...caseCommands(services),
    ...liveCommands(services),
    ...serverCommands(services, context.secrets),
    ...judgeKeyCommands(context.secrets),
    ...clusterCommands(services, context.secrets),
    checkMachine: () => machine.show(),
    installGpuSupport: async () => {
      if (await installGpuSupport(questions)) machine.checkAgain();
    },
  };
  own.add(registerCommands(commands, log.channel));
  own.add(new RunTree(store, engines, selection, opened));
  own.add(new StatusBar(store, engines, selection));
  own.add(registerExperimentFiles(services, context));
  own.add(registerModelLenses());
  own.add(registerDatasetLenses());
  own.add(registerSweepLenses(services));
  own.add(registerCases(services));
  own.add(registerLiveScores(services));
  own.add(registerLanguageModelTools(agentHost(services)));
  own.add(tellEndings(services));
  own.add(followWorkspace(services));
  own.add(followJudgeKey(context.secrets, engines));
  own.add(followClusterTokens(context.secrets, new KnownClusters(services.memory), engines));
  // Not waited for: the view fills when the disk has answered, and engines of before a reload are found meanwhile.
  void store.refresh();
  void engines.attachAll();
}
