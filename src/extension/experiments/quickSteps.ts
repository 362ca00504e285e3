/** Questions as quick picks and input boxes, with a way back. */
import * as vscode from 'vscode';
import { DisposableStore } from '../common/disposable.ts';
import { BACK, type Answer } from './steps.ts';

export interface Choice<Value> extends vscode.QuickPickItem {
  /** None for a separator. */
  readonly value?: Value;
}

/** Asks; a step that asks nothing is passed over on the way back too. */
export class Questioner {
  readonly #title: string;
  readonly #canGoBack: boolean;
  #asked = false;

  constructor(title: string, canGoBack: boolean) {
    this.#title = title;
    this.#canGoBack = canGoBack;
  }

  get asked(): boolean {
    return this.#asked;
  }

  pick<Value>(placeholder: string, choices: readonly Choice<Value>[]): Promise<Answer<Value>> {
    this.#asked = true;
    const input = vscode.window.createQuickPick<Choice<Value>>();
    input.placeholder = placeholder;
    input.items = choices;
    input.matchOnDescription = true;
    input.matchOnDetail = true;
    return this.#show(input, () => input.selectedItems[0]?.value);
  }

  /** @param problemOf why a text will not do; null where it will */
  write(prompt: string, initial: string, problemOf: (text: string) => string | null): Promise<Answer<string>> {
    this.#asked = true;
    const input = vscode.window.createInputBox();
    input.prompt = prompt;
    input.value = initial;
    // The name without its endings.
    input.valueSelection = [0, initial.split('.')[0]?.length ?? 0];
    const check = (): void => {
      input.validationMessage = problemOf(input.value) ?? undefined;
    };
    input.onDidChangeValue(check);
    return this.#show(input, () => {
      check();
      return problemOf(input.value) === null ? input.value : undefined;
    });
  }

  /** Resolves with what `accepted` has when the user says yes; while that is undefined, the question stays. */
  #show<Value>(
    input: vscode.QuickInput & Pick<vscode.InputBox, 'buttons' | 'onDidAccept' | 'onDidTriggerButton'>,
    accepted: () => Value | undefined,
  ): Promise<Answer<Value>> {
    const disposables = new DisposableStore();
    input.title = this.#title;
    input.ignoreFocusOut = true;
    if (this.#canGoBack) input.buttons = [vscode.QuickInputButtons.Back];
    return new Promise<Answer<Value>>((resolve) => {
      disposables.add(
        input.onDidAccept(() => {
          const value = accepted();
          if (value !== undefined) resolve(value);
        }),
      );
      disposables.add(input.onDidTriggerButton(() => resolve(BACK)));
      disposables.add(input.onDidHide(() => resolve(undefined)));
      disposables.add(input);
      input.show();
    }).finally(() => disposables.dispose());
  }
}
