/** `rlvr get dataset`: fetches datasets of the Hugging Face hub into the cache. Nothing else fetches any. */
import { resolve } from 'node:path';
import { UsageError } from '../protocol/errors.ts';
import { bytes, plural } from '../words/format.ts';
import { parseArguments } from './arguments.ts';
import { EXIT, type Command, type CommandIO } from './command.ts';
import { printJson } from './json.ts';
import { printable } from './text.ts';

export const get: Command = {
  name: 'get',
  summary: 'Fetch a dataset of the Hugging Face hub, for use without a network',
  usage: `rlvr get dataset <experiment | hf:owner/name> [--json]

  <experiment>      an experiment file, *.rlvr.json: every dataset of the hub that it names
  hf:owner/name     one of them; behind it where needed @revision, /files-*.parquet or ?config=main&split=train
  --json            one JSON object per event and line

Goes on where it was broken off, checks every file, and keeps it in the cache of Hugging Face's own tools (HF_HOME, HF_HUB_CACHE).
HF_ENDPOINT names a mirror. A dataset that is not open to all needs a token: HF_TOKEN, or what "hf auth login" has stored.`,

  async run(args, io) {
    const { values, positionals } = parseArguments(args, {
      options: { json: { type: 'boolean', default: false } },
      positionals: ['kind of thing to get (dataset)', 'experiment file or dataset'],
    });
    const [kind, what] = positionals;
    if (kind !== 'dataset') throw new UsageError(`"${kind}" cannot be fetched; write: rlvr get dataset ${what}`);
    const [{ sourcesToGet }, { getDataset }, places] = await Promise.all([
      import('../preview/sourcesToGet.ts'),
      import('../data/hub/getDataset.ts'),
      import('../data/hub/hubPlaces.ts'),
    ]);
    const sources = await sourcesToGet(what, resolve(io.cwd, what));
    const show = progressOf(io, values.json);
    try {
      for (const { source, role } of sources) {
        const got = await getDataset(source, role, {
          ...places.hubPlaces(io.env),
          token: await places.tokenOfTerminal(io.env),
          signal: io.signal,
          onProgress: show.progress,
        });
        show.done();
        if (values.json) printJson(io.stdout, { event: 'got', ...got });
        else io.stdout.write(`${printable(gotLine(got))}\n`);
      }
    } catch (error) {
      show.done();
      if (io.signal.aborted) return EXIT.stopped;
      throw error;
    }
    return EXIT.done;
  },
};

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

interface Progress {
  readonly source: string;
  readonly file: string;
  readonly done: number;
  readonly total: number;
}

/** Whole percents, so that neither a terminal nor a log is flooded. */
function progressOf(
  { stdout, stderr }: CommandIO,
  json: boolean,
): { readonly progress: (event: Progress) => void; readonly done: () => void } {
  let last = '';
  return {
    progress: (event) => {
      const share = event.total === 0 ? 100 : Math.floor((100 * event.done) / event.total);
      const line = `${event.source}: ${share} % of ${bytes(event.total)} (${event.file})`;
      if (line === last) return;
      last = line;
      if (json) printJson(stdout, { event: 'download', ...event });
      else if (stderr.isTTY === true) stderr.write(`\r\u001B[K${printable(line)}`);
    },
    done: () => {
      if (last !== '' && !json && stderr.isTTY === true) stderr.write('\r\u001B[K');
      last = '';
    },
  };
}
