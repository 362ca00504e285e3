/** How far downloads have come, in whole percents, so that neither a terminal nor a log is flooded. */
import { bytes } from '../../words/format.ts';
import type { CommandIO } from '../command.ts';
import { printJson } from '../json.ts';
import { printable } from '../text.ts';

export interface Progress {
  readonly source: string;
  readonly file: string;
  readonly done: number;
  readonly total: number;
}

export interface ShownProgress {
  readonly progress: (event: Progress) => void;
  /** Leaves no half line behind. */
  readonly done: () => void;
}

export function progressOf({ stdout, stderr }: CommandIO, json: boolean): ShownProgress {
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
