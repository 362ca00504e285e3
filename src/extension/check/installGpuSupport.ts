/** "Install GPU Support": tells what it is and how much, and fetches it where the person says so. */
import * as vscode from 'vscode';
import { bytes } from '../../engine/words/format.ts';
import { cancellable, reportDownload } from '../common/cancellable.ts';
import type { EngineQuestions } from '../engine/engineQuestions.ts';

/**
 * With progress that can be cancelled: what has arrived is kept, and the next time goes on from there.
 * @returns whether it was installed now
 * @throws UserError where there is none for this machine, or it cannot be had or written
 */
export async function installGpuSupport(
  questions: Pick<EngineQuestions, 'describeGpuSupport' | 'installGpuSupport'>,
): Promise<boolean> {
  const title = vscode.l10n.t('Looking for GPU support');
  const description = await cancellable(title, (_, signal) => questions.describeGpuSupport(signal));
  if (description === null) return false;
  const { name, folder, download } = description;
  if (download === null) {
    void vscode.window.showInformationMessage(vscode.l10n.t('GPU support is installed already, in {0}', folder));
    return false;
  }
  const install = vscode.l10n.t('Install');
  const detail = [
    vscode.l10n.t("ONNX Runtime's libraries for CUDA: {0}, {1} from {2}", name, bytes(download.bytes), download.url),
    vscode.l10n.t('They go to {0}', folder),
    vscode.l10n.t("NVIDIA's driver, CUDA 12 and cuDNN 9 are not among them, and are needed besides."),
  ];
  const question = vscode.l10n.t('Install GPU support ({0})?', bytes(download.bytes));
  const picked = await vscode.window.showInformationMessage(
    question,
    { modal: true, detail: detail.join('\n\n') },
    install,
  );
  if (picked !== install) return false;
  const installed = await cancellable(vscode.l10n.t('Installing GPU support'), (progress, signal) =>
    questions.installGpuSupport({ signal, onProgress: reportDownload(progress) }),
  );
  if (installed === null) return false;
  const { failure } = installed;
  void (failure === null
    ? vscode.window.showInformationMessage(
        vscode.l10n.t('GPU support is installed, and CUDA works: an experiment asks for it with "device": "cuda".'),
      )
    : vscode.window.showWarningMessage(
        vscode.l10n.t('GPU support is installed, and CUDA does not work yet: {0}.', failure.reason) +
          (failure.remedy === null ? '' : ` ${failure.remedy}`),
      ));
  return true;
}
