/**
 * Several compute processes as one: sampling, scoring and training in parallel over a step's problems. Each has the whole policy. A request is
 * divided into shares (`shares.ts`), which whoever is free computes; gradients are summed here, in the order of the shares, and all processes take
 * the optimiser's step on the sum. That step is arithmetic of JavaScript, the same bytes on every machine, so they go on having the same policy
 * and none of it is sent.
 *
 * How many there are decides how long a request takes, and nothing else: one that is lost with its machine leaves its share to the others, and
 * one that comes later is given the policy of one that is there.
 */
import { join } from 'node:path';
import { GradientSum } from '../../grpo/gradientSum.ts';
import { makeWorkFolder, removeWorkFolder } from '../../process/workFolder.ts';
import type {
  ApplyReply,
  ApplyRequest,
  ComputeReplies,
  ComputeRequest,
  GenerateReply,
  GenerateRequest,
  GradientReply,
  GradientRequest,
  LoadReply,
  LoadRequest,
  ScoreReply,
  ScoreRequest,
  TokenLossReply,
  TokenLossRequest,
  TrainingRow,
  UpdatedRow,
  UpdateReply,
  UpdateRequest,
} from '../../protocol/compute.ts';
import type { ComputeLostError } from '../../protocol/errors.ts';
import type { Compute, Listener } from '../compute.ts';
import { Members } from './members.ts';
import { generateShares } from './shares.ts';
import { SharedListener } from './sharedListener.ts';
import { SharedRows } from './sharedRows.ts';

export interface GroupOptions {
  /** How many shares a request is divided into. */
  readonly shares: number;
  /** Told of each process that is lost with its machine, and how many are left; where none is, a request rejects with the loss. */
  readonly onLoss?: (left: number, loss: ComputeLostError) => void;
  readonly onWarning?: (message: string) => void;
}

export class ComputeGroup implements Compute {
  readonly pid = undefined;
  readonly #shares: number;
  readonly #onWarning: (message: string) => void;
  readonly #members: Members;
  /** Those that have no policy yet. */
  #offered: Compute[] = [];
  #loaded: { readonly request: LoadRequest; readonly reply: LoadReply } | null = null;
  /** Whether the policy is still the one that was loaded. */
  #untouched = true;
  /** Folder of the policy that those have who came late: the optimiser's state in it is read when they take their first step. */
  #handedOver: string | null = null;

  constructor({ shares, onLoss = () => {}, onWarning = () => {} }: GroupOptions) {
    this.#shares = shares;
    this.#onWarning = onWarning;
    this.#members = new Members(onLoss);
  }

  /** Has it compute from the next `load` or `generate` on. */
  offer(compute: Compute): void {
    this.#offered.push(compute);
  }

  request<Request extends ComputeRequest>(
    request: Request,
    listener: Listener = {},
  ): Promise<ComputeReplies[Request['kind']]> {
    // eslint-disable-next-line @typescript-eslint/no-unsafe-type-assertion -- each kind is answered with its reply below
    return this.#answer(request, listener) as Promise<ComputeReplies[Request['kind']]>;
  }

  kill(): void {
    this.#members.kill();
    for (const compute of this.#offered) compute.kill();
    this.#forgetHandedOver();
  }

  #answer(request: ComputeRequest, listener: Listener): Promise<ComputeReplies[ComputeRequest['kind']]> {
    switch (request.kind) {
      case 'load':
        return this.#load(request);
      case 'generate':
        return this.#generate(request, listener);
      case 'score':
        return this.#score(request);
      case 'tokenLosses':
        return this.#tokenLosses(request);
      case 'gradient':
        return this.#gradient(request);
      case 'update':
        return this.#update(request);
      case 'apply':
        return this.#apply(request);
      case 'save':
      case 'inspect':
        return this.#members.askOne(request);
    }
  }

