/** What a run recorded of a step's rollouts, in place of the policy that would sample them and of the rewards that would score them. */
import type { CompletionKey } from '../../protocol/completion.ts';
import { UserError } from '../../protocol/errors.ts';
import type { CompletionRecord } from '../../protocol/run.ts';
import type { RunReader } from '../../run/reader.ts';
import type { RecordedStep } from '../../run/writer.ts';
import type { StepContext } from '../runContext.ts';
import { completionPlace } from './places.ts';

/** The rollouts of one step. */
export class RecordedRollouts implements RecordedStep {
  readonly step: number;
  readonly #records: ReadonlyMap<string, CompletionRecord>;

  constructor(reader: RunReader, step: number) {
    this.step = step;
    const rollouts = reader.completionsOfStep(step).filter(({ purpose }) => purpose === 'rollout');
    this.#records = new Map(rollouts.map((record) => [completionPlace(record.key), record]));
  }

  get all(): readonly CompletionRecord[] {
    return [...this.#records.values()];
  }

  find(_purpose: string, _split: string, key: CompletionKey): CompletionRecord | undefined {
    return this.#records.get(completionPlace(key));
  }

  /** @throws UserError where there is none: it has no reward either, and a reward function may say something else today */
  get(key: CompletionKey): CompletionRecord {
    const record = this.#records.get(completionPlace(key));
    if (record) return record;
    throw new UserError(
      `Step ${this.step} cannot be computed again: the run has no record of ${completionPlace(key)}, and a replay asks no reward function. ` +
        'Restore the run folder from a copy.',
    );
  }

  /** What takes the place of the rewards: what they said then. */
  get rewards(): Pick<StepContext, 'writer' | 'scorer'> {
    return {
      writer: { recordedStep: () => this },
      scorer: { score: () => Promise.resolve([]) },
    };
  }

  /** What takes the place of sampling: a seed and a policy always give the same. */
  get sample(): StepContext['sample'] {
    return ({ groups }, { onGroup }) => {
      for (const [group, { keys }] of groups.entries())
        onGroup({ group, completions: keys.map((key) => this.get(key)) });
      return Promise.resolve({});
    };
  }
}
