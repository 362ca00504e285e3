/** How a policy of a run is named: by the step that made it, or by what it is. */
import { z } from 'zod';

/** `best`: the highest held-out accuracy, the earlier of equals; `last`: from which the next step would go on; 0: before training. */
export const policyNameSchema = z.union([z.int().min(0), z.enum(['best', 'last'])]);
export type PolicyName = z.output<typeof policyNameSchema>;

/** Reads `50,100,best,last`, or `all`; null where it is neither. */
export function parsePolicyNames(text: string): PolicyName[] | 'all' | null {
  if (text.trim() === 'all') return 'all';
  const names = text.split(',').map((part) => {
    const name = part.trim();
    return policyNameSchema.safeParse(/^\d+$/.test(name) ? Number(name) : name);
  });
  return names.every((parsed) => parsed.success) ? names.map(({ data }) => data) : null;
}
