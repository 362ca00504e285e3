/** What a value that comes from a program has wrong, for who is to look into it. What a person writes has words of its own (`jsonIssues.ts`). */
import { z } from 'zod';

/** A long list of wrong entries says no more than its first. */
const MAX_ISSUES = 10;

/** One issue to a line, with its place. */
export function schemaWords({ issues }: z.ZodError): string {
  const words = z.prettifyError({ issues: issues.slice(0, MAX_ISSUES) });
  const more = issues.length - MAX_ISSUES;
  return more > 0 ? `${words}\nand ${more} more` : words;
}
