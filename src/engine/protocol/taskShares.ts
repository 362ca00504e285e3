/**
 * Which task each draw of a run goes to, so that after any number of draws every task has had its share to within one. Nothing in it is
 * random.
 */

/**
 * The task of the next draw, by the quota method (Balinski and Young, The Quota Method of Apportionment, 1975): of the tasks that are
 * behind their share, the one that must have its next draw soonest. Simply taking the task that is furthest behind lets a share be missed by more
 * than one where there are several tasks.
 * @param weights of the tasks, positive
 * @param counts draws that each has had
 * @returns index of the task; the first of equals
 */
export function nextTask(weights: readonly number[], counts: readonly number[]): number {
  const total = sum(weights);
  const draws = sum(counts) + 1;
  let next = 0;
  let soonest = Infinity;
  for (const [task, weight] of weights.entries()) {
    const count = counts[task] ?? 0;
    const deadline = (count + 1) / weight;
    if (count * total < draws * weight && deadline < soonest) {
      next = task;
      soonest = deadline;
    }
  }
  return next;
}

/** What each of the tasks has had after so many draws. */
export function drawsOfTasks(weights: readonly number[], draws: number): number[] {
  const counts = weights.map(() => 0);
  for (let draw = 0; draw < draws; draw += 1) {
    const task = nextTask(weights, counts);
    counts[task] = (counts[task] ?? 0) + 1;
  }
  return counts;
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
