/** Answers what editors ask about the data of an experiment that may not be saved. */
import { getDataset } from '../data/hub/getDataset.ts';
import { hubPlaces } from '../hub/hubPlaces.ts';
import { hubSourcesOfTasks } from '../preview/sourcesToGet.ts';
import { describeData } from '../preview/describeData.ts';
import { PromptModels } from '../preview/promptModel.ts';
import type { DescribeDataReply, DescribeDataRequest, GetDatasetReply, GetDatasetRequest } from '../protocol/data.ts';
import { parseExperiment } from '../protocol/experimentFile.ts';
import type { Asker } from './answer.ts';
import { inSteps } from './downloadSteps.ts';

export class DataDesk {
  readonly #models = new PromptModels();

  /** @throws UserError where the text is no experiment, or its data cannot be read */
  async describe({ path, text }: DescribeDataRequest, { signal }: Pick<Asker, 'signal'>): Promise<DescribeDataReply> {
    const experiment = parseExperiment(text, path);
    const overviews = await describeData(experiment, path, { models: this.#models, signal, env: process.env });
    return { kind: 'describeData', overviews };
  }

  /** @throws UserError where the text is no experiment, or a dataset of it cannot be had */
  async get({ path, text, token }: GetDatasetRequest, { signal, onProgress }: Asker): Promise<GetDatasetReply> {
    const got: GetDatasetReply['got'] = [];
    for (const { source, role } of hubSourcesOfTasks(parseExperiment(text, path))) {
      const { commit, fetched, bytes } = await getDataset(source, role, {
        ...hubPlaces(process.env),
        token,
        signal,
        onProgress: inSteps(onProgress),
      });
      got.push({ source, commit, fetched, bytes });
    }
    return { kind: 'getDataset', got };
  }
}
