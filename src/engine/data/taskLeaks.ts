/** What the data of several tasks gives away of each other: to train on one task may be to train on what another is measured by. */
import { indexParts, leaksAmong, leaksFrom, leakWarnings, type Leak, type PartQuestions } from './overlap.ts';
import { ofTask } from './taskWords.ts';

/** A task with what its parts ask, those of which earlier ones must not give later ones away. */
export interface TaskQuestions {
  /** null where the experiment has one dataset. */
  readonly task: string | null;
  readonly parts: readonly PartQuestions[];
  /** Whether its problems are alike by design (`dataset.overlap`). */
  readonly alike: boolean;
}

export interface TaskLeak extends Leak {
  /** The task that `part` is of. */
  readonly task: string | null;
  /** The task that `from` is of, where it is another. */
  readonly fromTask: string | null;
  /** Whether near repeats are meant. */
  readonly alike: boolean;
}

/**
 * Of each task what its own parts give away, and then what it is measured by and another trains on. What a task shows as worked examples
 * is not shown where another is measured, and what both are measured by spoils neither. Every part is read once, however many tasks there are.
 */
export function findTaskLeaks(tasks: readonly TaskQuestions[]): TaskLeak[] {
  const indexed = indexParts(tasks.map(({ parts }) => parts));
  return tasks.flatMap(({ task, alike }, own) => {
    const parts = indexed[own] ?? [];
    return [
      ...leaksAmong(parts).map((leak) => ({ ...leak, task, fromTask: null, alike })),
      ...tasks.flatMap((other, index) => {
        if (index === own) return [];
        const trained = indexed[index]?.filter(({ questions }) => questions.part === 'train') ?? [];
        return parts
          .flatMap((part) => leaksFrom(trained, part))
          .map((leak) => ({ ...leak, task, fromTask: other.task, alike: false }));
      }),
    ];
  });
}

/** One warning for each leak that nobody expects. */
export function taskLeakWarnings(leaks: readonly TaskLeak[]): string[] {
  return leaks.flatMap((leak) =>
    leakWarnings([{ ...leak, near: leak.alike ? [] : leak.near }], leak.fromTask).map((warning) =>
      ofTask(leak.task, warning),
    ),
  );
}
