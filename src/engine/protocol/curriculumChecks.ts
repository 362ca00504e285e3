/** What the schema cannot say of a curriculum: what it contradicts. */
import type { Experiment } from './experiment.ts';
import type { Problem } from './jsonIssues.ts';

/** Of an experiment's `curriculum`, each with what to change. */
export function curriculumProblems(experiment: Experiment): Problem[] {
  const { curriculum, method } = experiment;
  if (curriculum === undefined) return [];
  const problems = screeningProblems(experiment);
  if (method === 'sft' && curriculum.by !== 'column') {
    const message = 'supervised training samples nothing that could be solved; take `by: "column"`';
    problems.push({ path: ['curriculum', 'by'], message });
  }
  if (curriculum.by === 'passRate' && curriculum.low > curriculum.high) {
    const message = `low (${curriculum.low}) must not be above high (${curriculum.high})`;
    problems.push({ path: ['curriculum', 'low'], message });
  }
  return problems;
}

function screeningProblems({ curriculum, rollout, algorithm, rewards }: Experiment): Problem[] {
  if (curriculum?.by !== 'adaptive' || curriculum.screen === 0) return [];
  const path = ['curriculum', 'screen'];
  const problems: Problem[] = [];
  if (curriculum.screen >= rollout.groupSize) {
    const message = `of a group of ${rollout.groupSize} completions (\`rollout.groupSize\`) fewer than all are sampled first; 0 samples them at once`;
    problems.push({ path, message });
  }
  if (algorithm.advantage === 'reinforce++') {
    const message =
      '`reinforce++` compares with the whole batch, for which what is solved always counts too; take another advantage or set 0';
    problems.push({ path, message });
  }
  if (rewards.some(({ per }) => per === 'group')) {
    const message =
      'a reward with `per: "group"` is to see whole groups, and what is screened is scored before the rest; set 0';
    problems.push({ path, message });
  }
  return problems;
}
