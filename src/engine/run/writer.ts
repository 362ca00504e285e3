/** Writes a run: made once, then one transaction per step. The only module, with those it alone uses, that changes a run folder. */
import { existsSync } from 'node:fs';
import { hostname } from 'node:os';
import { basename, join, resolve } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import type { CompletionKey } from '../protocol/completion.ts';
import { UserError } from '../protocol/errors.ts';
import type { EvaluationSummary } from '../protocol/events.ts';
import type { Experiment } from '../protocol/experiment.ts';
import type {
  CompletionRecord,
  ProblemRecord,
  RewardVersion,
  RunManifest,
  RunStatus,
  StepRecord,
} from '../protocol/run.ts';
import { solvedByProblem } from '../protocol/tasks.ts';
import { backUpOlder } from './backUp.ts';
import { isSaved, removeSavedAfter } from './checkpoints.ts';
import { COMPLETION_COLUMNS, COMPLETION_ROWS, CompletionReader } from './completionRows.ts';
import { removeLeftovers } from './durable.ts';
import { goneRun, isBusy, reading, RunLockedError, writeFailure } from './errors.ts';
import { isNetworkFolder } from './fileSystem.ts';
import { DATABASE_FILE, REWARDS_FOLDER } from './layout.ts';
import { takeLock } from './lock.ts';
import type { FileLock } from './lock.ts';
import { makeRun } from './makeRun.ts';
import { parseManifest, readExperiment } from './manifest.ts';
import { withPlaces } from './movedPlaces.ts';
import { RunReader } from './reader.ts';
import { keepFolder, readRewardVersions, replaceRewardVersions } from './rewardVersions.ts';
import { integer, nullable, text, word } from './rows.ts';
import { verifySchema } from './schema.ts';
import { RUN_STATUSES } from './runState.ts';
import { readSolvedGroups, type SolvedGroup } from './solvedGroups.ts';
import { StepWriter } from './stepWriter.ts';

/** Milliseconds to wait for readers where the journal lets them block a writer (network folders, and while the journal changes). */
const BUSY_TIMEOUT_MS = 5000;

/** Where a resumed run continues: the state after `step`, in the folder `state` under the run. */
export interface ResumePoint {
  readonly step: number;
  readonly state: string;
}

/** The completions of one step as they were recorded, with the rewards given then. */
export interface RecordedStep {
  /** The caller compares the tokens with those it sampled before it takes the rewards over. */
  find(
    purpose: CompletionRecord['purpose'],
    split: ProblemRecord['split'],
    key: CompletionKey,
  ): CompletionRecord | undefined;
}

export class RunWriter {
  readonly dir: string;
  readonly manifest: RunManifest;
  readonly #lock: FileLock;
  readonly #db: DatabaseSync;
  readonly #steps: StepWriter;
  #status: RunStatus;
  #lastStep: number;

  /**
   * Makes a run and opens it with status `running`.
   * @throws UserError where the folder is taken; DiskFullError
   */
  static create(
    dir: string,
    manifest: RunManifest,
    experiment: Experiment,
    files: Readonly<Record<string, string | Uint8Array>> = {},
  ): RunWriter {
    makeRun(dir, manifest, experiment, files);
    return RunWriter.open(dir);
  }

  /**
   * Opens a run to continue it, and clears away what a crash left of the step under way.
   * @throws RunLockedError while another process writes it; DamagedRunError, NewerRunError
   */
  static open(dir: string): RunWriter {
    if (!existsSync(join(dir, DATABASE_FILE)))
      throw new UserError(
        `${dir} is not a run folder: it has no ${DATABASE_FILE}. Runs are the folders in .rlvr/runs.`,
      );
    try {
      const lock = takeLock(dir);
      if (lock === null) throw lockedBy(dir);
      try {
        return new RunWriter(dir, lock);
      } catch (error) {
        lock.release();
        throw error;
      }
    } catch (error) {
      throw writeFailure(error, dir, 'the run was not opened');
    }
  }

