import * as vscode from 'vscode';

/** Whether agents in this editor can use tools of extensions. */
export function hasAgentTools(): boolean {
  return canRegister(vscode);
}

/** An editor built on VS Code may be without them, whatever its version says. */
function canRegister({ lm }: { readonly lm?: Partial<typeof vscode.lm> }): boolean {
  return lm?.registerTool !== undefined;
}
