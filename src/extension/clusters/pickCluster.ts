/** Which cluster: one that was used before, this machine's, or one that is typed. */
import * as vscode from 'vscode';
import { isJobAddress, jobAddress } from '../../engine/protocol/rayJob.ts';
import { forgetTokens, storeToken } from './clusterTokens.ts';
import { formatPrice, parsePrice, type KnownClusters } from './knownClusters.ts';

interface ClusterItem extends vscode.QuickPickItem {
  /** null for one that is to be typed. */
  readonly address: string | null;
}

/** The cluster that this machine is a node of. */
const OWN = 'auto';

/** @returns its address, which is remembered; undefined where the person gave up */
export async function pickCluster(known: KnownClusters, secrets: vscode.SecretStorage): Promise<string | undefined> {
  const picked = await chooseCluster(known, secrets);
  if (picked === undefined) return undefined;
  const address = picked ?? (await enterCluster(known, secrets));
  if (address === undefined) return undefined;
  await forgetTokens(secrets, known.keep(address));
  return address;
}

/** @returns null for one that is to be typed */
function chooseCluster(known: KnownClusters, secrets: vscode.SecretStorage): Promise<string | null | undefined> {
  const key = { iconPath: new vscode.ThemeIcon('key'), tooltip: vscode.l10n.t('Change Token…') };
  const cost = { iconPath: new vscode.ThemeIcon('credit-card'), tooltip: vscode.l10n.t('Price per Hour…') };
  const forget = {
    iconPath: new vscode.ThemeIcon('trash'),
    tooltip: vscode.l10n.t('Forget This Cluster and Its Token'),
  };
  const input = vscode.window.createQuickPick<ClusterItem>();
  input.title = vscode.l10n.t('Run on Cluster');
  input.placeholder = vscode.l10n.t('Which Ray cluster?');
  input.matchOnDescription = true;
  input.ignoreFocusOut = true;
  const list = (): void => {
    const used = known.all.map(({ address, price }): ClusterItem => {
      const perHour = price === null ? [] : [vscode.l10n.t('{0} an hour', formatPrice(price))];
      return {
        address,
        label: address,
        description: [whatItIs(address), ...perHour].join(' · '),
        buttons: isJobAddress(address) ? [key, cost, forget] : [cost, forget],
      };
    });
    const own = { address: OWN, label: OWN, description: whatItIs(OWN) };
    input.items = [
      ...used,
      ...(used.some(({ address }) => address === OWN) ? [] : [own]),
      { label: vscode.l10n.t('$(add) Another Cluster…'), address: null, alwaysShow: true },
    ];
  };
  list();
  return new Promise<string | null | undefined>((resolve) => {
    // Another input takes its place for as long as somebody answers it.
    let asking = false;
    input.onDidTriggerItemButton(async ({ item: { address }, button }) => {
      if (address === null) return;
      asking = button !== forget;
      if (button === forget) {
        known.forget(address);
        await forgetTokens(secrets, [address]);
      } else if (button === cost) await askForPrice(known, address);
      else await storeToken(secrets, address);
      list();
      asking = false;
      input.show();
    });
    input.onDidAccept(() => {
      const [chosen] = input.selectedItems;
      if (chosen !== undefined) resolve(chosen.address);
      input.hide();
    });
    input.onDidHide(() => {
      if (!asking) resolve(undefined);
    });
    input.show();
  }).finally(() => input.dispose());
}

function whatItIs(address: string): string {
  if (address === OWN) return vscode.l10n.t('the cluster that this machine is a node of');
  return isJobAddress(address) ? vscode.l10n.t("job of Ray's job API") : vscode.l10n.t('running head');
}

async function enterCluster(known: KnownClusters, secrets: vscode.SecretStorage): Promise<string | undefined> {
  const text = await vscode.window.showInputBox({
    title: vscode.l10n.t('Run on Cluster'),
    prompt: vscode.l10n.t(
      "10.0.0.1:6379 and ray://10.0.0.1:10001 are a running head, which this machine joins; http://10.0.0.1:8265 is Ray's job API, which needs nothing here.",
    ),
    placeHolder: 'http://10.0.0.1:8265',
    ignoreFocusOut: true,
    validateInput: addressProblem,
  });
  const typed = text?.trim();
  if (typed === undefined) return undefined;
  const address = isJobAddress(typed) ? jobAddress(typed) : typed;
  if (known.all.some((cluster) => cluster.address === address)) return address;
  return (await storeToken(secrets, address)) ? address : undefined;
}

function addressProblem(text: string): string | null {
  const address = text.trim();
  if (isJobAddress(address)) {
    try {
      jobAddress(address);
      return null;
    } catch (error) {
      return error instanceof Error ? error.message : String(error);
    }
  }
  if (
    address === OWN ||
    /^(?:ray:\/\/)?[\w.-]+:\d{1,5}$/.test(address) ||
    /^(?:ray:\/\/)?\[[\da-f:]+\]:\d{1,5}$/i.test(address)
  )
    return null;
  return vscode.l10n.t('Write auto, host:port, ray://host:port or http://host:port.');
}

async function askForPrice(known: KnownClusters, address: string): Promise<void> {
  const text = await vscode.window.showInputBox({
    title: vscode.l10n.t('Price of {0}', address),
    prompt: vscode.l10n.t(
      'Of an hour of a run there, such as 2.50 EUR; the Dashboard says what runs cost by it. Empty: unknown.',
    ),
    value: formatPrice(known.price(address)),
    ignoreFocusOut: true,
    validateInput: (value) =>
      parsePrice(value) === undefined ? vscode.l10n.t('Write a number and a currency, such as 2.50 EUR.') : null,
  });
  const price = text === undefined ? undefined : parsePrice(text);
  if (price !== undefined) known.keep(address, price);
}