  private constructor(dir: string, lock: FileLock) {
    this.dir = dir;
    this.#lock = lock;
    this.#db = new DatabaseSync(join(dir, DATABASE_FILE));
    try {
      this.#db.exec('PRAGMA trusted_schema = OFF; PRAGMA cell_size_check = ON;');
      this.#db.exec(`PRAGMA busy_timeout = ${BUSY_TIMEOUT_MS}`);
      verifySchema(this.#db, dir);
      const row = this.#db.prepare('SELECT manifest, status, last_step FROM run').get() ?? {};
      this.manifest = withPlaces(parseManifest(text(row, 'manifest')), resolve(dir));
      backUpOlder(this.#db, dir, this.manifest);
      // FULL forces every step to the disk as it is committed, one fsync beside seconds of computing; with NORMAL a power cut could
      // take back steps whose state folder is already the newest.
      this.#db.exec(`PRAGMA journal_mode = ${isNetworkFolder(dir) ? 'DELETE' : 'WAL'}; PRAGMA synchronous = FULL;`);
      this.#status = word(row, 'status', RUN_STATUSES);
      this.#lastStep = nullable(integer, row, 'last_step') ?? -1;
      this.#steps = new StepWriter(this.#db, solvedByProblem(this.manifest, readExperiment(dir)));
      this.#db
        .prepare('UPDATE run SET writer_pid = ?, writer_host = ?, writer_since = ?')
        .run(process.pid, hostname(), new Date().toISOString());
    } catch (error) {
      this.#db.close();
      throw error;
    }
    removeSavedAfter(dir, this.#lastStep);
    removeLeftovers(join(dir, REWARDS_FOLDER));
  }

  get status(): RunStatus {
    return this.#status;
  }

  /** The newest step; null before the first. */
  get lastStep(): number | null {
    return this.#lastStep < 0 ? null : this.#lastStep;
  }

  /** @param message why it failed or stopped, for whoever lists runs */
  setStatus(status: RunStatus, message: string | null = null): void {
    this.#transaction(`the status ${status} was not written`, () => {
      this.#db.prepare('UPDATE run SET status = ?, message = ?').run(status, message);
    });
    this.#status = status;
  }

  /** Adds a step, in place of its hidden rows if it was written before the run was rewound. All of it is in the run, or nothing. */
  writeStep(record: StepRecord): void {
    this.writeSteps([record]);
  }

  /** Adds several steps, in ascending order, in one transaction. */
  writeSteps(records: readonly StepRecord[]): void {
    const newest = records.at(-1);
    if (newest === undefined) return;
    this.#transaction(`step ${newest.step} was not written`, () => this.#steps.insert(records, this.#lastStep));
    this.#lastStep = newest.step;
  }

  /** Adds an evaluation to a step that is there already (the test split at the end, `rlvr eval`), in place of one on the same split. */
  writeEvaluation(
    evaluation: EvaluationSummary,
    problems: readonly ProblemRecord[],
    completions: readonly CompletionRecord[],
  ): void {
    if (evaluation.step > this.#lastStep) throw new Error(`Step ${evaluation.step} is not written yet`);
    this.#transaction(`the evaluation of step ${evaluation.step} was not written`, () =>
      this.#steps.insertEvaluation(evaluation, problems, completions),
    );
  }

  /** The newest step whose state is there whole; null where the run can only start anew. */
  resumePoint(): ResumePoint | null {
    return reading(this.dir, () => {
      const rows = this.#db
        .prepare('SELECT step, state FROM steps WHERE state IS NOT NULL AND step <= ? ORDER BY step DESC')
        .iterate(this.#lastStep);
      for (const row of rows) {
        const state = text(row, 'state');
        if (isSaved(this.dir, state)) return { step: integer(row, 'step'), state };
      }
      return null;
    });
  }

  /**
   * Goes back to the end of `step`; -1 goes back to before step 0. Later rows are hidden until the same step is written again, and
   * what was saved after it is removed.
   */
  rewind(step: number): void {
    if (step > this.#lastStep) throw new Error(`Cannot rewind to step ${step}: the last one is ${this.#lastStep}`);
    this.#transaction(`the run was not rewound to step ${step}`, () => this.#steps.rewind(step));
    this.#lastStep = Math.max(-1, step);
    removeSavedAfter(this.dir, step);
  }

  /** What was recorded of a step, hidden or not; empty where nothing was. */
  recordedStep(step: number): RecordedStep {
    const found = reading(this.dir, () => {
      const reader = new CompletionReader(this.#db);
      const rows = this.#db.prepare(`SELECT ${COMPLETION_COLUMNS} FROM ${COMPLETION_ROWS} WHERE step = ?`).all(step);
      return new Map(
        rows
          .map((row) => reader.read(row))
          .map((record) => [recordKey(record.purpose, record.split, record.key), record]),
      );
    });
    return { find: (purpose, split, key) => found.get(recordKey(purpose, split, key)) };
  }

  /** What became of the problems of a step. */
  solvedGroups(step: number): SolvedGroup[] {
    return reading(this.dir, () => readSolvedGroups(this.#db, step));
  }

  /** Every change of rewards, also those after the newest step: they are made again when the run comes there. */
  rewardVersions(): RewardVersion[] {
    return reading(this.dir, () => readRewardVersions(this.#db));
  }

  /**
   * From `fromStep` on other code scores: the sources are in the run, and then the change, in place of any that were to be made at that
   * step or later. Rewards recorded of those steps are forgotten, for other code gave them.
   * @param versions all of `fromStep`; none where the run comes back to the code that scores before it
   * @param sources files by folder under the run, as `keepFolder` takes them
   */
  changeRewards(
    fromStep: number,
    versions: readonly RewardVersion[],
    sources: ReadonlyMap<string, ReadonlyMap<string, Uint8Array>>,
  ): void {
    if (fromStep <= this.#lastStep)
      throw new Error(`Step ${fromStep} has been scored: the last one is ${this.#lastStep}`);
    try {
      for (const [folder, files] of sources) keepFolder(this.dir, folder, files);
    } catch (error) {
      throw writeFailure(error, this.dir, 'the new reward source was not kept');
    }
    this.#transaction(`the change of rewards at step ${fromStep} was not written`, () => {
      replaceRewardVersions(this.#db, fromStep, versions);
      this.#steps.forgetFrom(fromStep);
    });
  }

  /** Leaves the run as a single database file without a journal beside it, where no reader has it open, and gives the lock up. */
  close(): void {
    try {
      this.#db.exec('PRAGMA busy_timeout = 0; PRAGMA journal_mode = DELETE;');
    } catch (error) {
      // With a reader at work, or in a folder that was moved, the log stays; SQLite finds it again, and the next writer's close removes it.
      if (!isBusy(error) && this.#isInPlace) throw writeFailure(error, this.dir, 'the journal was not closed');
    } finally {
      this.#db.close();
      this.#lock.release();
    }
  }

  /** The database that is open may have been moved with its folder; what is saved by its path would no longer be beside it. */
  get #isInPlace(): boolean {
    return existsSync(join(this.dir, DATABASE_FILE));
  }

  #transaction(doing: string, write: () => void): void {
    if (!this.#isInPlace) throw goneRun(this.dir, doing);
    try {
      this.#db.exec('BEGIN IMMEDIATE');
      write();
      this.#db.exec('COMMIT');
    } catch (error) {
      // SQLite has rolled back by itself where the disk is full.
      if (this.#db.isTransaction) this.#db.exec('ROLLBACK');
      this.#steps.rolledBack();
      throw writeFailure(error, this.dir, doing);
    }
  }
}

function recordKey(purpose: string, split: string, key: CompletionKey): string {
  return [purpose, split, key.step, key.problem, key.occurrence, key.round, key.sample].join('/');
}

/** The error that names the process that writes the run. */
function lockedBy(dir: string): RunLockedError {
  const advice = `Wait for it, or stop it, and then continue with: rlvr train --resume ${dir}`;
  try {
    const reader = RunReader.open(dir);
    const writer = reader.writer();
    reader.close();
    if (writer !== null) {
      return new RunLockedError(
        `Run ${basename(dir)} is being written by process ${writer.pid} on ${writer.host} since ${writer.since}. ${advice}`,
      );
    }
  } catch {
    // Who it is makes a better message, nothing more: the lock itself is what counts.
  }
  return new RunLockedError(`Run ${basename(dir)} is being written by another process. ${advice}`);
}
