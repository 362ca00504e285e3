/** Answers what editors ask about the data of an experiment that may not be saved. */
import { getDataset } from '../data/hub/getDataset.ts';
import { hubPlaces } from '../data/hub/hubPlaces.ts';
import { hubSourcesOfTasks } from '../preview/sourcesToGet.ts';
import { describeData } from '../preview/describeData.ts';
import { PromptModels } from '../preview/promptModel.ts';
import type { DescribeDataReply, DescribeDataRequest, GetDatasetReply, GetDatasetRequest } from '../protocol/data.ts';
import { parseExperiment } from '../protocol/experimentFile.ts';
import type { Asker } from './answer.ts';

/** Between two messages of progress: a fast connection brings thousands of pieces in a second. */
const STEPS = 200;

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
      let told = -1;
      const { commit, fetched, bytes } = await getDataset(source, role, {
        ...hubPlaces(process.env),
        token,
        signal,
        onProgress: (progress) => {
          const { done, total } = progress;
          const step = total === 0 ? STEPS : Math.floor((STEPS * done) / total);
          if (step === told) return;
          told = step;
          onProgress({ phase: 'download', ...progress });
        },
      });
      got.push({ source, commit, fetched, bytes });
    }
    return { kind: 'getDataset', got };
  }
}
