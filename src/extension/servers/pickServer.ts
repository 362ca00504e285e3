/** Which server, and which of its models. */
import * as vscode from 'vscode';
import { UserError } from '../../engine/protocol/errors.ts';
import { cancellable } from '../common/cancellable.ts';
import type { ServerQuestions } from '../engine/serverQuestions.ts';
import type { KnownServers } from './knownServers.ts';
import { isLocal, serverAddress, serverHost } from './serverAddress.ts';
import { askForServerKey, forgetServerKey, serverKey } from './serverKeys.ts';

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

/** @returns its address; undefined where the person gave up */
export function pickServer(known: KnownServers, secrets: vscode.SecretStorage): Promise<string | undefined> {
  const key = { iconPath: new vscode.ThemeIcon('key'), tooltip: vscode.l10n.t('Change Key…') };
  const forget = { iconPath: new vscode.ThemeIcon('trash'), tooltip: vscode.l10n.t('Forget This Server and Its Key') };
  const input = vscode.window.createQuickPick<ServerItem>();
  input.title = vscode.l10n.t("Evaluate a Server's Model");
  input.placeholder = vscode.l10n.t('Which server? One with an OpenAI-compatible API');
  input.ignoreFocusOut = true;
  const list = (): void => {
    const remembered = known.all.map(({ address, models }) => ({
      ...{ label: address, description: models[0]?.name ?? '', address },
      buttons: [key, forget],
    }));
    const usual = USUAL.filter(({ address }) => !remembered.some((item) => item.address === address));
    input.items = [
      ...remembered,
      ...usual.map(({ name, address }) => ({ label: address, description: name, address })),
      { label: vscode.l10n.t('$(add) Another Address…'), address: null, alwaysShow: true },
    ];
  };
  list();
  // The question for a key takes its place for a moment.
  let isAway = false;
  const changeKey = async (address: string): Promise<void> => {
    isAway = true;
    await askForServerKey(secrets, address);
    isAway = false;
    input.show();
  };
  return new Promise<string | undefined>((resolve) => {
    input.onDidTriggerItemButton(async ({ item: { address }, button }) => {
      if (address === null) return;
      if (button === key) return changeKey(address);
      known.forget(address);
      await forgetServerKey(secrets, address);
      list();
    });
    input.onDidAccept(() => {
      const [chosen] = input.selectedItems;
      if (chosen !== undefined) resolve(chosen.address ?? writeAddress(input.value));
    });
    input.onDidHide(() => {
      if (!isAway) resolve(undefined);
    });
    input.show();
  }).finally(() => input.dispose());
}

async function writeAddress(typed: string): Promise<string | undefined> {
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
  return text === undefined ? undefined : (serverAddress(text.trim()) ?? undefined);
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
  address: string,
  known: KnownServers,
  secrets: vscode.SecretStorage,
  servers: Pick<ServerQuestions, 'models'>,
): Promise<PickedModel | null> {
  let key = await serverKey(secrets, address);
  // Some services tell everybody their models, and want a key for all else.
  if (key === null && !isLocal(address)) {
    key = await askForServerKey(secrets, address);
    if (key === null) return null;
  }
  for (;;) {
    const sent = key === '' ? null : key;
    const reply = await cancellable(vscode.l10n.t('Asking {0} for its models', serverHost(address)), (_, signal) =>
      servers.models({ baseUrl: address, key: sent }, signal),
    );
    if (reply === null) return null;
    if (reply.refused === null) {
      const model = await pickModel(address, reply.models, known);
      return model === undefined ? null : { model, key: sent };
    }
    key = await askForServerKey(secrets, address, reply.refused);
    if (key === null) return null;
  }
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
