/** What the head of a repository's README says that matters whatever it holds. */
import { z } from 'zod';

const cardSchema = z.object({
  license: z.union([z.string(), z.array(z.string())]).optional(),
  license_name: z.string().optional(),
});

/** As the author names it, such as `apache-2.0`; null where the card does not say. */
export function licenceOf(card: unknown): string | null {
  const { license, license_name: named } = cardSchema.safeParse(card).data ?? {};
  const given = [license ?? []].flat().join(', ');
  if (given === 'other' && named !== undefined) return named;
  return given === '' ? (named ?? null) : given;
}
