/** The training that an agent may start: one at a time, in this process, so that it ends with the agent's session. */
import { basename } from 'node:path';
import { experimentInside } from '../../analysis/agents/projects.ts';
import type { StartTrainingInput } from '../../protocol/agentTools.ts';
import { UserError } from '../../protocol/errors.ts';
import { trainExperiment } from '../../trainer/engine.ts';
import type { Outcome } from '../../trainer/engineContext.ts';

interface Training {
  readonly abort: AbortController;
  readonly outcome: Promise<Outcome>;
  /** null while everything is loaded. */
  runDir: string | null;
}

export class AgentTraining {
  readonly #project: string;
  readonly #runsDir: string;
  #current: Training | null = null;

  /** @param options `project`: the folder whose experiments may be started */
  constructor({ project, runsDir }: { readonly project: string; readonly runsDir: string }) {
    this.#project = project;
    this.#runsDir = runsDir;
  }

  /** Answers once the run has begun. @throws UserError for an experiment that cannot be trained, or while another training is under way */
  async start({ experiment, overrides }: StartTrainingInput): Promise<string> {
    const experimentPath = experimentInside([this.#project], experiment);
    if (this.#current !== null) {
      const which = this.#current.runDir === null ? 'A training' : `Run ${basename(this.#current.runDir)}`;
      throw new UserError(
        `${which} is under way, and a second would slow both down. Stop it first, or wait for its end.`,
      );
    }
    const abort = new AbortController();
    let begin: (runDir: string) => void = () => {};
    const begun = new Promise<string>((resolve) => (begin = resolve));
    const outcome = trainExperiment(
      { experimentPath, overrides, runsDir: this.#runsDir },
      {
        signal: abort.signal,
        emit: (event) => {
          if (event.event !== 'started') return;
          training.runDir = event.runDir;
          begin(event.runDir);
        },
      },
    ).finally(() => (this.#current = null));
    const training: Training = { abort, outcome, runDir: null };
    this.#current = training;
    // The same failure ends the race, where there was no run yet; otherwise it is in the run.
    outcome.catch(() => {});
    const runDir = await Promise.race([begun, outcome.then(() => null)]);
    if (runDir === null) throw new UserError('The training was stopped while it was loading; there is no run.');
    return `Run ${basename(runDir)} has begun. Its folder is ${runDir}.`;
  }

  /** Answers once no process of the training is left. @throws UserError for a run that was not started here */
  async stop(run: string): Promise<string> {
    const current = this.#current;
    const runDir = current?.runDir ?? null;
    if (current === null || runDir === null || basename(runDir) !== run) {
      throw new UserError(
        `Run ${JSON.stringify(run)} is not one that was started here and is still under way. Others are stopped where they were ` +
          'started, in the editor or the terminal.',
      );
    }
    await this.#end(current);
    return `Run ${run} has stopped. To continue it: rlvr train --resume ${runDir}`;
  }

  /** Stops what is under way. */
  async end(): Promise<void> {
    if (this.#current !== null) await this.#end(this.#current);
  }

  async #end({ abort, outcome }: Training): Promise<void> {
    abort.abort();
    await outcome.catch(() => {});
  }
}
