/** Which server, and which of its models. */
import * as vscode from 'vscode';
import { keyProblem, serverAddress, serverHost } from '../../engine/protocol/apiAddress.ts';
import { UserError } from '../../engine/protocol/errors.ts';
import { cancellable } from '../common/cancellable.ts';
import type { ServerQuestions } from '../engine/serverQuestions.ts';
import type { KnownServers } from './knownServers.ts';
import { enterServer, forgetServerKeys, type Secrets } from './serverKeys.ts';

/** Where servers that people run themselves listen unless told otherwise. */
const USUAL = [
  { name: 'vLLM', address: 'http://localhost:8000/v1' },
  { name: 'llama.cpp', address: 'http://localhost:8080/v1' },
  { name: 'Ollama', address: 'http://localhost:11434/v1' },
];

interface ServerItem extends vscode.QuickPickItem {
  /** null for one that is to be typed. */
  readonly address: string | null;
}

export interface PickedServer {
  readonly address: string;
  /** Whether the person wants to give another key for it. */
  readonly changesKey: boolean;
}

/** @returns undefined where the person gave up */
export function pickServer(known: KnownServers, secrets: Secrets): Promise<PickedServer | undefined> {
  const key = { iconPath: new vscode.ThemeIcon('key'), tooltip: vscode.l10n.t('Change Key…') };
  const forget = { iconPath: new vscode.ThemeIcon('trash'), tooltip: vscode.l10n.t('Forget This Server and Its Key') };
  const input = vscode.window.createQuickPick<ServerItem>();
  input.title = vscode.l10n.t("Evaluate a Server's Model");
  input.placeholder = vscode.l10n.t('Which server? One with an OpenAI-compatible API');
  input.matchOnDescription = true;
  input.ignoreFocusOut = true;
  const list = (): void => {
    const remembered = known.all.map(({ address, models }) => ({
      ...{ label: address, description: models[0]?.name ?? '', address },
      buttons: [key, forget],
    }));
    const usual = USUAL.filter(({ address }) => !remembered.some((item) => item.address === address));
    input.items = [
      ...remembered,
      ...usual.map(({ name, address }) => ({ label: name, description: address, address })),
      { label: vscode.l10n.t('$(add) Another Address…'), address: null, alwaysShow: true },
    ];
  };
  list();
  return new Promise<PickedServer | undefined>((resolve) => {
    input.onDidTriggerItemButton(async ({ item: { address }, button }) => {
      if (address === null) return;
      if (button === key) {
        resolve({ address, changesKey: true });
        return;
      }
      known.forget(address);
      list();
      await forgetServerKeys(secrets, [address]);
    });
    input.onDidAccept(() => {
      const [chosen] = input.selectedItems;
      if (chosen?.address === null) resolve(writeAddress(input.value));
      else if (chosen !== undefined) resolve({ address: chosen.address, changesKey: false });
    });
    input.onDidHide(() => resolve(undefined));
    input.show();
  }).finally(() => input.dispose());
}

async function writeAddress(typed: string): Promise<PickedServer | undefined> {
  const text = await vscode.window.showInputBox({
    title: vscode.l10n.t("Evaluate a Server's Model"),
    prompt: vscode.l10n.t('Address of its API, such as https://api.example.com/v1'),
    value: typed,
    ignoreFocusOut: true,
    validateInput: (value) =>
      serverAddress(value.trim()) === null
        ? vscode.l10n.t('An address begins with http:// or https://, and has no user, password, ? or # in it.')
        : null,
  });
  const address = text === undefined ? null : serverAddress(text.trim());
  return address === null ? undefined : { address, changesKey: false };
}

export interface PickedModel {
  readonly model: string;
  /** null where the server wants none. */
  readonly key: string | null;
}

/**
 * Asks for the server's key where it needs one, and then which of its models.
 * @returns null where the person gave up
 * @throws UserError where the server cannot be asked
 */
export async function pickServerModel(
  { address, changesKey }: PickedServer,
  known: KnownServers,
  secrets: Secrets,
  servers: Pick<ServerQuestions, 'models'>,
): Promise<PickedModel | null> {
  const entered = await enterServer(address, known, secrets, {
    changesKey,
    askForKey: (refused) => askForKey(address, refused),
    list: (key) =>
      cancellable(vscode.l10n.t('Asking {0} for its models', serverHost(address)), (_, signal) =>
        servers.models({ baseUrl: address, key }, signal),
      ),
  });
  const model = entered === null ? undefined : await pickModel(address, entered.models, known);
  return entered === null || model === undefined ? null : { model, key: entered.key };
}

/** @param refused what the server said of the one that it was sent @returns null where the person gave up, '' where none is needed */
async function askForKey(address: string, refused: string | null): Promise<string | null> {
  const said = vscode.l10n.t(
    "It goes to {0} alone, and is kept among the editor's secrets. Empty: none is needed.",
    address,
  );
  const key = await vscode.window.showInputBox({
    title: vscode.l10n.t('Key of {0}', serverHost(address)),
    prompt: refused ?? said,
    placeHolder: said,
    password: true,
    ignoreFocusOut: true,
    validateInput: (value) => (value.trim() === '' ? null : keyProblem(address, value.trim(), serverHost(address))),
  });
  return key?.trim() ?? null;
}

/** Those that were evaluated come first. */
async function pickModel(address: string, listed: readonly string[], known: KnownServers): Promise<string | undefined> {
  const title = vscode.l10n.t("Evaluate a Server's Model");
  const used = known.models(address).map(({ name }) => name);
  if (listed.length === 0) {
    const prompt = vscode.l10n.t('{0} lists no models. The name of the model', serverHost(address));
    const name = await vscode.window.showInputBox({ title, prompt, value: used[0] ?? '', ignoreFocusOut: true });
    if (name?.trim() === '') throw new UserError(vscode.l10n.t('A model has a name.'));
    return name?.trim();
  }
  const first = used.filter((name) => listed.includes(name));
  const others = listed.filter((name) => !first.includes(name)).toSorted();
  const items = [
    ...first.map((label) => ({ label, description: vscode.l10n.t('evaluated before') })),
    ...others.map((label) => ({ label })),
  ];
  const placeHolder = vscode.l10n.t('Which model of {0}?', serverHost(address));
  return (await vscode.window.showQuickPick(items, { title, placeHolder, ignoreFocusOut: true }))?.label;
}
