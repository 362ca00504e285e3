/** JSON schema: the completion is JSON of a given shape. */
import { jsonProblem, type JsonSchema, type Reward } from 'rlvr';

/** What is asked for (json-schema.org, draft 2020-12). */
const SCHEMA: JsonSchema = {
  type: 'object',
  properties: { name: { type: 'string' }, age: { type: 'integer', minimum: 0 } },
  required: ['name', 'age'],
  additionalProperties: false,
};

/** 1 when the completion, or the code block in it, is JSON that the schema allows. */
export const valid: Reward = ({ completion }) => {
  const problem = jsonProblem(codeBlock(completion) ?? completion, SCHEMA);
  return problem === null ? 1 : 0;
};

/** What stands in the last ```json fence; null where there is none. */
function codeBlock(text: string): string | null {
  const [, ...fenced] = text.split('```json\n');
  return fenced.at(-1)?.split('\n```')[0] ?? null;
}
