/** How a message says that a step can be computed again: a terminal shows the command, and an editor makes a button of it. */

export function replayHint(runDir: string, step: number): string {
  return `rlvr replay ${runDir} --step ${step}`;
}

/** The step of a run that a message hints at; null where it does not. */
export function hintedReplay(message: string, runDir: string): number | null {
  const [, rest] = message.split(replayHint(runDir, 0).slice(0, -1));
  const step = /^[1-9]\d{0,14}(?!\d)/.exec(rest ?? '')?.[0];
  return step === undefined ? null : Number(step);
}
