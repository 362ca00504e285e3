/** What lies where in a run folder, `<runs dir>/<id>/`. Paths inside a run are written with `/` on every platform. */

/** Manifest, metrics, problems, completions: see `schema.ts`. */
export const DATABASE_FILE = 'run.sqlite';
/** The database as it was in an older format, before an engine of another version went on with the run. */
export function backUpFile(format: number): string {
  return `run.format-${format}.sqlite`;
}
/** Empty; the operating system's lock on it says whether the run is being written. */
export const LOCK_FILE = 'run.lock';
/** The experiment with every default filled in. */
export const EXPERIMENT_FILE = 'experiment.json';
/** What happened to the run beside its steps. */
export const ENGINE_LOG_FILE = 'engine.log';
/** Reward sources as they ran: a folder for each reward file, and one more for each version that took over later. */
export const REWARDS_FOLDER = 'rewards';
/** What judges replied, by question: a resumed run asks nothing twice. */
export const JUDGE_FILE = 'judge.jsonl';
/** How often the untrained policy solved each problem, where a curriculum goes by that; and the part of it that is done. */
export const PROFILE_FILE = 'profile.json';
export const PROFILE_PROGRESS_FILE = 'profile.progress.jsonl';
/** Beside the runs: such profiles, by what they depend on. */
export const PROFILES_FOLDER = 'profiles';
/** Beside the runs: empty; the lock on it says whether some process trains the sweep. @param sweep what identifies it */
export function sweepLockFile(sweep: string): string {
  return `sweep-${sweep}.lock`;
}
/** Beside the runs: answers of a server whose evaluation has not finished. @param asked what identifies it */
export function serverAnswersFile(asked: string): string {
  return `server-answers-${asked}.jsonl`;
}
/** Beside the runs: empty; the lock on it says whether some process evaluates that server. @param asked what identifies it */
export function serverLockFile(asked: string): string {
  return `server-answers-${asked}.lock`;
}
/** What the run was expected to be like, where a preflight came before it. */
export const FORECAST_FILE = 'forecast.json';
/** From which steps on micro-batches are smaller than the experiment says; absent where memory never ran out. */
export const MICRO_BATCHES_FILE = 'micro-batches.json';
/** Of a run that is a job of a cluster: where that is, and how much of it is here. */
export const JOB_FILE = 'job.json';
/** Uncommitted changes of the repository the experiment lies in. */
export const CODE_DIFF_FILE = 'code.diff';

/** `state`: what the next step continues from, newest two kept; `checkpoints`: what a person takes away, kept as the experiment says, the best among them. */
export type SavedKind = 'state' | 'checkpoints';
export const SAVED_KINDS: readonly SavedKind[] = ['state', 'checkpoints'];

/** Path under the run of what was saved after a step: `state/step-12`. */
export function savedFolder(kind: SavedKind, step: number): string {
  return `${kind}/step-${step}`;
}

/** The kind and step of such a path, or null: a run folder may come from anywhere, and no path in it may lead out of it. */
export function parseSavedFolder(path: string): { readonly kind: SavedKind; readonly step: number } | null {
  const match = /^(state|checkpoints)\/step-(0|[1-9]\d{0,14})$/.exec(path);
  if (match === null) return null;
  return { kind: match[1] === 'state' ? 'state' : 'checkpoints', step: Number(match[2]) };
}
