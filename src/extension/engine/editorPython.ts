/** Finds the Python that the user has chosen in this window, for rewards in Python. */
import * as vscode from 'vscode';

const PYTHON_EXTENSION = 'ms-python.python';

/**
 * Path of the interpreter: the setting `rlvr.pythonPath`, else the active environment of the Python extension, where that is there and
 * running. null leaves it to the engine, which looks for a virtual environment and then on the path.
 */
export async function editorPython(): Promise<string | null> {
  const set = vscode.workspace.getConfiguration('rlvr').get<unknown>('pythonPath');
  if (typeof set === 'string' && set !== '') return set;
  const extension = vscode.extensions.getExtension<unknown>(PYTHON_EXTENSION);
  // It takes seconds to start, and most rewards are not in Python.
  if (extension?.isActive !== true) return null;
  try {
    return await activeInterpreter(extension.exports);
  } catch {
    // Another version of it, with another interface.
    return null;
  }
}

/** @param api what the Python extension exports, of which nothing is taken for granted */
async function activeInterpreter(api: unknown): Promise<string | null> {
  const environments = memberOf(api, 'environments');
  const folder = vscode.workspace.workspaceFolders?.[0]?.uri;
  const active = call(environments, 'getActiveEnvironmentPath', folder);
  const environment: unknown = await call(environments, 'resolveEnvironment', active);
  const interpreter = memberOf(memberOf(memberOf(environment, 'executable'), 'uri'), 'fsPath');
  return typeof interpreter === 'string' && interpreter !== '' ? interpreter : null;
}

function memberOf(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined;
}

function call(owner: unknown, name: string, argument: unknown): unknown {
  const method = memberOf(owner, name);
  return typeof method === 'function' ? Reflect.apply(method, owner, [argument]) : undefined;
}
