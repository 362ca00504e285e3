/** "Evaluate a Server's Model…": a model behind an API answers the problems of a run, to be compared with it. */
import { dirname } from 'node:path';
import * as vscode from 'vscode';
import { planLines } from '../../engine/analysis/servers/serverText.ts';
import { isLocal, serverHost } from '../../engine/protocol/apiAddress.ts';
import type { TokenPrices } from '../../engine/protocol/policyServer.ts';
import { formatPrices, parsePrices } from '../../engine/protocol/tokenPrices.ts';
import { count } from '../../engine/words/format.ts';
import { cancellable } from '../common/cancellable.ts';
import { agreeToRunCode } from '../runs/agreeToRunCode.ts';
import { pickSplit } from '../runs/pickSplit.ts';
import { fullName, type ReadableRun } from '../runs/runNames.ts';
import type { Services } from '../services.ts';
import { requireTrust } from '../training/startTraining.ts';
import { KnownServers } from './knownServers.ts';
import { pickServer, pickServerModel } from './pickServer.ts';
import { forgetServerKeys } from './serverKeys.ts';

type Deps = Pick<Services, 'engines' | 'memory' | 'opened' | 'store' | 'panels'>;

/** No problem is sent before the person has seen how many there are, where they go and what they cost. */
export async function evaluateServer(deps: Deps, secrets: vscode.SecretStorage, run: ReadableRun): Promise<void> {
  requireTrust();
  const { memory, opened, store, panels } = deps;
  const { servers } = deps.engines.questions;
  const known = new KnownServers(memory);
  const split = await pickSplit(vscode.l10n.t("Ask a server's model the problems of {0}: which?", fullName(run)));
  const server = split && (await pickServer(known, secrets));
  const picked = server && (await pickServerModel(server, known, secrets, servers));
  if (!split || !server || !picked || !(await agreeToRunCode(opened, run))) return;
  const { address } = server;
  const { model, key } = picked;
  const remembered = known.models(address).find(({ name }) => name === model)?.prices ?? null;
  const prices = isLocal(address) ? null : await askForPrices(model, remembered);
  if (prices === undefined) return;
  await forgetServerKeys(secrets, known.keep(address, model, prices));
  const asked = { baseUrl: address, key, model, path: run.dir, split, runsDir: dirname(run.dir) };
  const host = serverHost(address);
  const plan = await cancellable(vscode.l10n.t('Reading the problems of {0}', fullName(run)), (_, signal) =>
    servers.plan(asked, signal),
  );
  if (plan === null) return;
  const evaluate = vscode.l10n.t('Evaluate');
  const agreed = await vscode.window.showInformationMessage(
    vscode.l10n.t('Ask {0} at {1} the problems of {2}?', model, host, fullName(run)),
    { modal: true, detail: planLines(plan, address, prices).join('\n\n') },
    evaluate,
  );
  if (agreed !== evaluate) return;
  const evaluated = await cancellable(vscode.l10n.t('Asking {0} at {1}', model, host), (progress, signal) => {
    let shown = 0;
    return servers.evaluate(
      { ...asked, prices },
      {
        signal,
        onProgress: ({ done, total }) => {
          const share = total === 0 ? 100 : (100 * done) / total;
          const message = vscode.l10n.t('{0} of {1} answers', count(done), count(total));
          progress.report({ message, increment: share - shown });
          shown = share;
        },
      },
    );
  });
  // Beside a run that was opened from elsewhere nothing is looked for.
  if (evaluated !== null) opened.open(evaluated.runDir);
  await store.refresh();
  if (evaluated === null) {
    void vscode.window.showInformationMessage(
      vscode.l10n.t('The answers so far are kept: evaluate the same again to go on after them.'),
    );
    return;
  }
  for (const warning of evaluated.warnings) void vscode.window.showWarningMessage(warning);
  const compare = vscode.l10n.t('Compare');
  const said = vscode.l10n.t('{0} at {1}: {2}', model, host, evaluated.lines.join(' '));
  if ((await vscode.window.showInformationMessage(said, compare)) === compare)
    panels.openCompare([run.dir, evaluated.runDir]);
}

/** null without prices; undefined where the person gave up. */
async function askForPrices(model: string, initial: TokenPrices | null): Promise<TokenPrices | null | undefined> {
  const text = await vscode.window.showInputBox({
    title: vscode.l10n.t('Prices of {0}', model),
    prompt: vscode.l10n.t(
      'Of a million tokens of prompts, and of completions, such as 0.15, 0.6. Empty: only tokens are counted.',
    ),
    value: formatPrices(initial),
    ignoreFocusOut: true,
    validateInput: (value) =>
      parsePrices(value) === undefined
        ? vscode.l10n.t('Give two numbers with a comma between them, or nothing.')
        : null,
  });
  return text === undefined ? undefined : parsePrices(text);
}
