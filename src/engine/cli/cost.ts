/** `rlvr cost`: what a run cost, and what more of it would. */
import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { UsageError, UserError } from '../protocol/errors.ts';
import type { CostConfig } from '../protocol/experiment.ts';
import { parseArguments } from './arguments.ts';
import { EXIT, type Command } from './command.ts';
import { printJson } from './json.ts';
import { printable, wrap } from './text.ts';

export const cost: Command = {
  name: 'cost',
  summary: 'Say what a run cost, and what more data or another model would',
  usage: `rlvr cost <run folder> [prices] [assumptions] [--json]

Prices, in place of those of the experiment's section "cost":
  --per-hour N       of an hour on the machine
  --watts N          what the machine draws
  --per-kwh N        of a kilowatt-hour
  --currency NAME    such as EUR

Assumptions, to project from the run:
  --problems N       a training part of so many problems (default: the run's own)
  --epochs N         how often each is drawn (default: 1)
  --parameters N     a model of so many parameters, such as 1.5e9: in proportion, a rough estimate

  --json             one JSON object

Steps are counted with their rewards and evaluations; loading and the evaluation before the first step are not. A run that was
trained with --preflight is also held against its forecast, which needs no prices; nor do the tokens that dynamic sampling
threw away or screening put aside.`,

  async run(args, io) {
    const text = { type: 'string' } as const;
    const { values, positionals } = parseArguments(args, {
      options: {
        'per-hour': text,
        watts: text,
        'per-kwh': text,
        currency: text,
        problems: text,
        epochs: text,
        parameters: text,
        json: { type: 'boolean', default: false },
      },
      positionals: ['run folder'],
    });
    const [problems, epochs, parameters] = (['problems', 'epochs', 'parameters'] as const).map((option) =>
      amountOf(option, values[option]),
    );
    const [
      { RunReader },
      { costFacts },
      { costReport },
      { costSentences },
      { againstFact, againstFactSentence },
      { discardedSentence, discardedTokens, putAsideSentence, putAsideTokens },
    ] = await Promise.all([
      import('../run/reader.ts'),
      import('../analysis/cost/runCost.ts'),
      import('../analysis/cost/costReport.ts'),
      import('../analysis/cost/costWords.ts'),
      import('../analysis/forecast/againstFact.ts'),
      import('../analysis/cost/discarded.ts'),
    ]);
    const reader = RunReader.open(resolve(io.cwd, positionals[0]));
    try {
      const own = reader.experiment().cost;
      const prices: CostConfig = {
        perHour: numberOf('per-hour', values['per-hour']) ?? own?.perHour,
        watts: numberOf('watts', values.watts) ?? own?.watts,
        pricePerKilowattHour: numberOf('per-kwh', values['per-kwh']) ?? own?.pricePerKilowattHour,
        currency: values.currency ?? own?.currency,
      };
      if (values['per-kwh'] !== undefined && prices.watts === undefined)
        throw new UsageError('--per-kwh needs --watts N: what the machine draws is not known.');
      const forecast = againstFact(reader);
      const priced = prices.perHour !== undefined || prices.watts !== undefined;
      const discarded = discardedTokens(reader);
      const putAside = putAsideTokens(reader);
      if (!priced && forecast === null && discarded === null && putAside === null)
        throw new UserError(
          'No price is known: give --per-hour or --watts, or put "cost": { "perHour": 2 } into the experiment before its next run.',
        );
      const model =
        parameters === undefined ? undefined : { parameters, own: await parametersOf(reader.manifest.modelPath) };
      const assumed = [problems, epochs, model].some((each) => each !== undefined);
      const facts = costFacts(reader);
      const report = costReport(facts, prices, assumed ? { problems, epochs, model } : null);
      if (values.json) {
        const held = forecast?.map(({ name, expected, fact }) => ({ name, ...expected, fact }));
        printJson(io.stdout, {
          event: 'cost',
          prices,
          ...facts,
          ...report,
          ...(held ? { forecast: held } : {}),
          ...(discarded ? { discarded } : {}),
          ...(putAside ? { putAside } : {}),
        });
      } else {
        const width = io.stdout.columns ?? Infinity;
        const sentences = [
          ...costSentences(report, facts.steps, prices),
          ...(discarded === null ? [] : [discardedSentence(discarded, reader.experiment(), prices)]),
          ...(putAside === null ? [] : [putAsideSentence(putAside, prices)]),
          ...(forecast ?? []).map((row) => againstFactSentence(row)),
        ];
        for (const line of sentences.flatMap((each) => wrap(printable(each), width))) io.stdout.write(`${line}\n`);
        if (assumed && report.projection === null)
          io.stdout.write(
            'Nothing can be projected: the run has no step yet, or does not say how many problems it has.\n',
          );
      }
      return EXIT.done;
    } finally {
      reader.close();
    }
  },
};

function numberOf(option: string, value: string | undefined): number | undefined {
  if (value === undefined) return undefined;
  const number = Number(value);
  if (value.trim() === '' || !Number.isFinite(number) || number < 0)
    throw new UsageError(`--${option} needs a number that is not negative, not "${value}".`);
  return number;
}

/** Of what there must be some. */
function amountOf(option: string, value: string | undefined): number | undefined {
  const number = numberOf(option, value);
  if (number === 0) throw new UsageError(`--${option} needs a number above 0.`);
  return number;
}

async function parametersOf(modelPath: string): Promise<number> {
  if (!existsSync(modelPath))
    throw new UserError(`The model of the run, ${modelPath}, is not there any more, so its size is not known.`);
  const { openModelFolder } = await import('../model/modelFolder.ts');
  const { tensors } = await openModelFolder(modelPath);
  return [...tensors.values()].reduce(
    (sum, { shape }) => sum + shape.reduce((product, length) => product * length, 1),
    0,
  );
}