  async #load(request: LoadRequest): Promise<LoadReply> {
    const replies = await this.#admit(request);
    const [reply] = replies;
    if (reply === undefined) return this.#members.askOne(request);
    this.#loaded = { request, reply };
    this.#warnOfOthers(replies);
    return reply;
  }

  /** Those that were offered load a policy, and compute from then on. @returns what they reply, of those that are left */
  async #admit(request: LoadRequest): Promise<LoadReply[]> {
    const replies = await Promise.all(
      this.#offered.splice(0).map(async (compute) => {
        const reply = await this.#members.ask(compute, request);
        if (reply) this.#members.add(compute);
        return reply;
      }),
    );
    return replies.filter((reply) => reply !== null);
  }

  /** Gives those that came since the policy as it is. */
  async #admitLate(): Promise<void> {
    const loaded = this.#loaded;
    if (this.#offered.length === 0 || loaded === null) return;
    if (this.#untouched) {
      this.#warnOfOthers([loaded.reply, ...(await this.#admit(loaded.request))]);
      return;
    }
    this.#forgetHandedOver();
    const state = join((this.#handedOver = makeWorkFolder('rlvr-joining-')), 'state');
    await this.#members.askOne({ kind: 'save', folder: state });
    this.#warnOfOthers([loaded.reply, ...(await this.#admit({ ...loaded.request, state }))]);
  }

  #forgetHandedOver(): void {
    if (this.#handedOver !== null) removeWorkFolder(this.#handedOver);
    this.#handedOver = null;
  }

  /** Another kind of processor, or another provider, rounds in another way; what is computed is as right. */
  #warnOfOthers([first, ...others]: readonly LoadReply[]): void {
    const words = ({ provider, weightLevels }: LoadReply): string =>
      weightLevels === null ? provider : `${provider} with ${weightLevels} levels of a weight`;
    for (const other of others)
      if (first && words(other) !== words(first))
        this.#onWarning(
          `One node computes by ${words(other)} and another by ${words(first)}: the same run need not be the same bytes again.`,
        );
  }

  async #generate(request: GenerateRequest, listener: Listener): Promise<GenerateReply> {
    await this.#admitLate();
    const shares = generateShares(request, this.#shares);
    const shared = new SharedListener(shares, listener);
    const requests = shares.map((share) => share.request);
    await this.#members.share(
      requests,
      () => {},
      (index) => shared.of(index),
    );
    return {};
  }

  async #score(request: ScoreRequest): Promise<ScoreReply> {
    const logprobs = new SharedRows<ScoredRow, Float32Array>(request.rows, this.#shares);
    const requests = logprobs.shares.map((rows) => ({ ...request, rows }));
    await this.#members.share(requests, (reply) => logprobs.add(reply.logprobs));
    return { logprobs: logprobs.results };
  }

  async #tokenLosses(request: TokenLossRequest): Promise<TokenLossReply> {
    const losses = new SharedRows<UpdatedRow, Float32Array>(request.rows, this.#shares);
    const requests = losses.shares.map((rows) => ({ ...request, rows }));
    await this.#members.share(requests, (reply) => losses.add(reply.losses));
    return { losses: losses.results };
  }

  async #gradient(request: GradientRequest): Promise<GradientReply> {
    const logprobs = new SharedRows<TrainingRow, Float32Array>(request.rows, this.#shares);
    const entropies = new SharedRows<TrainingRow, Float32Array>(request.rows, this.#shares);
    const sum = new GradientSum();
    let loss = 0;
    let tokensTrained = 0;
    const requests = logprobs.shares.map((rows) => ({ ...request, rows }));
    await this.#members.share(requests, (reply) => {
      sum.add(reply.gradients);
      loss += reply.loss;
      tokensTrained += reply.tokensTrained;
      logprobs.add(reply.logprobs);
      entropies.add(reply.entropies);
    });
    return { loss, gradients: sum.gradients, logprobs: logprobs.results, entropies: entropies.results, tokensTrained };
  }

  async #apply(request: ApplyRequest): Promise<ApplyReply> {
    this.#untouched = false;
    const reply = await this.#members.askAll(request);
    this.#forgetHandedOver();
    return reply;
  }

  async #update({ optimizer, learningRate, ...request }: UpdateRequest): Promise<UpdateReply> {
    const { gradients, ...said } = await this.#gradient({ ...request, kind: 'gradient' });
    const { gradNorm } = await this.#apply({
      kind: 'apply',
      descent: { loss: said.loss, gradients },
      step: request.rows[0]?.key.step ?? 0,
      optimizer,
      learningRate,
    });
    return { ...said, gradNorm };
  }
}

type ScoredRow = ScoreRequest['rows'][number];
