import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import * as vscode from 'vscode';
import { z } from 'zod';
import { activated, extension } from './extension.ts';

/** A command, or a menu of its own. */
const menuItem = z.union([
  z.object({ command: z.string(), when: z.string().optional() }),
  z.object({ submenu: z.string(), when: z.string().optional() }),
]);

/** Of the manifest, as VS Code has read it: with its strings in the user's language. */
const manifestSchema = z.object({
  activationEvents: z.array(z.string()).default([]),
  extensionKind: z.array(z.string()),
  contributes: z.object({
    commands: z.array(z.object({ command: z.string(), title: z.string(), category: z.string() })),
    views: z.record(z.string(), z.array(z.object({ id: z.string(), name: z.string() }))),
    viewsContainers: z.object({ activitybar: z.array(z.object({ id: z.string() })) }),
    menus: z.record(z.string(), z.array(menuItem)),
    submenus: z.array(z.object({ id: z.string() })),
    configuration: z.array(
      z.object({
        title: z.string(),
        order: z.number(),
        properties: z.record(
          z.string(),
          z.object({ scope: z.string(), order: z.number(), markdownDescription: z.string(), default: z.unknown() }),
        ),
      }),
    ),
  }),
});

function manifest(): z.output<typeof manifestSchema> {
  return manifestSchema.parse(extension().packageJSON);
}

/** What a person finds by typing RLVR; everything else is where it makes sense. */
const PALETTE = [
  'Start Training',
  'Stop Training',
  'Resume Run…',
  'Evaluate Model…',
  'Compare Runs…',
  'Open Dashboard',
  'New Experiment…',
  'New Reward Function from Template…',
  'Try the Built-in Demo',
  'Check This Machine',
];

describe('manifest', () => {
  it('has exactly ten commands in the palette', () => {
    const { commands, menus } = manifest().contributes;
    const hidden = new Set(
      menus['commandPalette']?.flatMap((item) => ('command' in item && item.when === 'false' ? [item.command] : [])),
    );
    const shown = commands.filter(({ command }) => !hidden.has(command)).map(({ title }) => title);
    assert.deepEqual(shown.sort(), [...PALETTE].sort());
  });

  it('has the category RLVR for every command', () => {
    assert.deepEqual([...new Set(manifest().contributes.commands.map(({ category }) => category))], ['RLVR']);
  });

  it('contributes the commands that are registered, and no other', async () => {
    await activated();
    const views = Object.values(manifest().contributes.views).flat();
    const registered = (await vscode.commands.getCommands(true)).filter(
      // VS Code makes some for every view: `<view>.focus` and others.
      (command) => command.startsWith('rlvr.') && !views.some(({ id }) => command.startsWith(`${id}.`)),
    );
    const contributed = manifest().contributes.commands.map(({ command }) => command);
    assert.deepEqual(registered.sort(), contributed.sort());
  });

  it('names only commands that exist in menus', () => {
    const { commands, menus, submenus } = manifest().contributes;
    const known = new Set([...commands.map(({ command }) => command), ...submenus.map(({ id }) => id)]);
    const named = Object.values(menus).flatMap((items) =>
      items.map((item) => ('command' in item ? item.command : item.submenu)),
    );
    const unknown = named.filter((name) => !known.has(name));
    assert.deepEqual(unknown, []);
  });

  it('has every string in the table of strings', () => {
    assert.doesNotMatch(JSON.stringify(extension().packageJSON), /"%[\w.]+%"/);
  });

  it('describes every setting, and its default is what is in force', () => {
    for (const { properties } of manifest().contributes.configuration)
      for (const [name, { markdownDescription, default: value }] of Object.entries(properties)) {
        assert.ok(markdownDescription.length > 0, name);
        assert.deepEqual(vscode.workspace.getConfiguration().get(name), value, name);
      }
  });

  it('has one icon, one view, and runs where the workspace is', () => {
    const { contributes, extensionKind } = manifest();
    assert.deepEqual(
      contributes.viewsContainers.activitybar.map(({ id }) => id),
      ['rlvr'],
    );
    assert.deepEqual(Object.keys(contributes.views), ['rlvr']);
    assert.equal(contributes.views['rlvr']?.length, 1);
    assert.deepEqual(extensionKind, ['workspace']);
  });

  it('is not activated by every window', () => {
    const global = manifest().activationEvents.filter((event) => ['*', 'onStartupFinished'].includes(event));
    assert.deepEqual(global, []);
  });
});
