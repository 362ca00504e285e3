/** `rlvr get dataset`. */
import { resolve } from 'node:path';
import { bytes, plural } from '../../words/format.ts';
import type { CommandIO } from '../command.ts';
import { printJson } from '../json.ts';
import { printable } from '../text.ts';
import type { GetSetting } from './setting.ts';

/** @param what an experiment file or a dataset */
export async function getDatasets(what: string, io: CommandIO, setting: GetSetting): Promise<void> {
  const [{ sourcesToGet }, { getDataset }] = await Promise.all([
    import('../../preview/sourcesToGet.ts'),
    import('../../data/hub/getDataset.ts'),
  ]);
  for (const { source, role } of await sourcesToGet(what, resolve(io.cwd, what))) {
    const got = await getDataset(source, role, setting.options);
    setting.shown.done();
    if (setting.json) printJson(io.stdout, { event: 'got', ...got });
    else io.stdout.write(`${printable(gotLine(got))}\n`);
  }
}

interface Got {
  readonly source: string;
  readonly commit: string;
  readonly files: readonly string[];
  readonly fetched: number;
  readonly bytes: number;
}

function gotLine({ source, commit, files, fetched, bytes: size }: Got): string {
  const what = fetched === 0 ? 'was here already' : `${plural(fetched, 'file')} fetched, ${bytes(size)}`;
  return `${source} at ${commit}: ${what} (${files.join(', ')})`;
}
