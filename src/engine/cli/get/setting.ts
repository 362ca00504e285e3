/** What both kinds of downloads are called with. */
import type { GetOptions } from '../../hub/fetchFiles.ts';
import type { CommandIO } from '../command.ts';
import { progressOf, type ShownProgress } from './progress.ts';

export interface GetSetting {
  readonly options: GetOptions;
  readonly shown: ShownProgress;
  readonly json: boolean;
}

/** @throws UserError where the environment names no address of a hub */
export async function getSetting(io: CommandIO, json: boolean): Promise<GetSetting> {
  const { hubPlaces, tokenOfTerminal } = await import('../../hub/hubPlaces.ts');
  const shown = progressOf(io, json);
  const options = {
    ...hubPlaces(io.env),
    token: await tokenOfTerminal(io.env),
    signal: io.signal,
    onProgress: shown.progress,
  };
  return { options, shown, json };
}
