/** `rlvr get model`: tells what a model is, and then fetches it. */
import { readFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { foundModelText, modelLines } from '../../analysis/models/modelText.ts';
import { UserError } from '../../protocol/errors.ts';
import { readHubModel } from '../../protocol/hubModel.ts';
import type { ModelDescription } from '../../protocol/modelDescription.ts';
import { bytes, plural } from '../../words/format.ts';
import type { CommandIO } from '../command.ts';
import { printJson } from '../json.ts';
import { printModelFit } from '../modelFitTable.ts';
import { renderTable } from '../table.ts';
import { printable, wrap } from '../text.ts';
import type { GetSetting } from './setting.ts';

/**
 * @param what a model of the hub, or an experiment file that names one
 * @param look only tells what it is
 */
export async function getOneModel(what: string, io: CommandIO, setting: GetSetting, look: boolean): Promise<void> {
  const { describeHubModel, getModel } = await import('../../model/hub/getModel.ts');
  const name = await modelToGet(what, resolve(io.cwd, what));
  const { options, shown, json } = setting;
  const onDescription = (description: ModelDescription): void => {
    if (json) printJson(io.stdout, { event: 'model', ...description });
    else {
      const { source, commit, page } = description;
      printLines(io, [`${source} at ${commit} (${page})`, ...modelLines(description)]);
      if (look) printModelFit(description.memory, io.stdout, json);
    }
  };
  if (look) {
    onDescription(await describeHubModel(name, options));
    return;
  }
  const got = await getModel(name, { ...options, commit: null, onDescription });
  shown.done();
  if (json) printJson(io.stdout, { event: 'got', ...got });
  else
    printLines(io, [
      got.fetched === 0
        ? 'Its weights were here already.'
        : `${plural(got.fetched, 'file')} fetched, ${bytes(got.bytes)}.`,
      `An experiment names it "model": "${name}". It lies in ${got.folder}`,
    ]);
}

export async function searchForModels(words: string, io: CommandIO, { options, json }: GetSetting): Promise<void> {
  const [{ requireOnline }, { searchModels }] = await Promise.all([
    import('../../hub/fetchFiles.ts'),
    import('../../hub/searchModels.ts'),
  ]);
  requireOnline(`"${words}"`, options);
  const found = await searchModels(words, options);
  if (json) for (const model of found) printJson(io.stdout, { event: 'found', ...model });
  else if (found.length === 0)
    printLines(io, [`The hub has no model with safetensors that is called like "${words}".`]);
  else {
    const columns = [
      { title: 'model', cell: ({ name }: (typeof found)[number]) => printable(name) },
      { title: 'what it is', cell: (model: (typeof found)[number]) => printable(foundModelText(model)), minWidth: 20 },
    ];
    for (const line of renderTable(columns, found, io.stdout.columns ?? Infinity)) io.stdout.write(`${line}\n`);
  }
}

async function modelToGet(what: string, path: string): Promise<string> {
  // An experiment in a folder reads like a model of the hub.
  if (!what.endsWith('.json') && readHubModel(what) !== null) return what;
  const text = await readFile(path, 'utf8').catch((error: unknown) => {
    throw new UserError(
      `${what} is no model of the hub, owner/name, and cannot be read as an experiment file (${error instanceof Error ? error.message : String(error)}).`,
    );
  });
  const [{ parseExperiment }, { hubModelOf }] = await Promise.all([
    import('../../protocol/experimentFile.ts'),
    import('../../model/findModel.ts'),
  ]);
  const { model } = parseExperiment(text, path);
  if ((await hubModelOf(model, dirname(path))) !== null) return model;
  throw new UserError(`${path} names no model of the hub: "${model}" is a folder or comes with the product.`);
}

function printLines({ stdout }: CommandIO, lines: readonly string[]): void {
  for (const line of lines.flatMap((each) => wrap(printable(each), stdout.columns ?? Infinity)))
    stdout.write(`${line}\n`);
}
