/** Answers what editors ask about models of the hub. */
import { requireOnline } from '../hub/fetchFiles.ts';
import { hubPlaces } from '../hub/hubPlaces.ts';
import { searchModels } from '../hub/searchModels.ts';
import { describeHubModel, getModel } from '../model/hub/getModel.ts';
import type {
  DescribeModelReply,
  DescribeModelRequest,
  GetModelReply,
  GetModelRequest,
  SearchModelsReply,
  SearchModelsRequest,
} from '../protocol/modelRequests.ts';
import type { Asker } from './answer.ts';
import { inSteps } from './downloadSteps.ts';

/** @throws UserError where the hub cannot be asked */
export async function findModels({ words, token }: SearchModelsRequest, { signal }: Asker): Promise<SearchModelsReply> {
  const places = hubPlaces(process.env);
  requireOnline(words, places);
  return { kind: 'searchModels', found: await searchModels(words, { ...places, token, signal }) };
}

/** @throws UserError where it cannot be had or used, with the reason */
export async function describeModel(
  { model, token }: DescribeModelRequest,
  { signal }: Asker,
): Promise<DescribeModelReply> {
  const options = { ...hubPlaces(process.env), token, signal, onProgress: () => {} };
  return { kind: 'describeModel', description: await describeHubModel(model, options) };
}

/** @throws UserError where it cannot be had or used, with the reason */
export async function fetchModel(
  { model, token, commit: agreed }: GetModelRequest,
  { signal, onProgress }: Asker,
): Promise<GetModelReply> {
  const options = { ...hubPlaces(process.env), token, signal, onProgress: inSteps(onProgress) };
  const { commit, folder, fetched, bytes } = await getModel(model, {
    ...options,
    commit: agreed,
    onDescription: () => {},
  });
  return { kind: 'getModel', commit, folder, fetched, bytes };
}
