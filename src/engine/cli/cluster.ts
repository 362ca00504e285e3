/** `rlvr cluster`: the jobs that runs are, on a cluster with Ray's job API. */
import { resolve } from 'node:path';
import { UsageError, UserError } from '../protocol/errors.ts';
import { bytes, plural } from '../words/format.ts';
import { parseArguments } from './arguments.ts';
import { EXIT, type Command, type CommandIO } from './command.ts';
import { printJson } from './json.ts';
import { printable } from './text.ts';

export const cluster: Command = {
  name: 'cluster',
  summary: 'Look at the job that a run is on a Ray cluster, stop it, or say what one would be sent',
  usage: `rlvr cluster files <experiment> [--set path=value]... [--json]
       rlvr cluster status <run folder> [--json]
       rlvr cluster logs <run folder>
       rlvr cluster stop <run folder> [--json]

  files               what a job of the experiment would be sent, with sizes; nothing is sent
  status              where the job stands, as the cluster says
  logs                what the job printed beside the run itself
  stop                ends the job, and frees what it has of the cluster
  --set path=value    sets a value of the experiment; may be repeated
  --json              one JSON object per line

rlvr train --ray http://host:8265 submits one, and rlvr train --resume follows it again. A token is taken from RAY_AUTH_TOKEN, the file that
RAY_AUTH_TOKEN_PATH names, or ~/.ray/auth_token, as Ray does.`,

  async run(args, io) {
    const options = { set: { type: 'string', multiple: true }, json: { type: 'boolean', default: false } } as const;
    const { values, positionals } = parseArguments(args, {
      options,
      positionals: ['word files, status, logs or stop', 'experiment file or run folder'],
    });
    const [what, named] = positionals;
    const path = resolve(io.cwd, named);
    if (what !== 'files' && values.set !== undefined) throw new UsageError('--set goes with files.');
    switch (what) {
      case 'files':
        await printFiles(path, values.set ?? [], values.json, io);
        return EXIT.done;
      case 'status':
      case 'logs':
      case 'stop':
        await askOfJob(what, path, values.json, io);
        return EXIT.done;
      default:
        throw new UsageError(`rlvr cluster is followed by files, status, logs or stop, not by "${what}".`);
    }
  },
};

async function printFiles(path: string, set: readonly string[], json: boolean, io: CommandIO): Promise<void> {
  const { describeJob } = await import('../trainer/clusterJob/describeJob.ts');
  const described = await describeJob({ experimentPath: path, overrides: [...set] });
  const { files, engineBytes, notes } = described;
  if (json) {
    printJson(io.stdout, { event: 'files', files, engineBytes, notes });
    return;
  }
  const sum = files.reduce((total, file) => total + file.bytes, 0);
  const lines = [
    ...files.map((file) => `${bytes(file.bytes).padStart(10)}  ${file.path}`),
    `${plural(files.length, 'file')}, ${bytes(sum)}; and the engine itself, ${bytes(engineBytes)}, once to each cluster.`,
    ...notes,
  ];
  for (const line of lines) io.stdout.write(`${printable(line)}\n`);
}

async function askOfJob(what: 'status' | 'logs' | 'stop', runDir: string, json: boolean, io: CommandIO): Promise<void> {
  const [{ readJobRecord }, { RayJobs }, { tokenOfTerminal }, { parseRunLine }] = await Promise.all([
    import('../trainer/clusterJob/jobRecord.ts'),
    import('../cluster/jobs/rayJobs.ts'),
    import('../cluster/jobs/tokenOfTerminal.ts'),
    import('../protocol/runLines.ts'),
  ]);
  const { address, submissionId } = readJobRecord(runDir);
  const jobs = new RayJobs({ address, token: tokenOfTerminal(io.env), signal: io.signal });
  const say = (said: object, line: string): void =>
    json ? printJson(io.stdout, said) : void io.stdout.write(`${printable(line)}\n`);
  const state = await jobs.state(submissionId);
  if (state === null) throw new UserError(`The cluster at ${address} does not know the job ${submissionId} any more.`);
  if (what === 'status')
    say(
      { event: 'status', address, submissionId, ...state },
      `${submissionId} at ${address}: ${state.status}. ${state.message}`,
    );
  else if (what === 'stop') {
    const stopped = await jobs.stop(submissionId);
    say(
      { event: 'stop', address, submissionId, stopped },
      stopped ? `${submissionId} is stopped.` : `${submissionId} had ended already.`,
    );
  } else
    for (const line of (await jobs.logs(submissionId)).split('\n'))
      if (line !== '' && parseRunLine(line) === null) io.stdout.write(`${printable(line)}\n`);
}
