/** What decides the problems of each step: the sampler of a run, and of its replay. */
import { curriculumOrder } from '../data/curriculum/curriculum.ts';
import type { CurriculumOrder } from '../data/curriculum/curriculumOrder.ts';
import type { Problems } from '../data/problems.ts';
import { ProblemSampler } from '../data/sampler.ts';
import { ShuffledOrder } from '../data/shuffledOrder.ts';
import { inTask } from '../data/taskWords.ts';
import type { Experiment } from '../protocol/experiment.ts';
import { taskNamed } from '../protocol/tasks.ts';
import type { SolvedGroup } from '../run/solvedGroups.ts';
import { passRateOf, type PassProfile } from './curriculum/passProfile.ts';

/** What a curriculum goes by: all of it can be read from a run. */
export interface CurriculumHistory {
  /** What became of the problems of a step that is done. */
  readonly solvedGroups: (step: number) => readonly SolvedGroup[];
  /** What was measured before the first step; null where nothing was. */
  readonly profile: PassProfile | null;
}

export interface OpenedSampler {
  readonly sampler: ProblemSampler;
  /** The orders of its tasks, where a curriculum decides them. */
  readonly curriculum: readonly CurriculumOrder[];
}

/**
 * @param problems those that the experiment names
 * Rejects with UserError where the curriculum cannot put them in order
 */
export async function openSampler(
  experiment: Experiment,
  problems: Pick<Problems, 'tasks' | 'train'>,
  history: CurriculumHistory,
): Promise<OpenedSampler> {
  const { training, seed } = experiment;
  const curriculum = await curriculumOrders(experiment, problems, history);
  const tasks = problems.tasks.map(({ name, train }, task) => ({
    name,
    weight: taskNamed(experiment, name).weight,
    order: curriculum[task] ?? new ShuffledOrder(train, seed),
  }));
  return { sampler: new ProblemSampler(tasks, training.problemsPerStep), curriculum };
}

async function curriculumOrders(
  { curriculum, training, seed }: Experiment,
  { tasks, train }: Pick<Problems, 'tasks' | 'train'>,
  { solvedGroups, profile }: CurriculumHistory,
): Promise<CurriculumOrder[]> {
  if (curriculum === undefined || training.steps === 0) return [];
  const places = new Map(train.map(({ problem }, index) => [problem, index]));
  const passRate = passRateOf(profile);
  const sources = {
    seed,
    steps: training.steps,
    solvedIn: (step: number) =>
      solvedGroups(step).flatMap(({ problem, solved, scored }) => {
        const index = places.get(problem);
        // One may be solved that has no reward, where another function failed.
        return index === undefined ? [] : [{ index, solved: Math.min(solved, scored), scored }];
      }),
    passRate: (index: number) => passRate(train[index]?.problem),
  };
  return Promise.all(
    tasks.map(({ name, train: range }) => inTask(name, () => curriculumOrder(curriculum, train, range, sources))),
  );
}
