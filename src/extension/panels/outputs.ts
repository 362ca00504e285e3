/** The Outputs panel: one session for each tab. */
import type { ToOutputs } from '../../engine/protocol/panels/outputs.ts';
import { parseFromOutputs } from '../../engine/protocol/panels/outputsRequests.ts';
import type { PanelKind } from './panelHost.ts';
import { OutputsSession, type OutputsMessage, type OutputsOptions } from './outputsSession.ts';

/** `onWebviewPanel:` in the manifest, and `webviewId` in its menus. */
const OUTPUTS_VIEW_TYPE = 'rlvr.outputs';

export function outputsKind(options: OutputsOptions): PanelKind<OutputsMessage, ToOutputs, OutputsSession> {
  return {
    viewType: OUTPUTS_VIEW_TYPE,
    title: 'Outputs',
    script: 'outputs',
    parse: parseFromOutputs,
    open: (view) => new OutputsSession(options, view),
  };
}
