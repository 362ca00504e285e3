/** What makes a file an experiment is the end of its name. */

export const EXPERIMENT_EXTENSION = '.rlvr.json';

/** The name or path of an experiment, from what a person typed: with the extension once, however much of it was there. */
export function withExperimentExtension(typed: string): string {
  // Of nothing but an extension no name is left, and that is for the person to hear of.
  const stem = typed.replace(/(\.rlvr)?(\.json)?$/, '');
  return stem.trim() === '' ? stem : `${stem}${EXPERIMENT_EXTENSION}`;
}
