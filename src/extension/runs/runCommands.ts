/** What can be done with a run: the commands of the tree, of the panels' menus, and the palette's that ask which run. */
import * as vscode from 'vscode';
import { MAX_COMPARED_RUNS } from '../../engine/protocol/comparison.ts';
import { UserError } from '../../engine/protocol/errors.ts';
import type { Command } from '../commands.ts';
import { stopForeignRun } from '../engine/foreignRun.ts';
import type { Services } from '../services.ts';
import { requireTrust } from '../training/startTraining.ts';
import { pickRun, pickRuns, readable, runsOf, type ReadableRun } from './pickRun.ts';
import { fullName, runName } from './runNames.ts';

export function runCommands(services: Services): Readonly<Record<string, Command>> {
  const { data, store, selection, engines, panels, opened, log } = services;

  /** The run a command was called on, the selected one where `fits`, the only one that fits, or the one the user picks. */
  const choose = async (
    argument: unknown,
    fits: (run: ReadableRun) => boolean,
    placeHolder: string,
    none: string,
  ): Promise<ReadableRun | undefined> => {
    const runs = readable(store.runs);
    const [given] = runsOf(argument);
    if (given !== undefined) return runs.find(({ dir }) => dir === given);
    const fitting = runs.filter(fits);
    if (fitting.length === 0) throw new UserError(none);
    return fitting.length === 1 ? fitting[0] : pickRun(fitting, placeHolder);
  };

  const stop = async (run: ReadableRun): Promise<void> => {
    const handle = engines.ofRun(run.dir);
    if (handle !== null && handle.state.state !== 'ended') {
      await handle.stop();
    } else {
      const writer = await data.call('writer', { dir: run.dir });
      if (writer !== null) stopForeignRun(writer);
    }
    await store.refresh();
  };

  const control = (argument: unknown): ReturnType<typeof engines.ofRun> => {
    const [dir] = runsOf(argument);
    return dir === undefined ? null : engines.ofRun(dir);
  };

  const resume = async (argument: unknown): Promise<void> => {
    requireTrust();
    const run = await choose(
      argument,
      ({ status }) => status === 'stopped' || status === 'failed',
      vscode.l10n.t('Which run is to go on?'),
      vscode.l10n.t('No run is stopped. A finished one can be forked from a checkpoint, in the Runs view.'),
    );
    if (run === undefined) return;
    await engines.start({ kind: 'resume', runDir: run.dir });
    selection.select(run.dir);
    panels.openDashboard();
    await store.refresh();
  };

  const evaluate = async (run: ReadableRun): Promise<void> => {
    requireTrust();
    const split = await vscode.window.showQuickPick(
      [
        { label: vscode.l10n.t('Held-out problems'), value: 'validation' as const },
        { label: vscode.l10n.t('Test problems'), value: 'test' as const },
      ],
      { placeHolder: vscode.l10n.t('Evaluate {0} on', fullName(run)) },
    );
    if (split === undefined) return;
    await engines.start({ kind: 'evaluate', path: run.dir, split: split.value, overrides: [] });
    selection.select(run.dir);
    panels.openDashboard();
  };

  const setStar = async (argument: unknown, starred: boolean): Promise<void> => {
    for (const dir of runsOf(argument)) {
      const label = store.get(dir)?.label;
      if (label !== undefined) await data.call('setLabel', { dir, label: { ...label, starred } });
    }
    await store.refresh();
  };

  const remove = async (argument: unknown, selected: unknown): Promise<void> => {
    const dirs = runsOf(argument, selected);
    const trashed: { readonly dir: string; readonly at: string }[] = [];
    if (selection.current !== null && dirs.includes(selection.current)) selection.select(null);
    for (const dir of dirs) trashed.push({ dir, at: await data.call('moveToTrash', { dir }) });
    await store.refresh();
    if (trashed.length === 0) return;
    const undo = vscode.l10n.t('Undo');
    const what =
      trashed.length === 1 ? vscode.l10n.t('Deleted 1 run.') : vscode.l10n.t('Deleted {0} runs.', trashed.length);
    const picked = await vscode.window.showInformationMessage(what, undo);
    if (picked !== undefined)
      for (const { dir, at } of trashed) await data.call('restoreFromTrash', { trashed: at, dir });
    await store.refresh();
  };

  const rename = async (argument: unknown): Promise<void> => {
    const [dir] = runsOf(argument);
    const run = dir === undefined ? undefined : store.get(dir);
    if (run === undefined) return;
    const name = await vscode.window.showInputBox({
      prompt: vscode.l10n.t('A name for this run; nothing gives it back its own'),
      value: runName(run),
    });
    if (name === undefined) return;
    const label = { ...run.label, name: name.trim() === '' ? null : name.trim() };
    await data.call('setLabel', { dir: run.dir, label });
    await store.refresh();
  };

  const openFolder = async (): Promise<void> => {
    const picked = await vscode.window.showOpenDialog({
      canSelectFolders: true,
      canSelectFiles: false,
      openLabel: vscode.l10n.t('Open Run'),
      title: vscode.l10n.t('A run folder: it holds run.sqlite'),
    });
    const dir = picked?.[0]?.fsPath;
    if (dir === undefined) return;
    await data.call('requireRun', { dir });
    opened.open(dir);
    await store.refresh();
    selection.select(dir);
    panels.openDashboard();
  };

  /** @param chosen already picked in the list */
  const compare = async (chosen: readonly string[]): Promise<void> => {
    const runs = readable(store.runs);
    if (runs.length < 2) throw new UserError(vscode.l10n.t('There is nothing to compare yet: it takes two runs.'));
    const picked =
      chosen.length > 1
        ? chosen
        : (
            await pickRuns(runs, {
              placeHolder: vscode.l10n.t('Compare which runs? Up to {0}', MAX_COMPARED_RUNS),
              picked: ({ dir }) => chosen.includes(dir),
            })
          )?.map(({ dir }) => dir);
    if (picked !== undefined && picked.length > 0) panels.openCompare(picked);
  };

  return {
    openDashboard: () => {
      // With nothing selected, what was done last is what one wants to see.
      if (selection.current === null) selection.select(readable(store.runs)[0]?.dir ?? null);
      panels.openDashboard();
    },
    compareRuns: () => compare(selection.current === null ? [] : [selection.current]),
    'run.compare': (argument, selected) => compare(runsOf(argument, selected)),
    openOutputs: (argument) => {
      const [dir] = runsOf(argument);
      if (dir !== undefined) selection.select(dir);
      panels.openOutputs();
    },
    stopTraining: async (argument) => {
      const pending = engines.handles.filter(({ runDir }) => runDir === null);
      const running = readable(store.runs).filter(({ status }) => status === 'running');
      if (runsOf(argument).length === 0 && running.length === 0 && pending.length > 0)
        return Promise.all(pending.map((handle) => handle.stop()));
      const run = await choose(
        argument,
        ({ status }) => status === 'running',
        vscode.l10n.t('Which run is to stop?'),
        vscode.l10n.t('Nothing is running.'),
      );
      return run && stop(run);
    },
    resumeRun: resume,
    evaluateModel: async () => {
      const run = await choose(
        undefined,
        ({ lastStep, status }) => lastStep !== null && status !== 'running',
        vscode.l10n.t('Evaluate the newest policy of which run?'),
        vscode.l10n.t('There is no run to evaluate yet. Start one: its first evaluation is the untrained model.'),
      );
      if (run) await evaluate(run);
    },
    'run.select': (argument) => {
      const [dir] = runsOf(argument);
      if (dir === undefined) return;
      selection.select(dir);
      panels.openDashboard();
    },
    'run.stop': async (argument) => {
      const pending = engines.handles.find((handle) => isEngineNode(argument) && handle.id === argument.handle.id);
      if (pending) return pending.stop();
      for (const run of readable(store.runs).filter(({ dir }) => runsOf(argument).includes(dir))) await stop(run);
      return undefined;
    },
    'run.pause': (argument) => control(argument)?.pause(),
    'run.continue': (argument) => control(argument)?.continue(),
    'run.resume': resume,
    'run.evaluate': async (argument) => {
      const run = readable(store.runs).find(({ dir }) => runsOf(argument).includes(dir));
      if (run) await evaluate(run);
    },
    'run.star': (argument) => setStar(argument, true),
    'run.unstar': (argument) => setStar(argument, false),
    'run.rename': rename,
    'run.delete': remove,
    'run.showLog': async (argument) => {
      const [dir] = runsOf(argument);
      await log.show(dir ?? selection.current);
    },
    'run.reveal': (argument) => {
      const [dir] = runsOf(argument);
      return dir && vscode.commands.executeCommand('revealFileInOS', vscode.Uri.file(dir));
    },
    'run.copyPath': (argument, selected) => vscode.env.clipboard.writeText(runsOf(argument, selected).join('\n')),
    'run.openExperiment': async (argument) => {
      const path =
        experimentOf(argument) ??
        readable(store.runs).find(({ dir }) => runsOf(argument).includes(dir))?.experimentPath;
      if (path !== undefined) await vscode.window.showTextDocument(vscode.Uri.file(path));
    },
    openRunFolder: openFolder,
    'run.forget': async (argument) => {
      for (const dir of runsOf(argument)) opened.forget(dir);
      await store.refresh();
    },
  };
}

function experimentOf(argument: unknown): string | undefined {
  const isNode = typeof argument === 'object' && argument !== null && 'kind' in argument && 'path' in argument;
  return isNode && argument.kind === 'experiment' && typeof argument.path === 'string' ? argument.path : undefined;
}

function isEngineNode(value: unknown): value is { readonly handle: { readonly id: string } } {
  return typeof value === 'object' && value !== null && 'kind' in value && value.kind === 'engine' && 'handle' in value;
}
