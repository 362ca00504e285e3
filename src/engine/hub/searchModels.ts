/** Looks for models on the hub by words of their names. */
import { listModels } from '@huggingface/hub';
import { z } from 'zod';
import { UserError } from '../protocol/errors.ts';
import type { FoundModel } from '../protocol/modelDescription.ts';
import { licenceOf } from './card.ts';
import { HubRequests, type HubAccess } from './hubRequests.ts';

/** Enough to choose from. */
const MOST_FOUND = 30;

const entrySchema = z.object({
  name: z.string(),
  downloads: z.number().default(0),
  likes: z.number().default(0),
  gated: z.union([z.boolean(), z.string()]).default(false),
  cardData: z.unknown(),
  safetensors: z.object({ total: z.number() }).optional().catch(undefined),
});

/** Models that write text and have safetensors, those that are fetched most first. Rejects with UserError where the hub cannot be asked. */
export async function searchModels(words: string, access: HubAccess): Promise<FoundModel[]> {
  const requests = new HubRequests(access, ({ status }) => (status === 401 ? refusedToken(access) : null));
  return requests.explained(async () => {
    const found: FoundModel[] = [];
    const listed = listModels({
      ...requests.options,
      search: { query: words, task: 'text-generation', tags: ['safetensors'] },
      sort: 'downloads',
      limit: MOST_FOUND,
      additionalFields: ['cardData', 'safetensors'],
    });
    for await (const entry of listed) {
      const { name, downloads, likes, gated, cardData, safetensors } = entrySchema.parse(entry);
      const parameters = safetensors?.total ?? null;
      found.push({ name, downloads, likes, isGated: gated !== false, licence: licenceOf(cardData), parameters });
    }
    return found;
  });
}

/** A search is open to all, so that it is the token which is refused; null where none was sent. */
function refusedToken({ endpoint, token }: HubAccess): UserError | null {
  if (token === null) return null;
  return new UserError(`${endpoint} does not know your Hugging Face token any more: store a new one, or remove it.`);
}
