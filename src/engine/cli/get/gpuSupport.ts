/** `rlvr get gpu-support`: tells what it is and how much, and then fetches it. */
import { bytes } from '../../words/format.ts';
import type { CommandIO } from '../command.ts';
import { printJson } from '../json.ts';
import { printable, wrap } from '../text.ts';
import { progressOf } from './progress.ts';

/** @param look only tells @throws UserError where there is none for this machine, or it cannot be had */
export async function getGpuSupport(io: CommandIO, look: boolean, json: boolean): Promise<void> {
  const { describeGpuSupport, installGpuSupport } = await import('../../gpu/installGpuSupport.ts');
  const { env, signal } = io;
  const description = await describeGpuSupport({ env, signal });
  const say = (text: string): void => {
    for (const line of wrap(printable(text), io.stdout.columns ?? Infinity)) io.stdout.write(`${line}\n`);
  };
  if (json) printJson(io.stdout, { event: 'gpu-support', ...description });
  else {
    const { name, folder, download } = description;
    if (download === null) say(`${name} is installed in ${folder}`);
    else {
      say(`${name}: ${bytes(download.bytes)} from ${download.url}`);
      say(`It goes to ${folder}`);
    }
  }
  if (look || description.download === null) return;
  const shown = progressOf(io, json);
  try {
    const { folder, failure } = await installGpuSupport({ env, signal, onProgress: shown.progress });
    shown.done();
    if (json) printJson(io.stdout, { event: 'got', folder, failure });
    else if (failure === null) say('Installed. CUDA works: an experiment asks for it with "device": "cuda".');
    else say(`Installed. CUDA does not work yet: ${failure.reason}. ${failure.remedy ?? ''}`.trim());
  } finally {
    shown.done();
  }
}
