/**
 * Probability that at least one of k samples of a problem is correct, estimated without bias from n >= k samples of which `correct`
 * are: 1 - C(n - c, k) / C(n, k) (arXiv:2107.03374, eq. 1, in the product form of its figure 3, which cannot overflow). The mean
 * over problems is pass@k.
 * @throws RangeError unless `1 <= k <= n` and `0 <= correct <= n`
 */
export function passAtK(n: number, correct: number, k: number): number {
  if (!(k >= 1 && k <= n && correct >= 0 && correct <= n))
    throw new RangeError(`no pass@${k} of ${correct} correct among ${n}`);
  if (n - correct < k) return 1;
  let allWrong = 1;
  for (let i = n - correct + 1; i <= n; i++) allWrong *= 1 - k / i;
  return 1 - allWrong;
}
