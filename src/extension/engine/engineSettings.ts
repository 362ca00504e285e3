/** What an engine that is started now is told of the editor's settings. */
import * as vscode from 'vscode';
import { parseMemorySize } from '../../engine/protocol/computeLimits.ts';
import { editorPython } from './editorPython.ts';
import type { EngineSettings } from './session.ts';

/** Rejects with UserError where one cannot be used. */
export async function engineSettings(): Promise<EngineSettings> {
  const settings = vscode.workspace.getConfiguration('rlvr.engine');
  const threads = settings.get<unknown>('threads');
  const memory = settings.get<unknown>('memoryLimit');
  const onBattery = vscode.workspace.getConfiguration('rlvr').get<unknown>('pauseOnBattery');
  const python = await editorPython();
  return {
    ...(python === null ? {} : { python }),
    ...(onBattery === true ? { pauseOnBattery: true } : {}),
    limits: {
      ...(typeof threads === 'number' && Number.isInteger(threads) && threads > 0 ? { threads } : {}),
      ...(typeof memory === 'string' && memory.trim() !== ''
        ? { memoryBytes: parseMemorySize(memory, 'The setting "rlvr.engine.memoryLimit"') }
        : {}),
    },
  };
}
