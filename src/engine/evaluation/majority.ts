/** One sample's answer as extracted, null where there was none to extract, and whether it is right. */
export interface Vote {
  readonly answer: string | null;
  readonly correct: boolean;
}

/**
 * Whether the most frequent answer of the first k samples is right (self-consistency, arXiv:2203.11171): 1 or 0, and where
 * several answers have equally many votes, the part of them that is right: what drawing one of them gives on average. Samples
 * without an answer do not vote; without any vote it is 0. The mean over problems is maj@k.
 * @throws RangeError unless `1 <= k <= votes.length`
 */
export function majorityAtK(votes: readonly Vote[], k: number): number {
  if (!(k >= 1 && k <= votes.length)) throw new RangeError(`no maj@${k} of ${votes.length} samples`);
  const answers = new Map<string, { votes: number; readonly correct: boolean }>();
  for (const { answer, correct } of votes.slice(0, k)) {
    if (answer === null) continue;
    const entry = answers.get(answer);
    if (entry === undefined) answers.set(answer, { votes: 1, correct });
    else entry.votes++;
  }
  const most = Math.max(0, ...[...answers.values()].map((entry) => entry.votes));
  const winners = [...answers.values()].filter((entry) => entry.votes === most);
  return winners.length === 0 ? 0 : winners.filter((entry) => entry.correct).length / winners.length;
}
