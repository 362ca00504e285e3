/** `train.py`: the experiment as a program that calls TRL. */
import type { Experiment } from '../../protocol/experiment.ts';
import { pythonLiteral, type Literal } from '../python/literal.ts';
import { evaluationSampling, grpoArguments } from './grpoArguments.ts';

export interface TrainScriptOptions {
  readonly experiment: Experiment;
  /** Of the experiment, for the first line. */
  readonly title: string;
  /** Folder of the model, absolute. */
  readonly modelPath: string;
  /** Folder of the adapter to continue from, absolute; null for a fresh one. */
  readonly adapterPath: string | null;
  readonly hasValidation: boolean;
}

export function trainScript({ experiment, title, modelPath, adapterPath, hasValidation }: TrainScriptOptions): string {
  const { arguments: mapped } = grpoArguments(experiment);
  const config = hasValidation ? { ...mapped, eval_on_start: true } : { ...mapped, eval_strategy: 'no' };
  const lora = experiment.full ? null : adapterPath === null ? loraArguments(experiment.lora) : null;
  return `"""Trains ${quoted(title)} with TRL: pip install "trl[peft]", then python train.py. Written by RLVR-Ops; README.md says what differs."""

import os
from pathlib import Path

import torch
from datasets import load_dataset
${lora === null ? '' : 'from peft import LoraConfig\n'}${adapterPath === null ? '' : 'from peft import PeftModel\n'}from transformers import AutoModelForCausalLM, AutoTokenizer${hasValidation ? ', GenerationConfig' : ''}
from trl import GRPOConfig, GRPOTrainer

import rlvr_rewards

FOLDER = Path(__file__).resolve().parent
MODEL = os.environ.get("MODEL", ${pythonLiteral(modelPath)})


def config(**changes):
    arguments = dict(
        output_dir=str(FOLDER / "output"),
        reward_weights=rlvr_rewards.trl_weights(),
        # Rewards need the columns of the row.
        remove_unused_columns=False,
        report_to="none",
${argumentLines(config, 8)}
    )
    return GRPOConfig(**{**arguments, **changes})


def part(name):
    return load_dataset("parquet", data_files=str(FOLDER / f"{name}.parquet"), split="train")


${hasValidation ? evaluatingTrainer(experiment) : ''}def trainer(**changes):
    model = AutoModelForCausalLM.from_pretrained(MODEL, dtype=torch.float32)
${adapterPath === null ? '' : `    model = PeftModel.from_pretrained(model, ${pythonLiteral(adapterPath)}, is_trainable=True)\n`}    return ${hasValidation ? 'Trainer' : 'GRPOTrainer'}(
        model=model,
        processing_class=AutoTokenizer.from_pretrained(MODEL, padding_side="left"),
        args=config(**changes),
        reward_funcs=rlvr_rewards.trl_rewards(),
        train_dataset=part("train"),
${hasValidation ? '        eval_dataset=part("validation"),\n' : ''}${lora === null ? '' : `        peft_config=LoraConfig(\n${argumentLines(lora, 12)}\n        ),\n`}    )


if __name__ == "__main__":
    trainer().train()
`;
}

/** TRL has one sampling for training and evaluations. */
function evaluatingTrainer(experiment: Experiment): string {
  return `EVALUATION = dict(
${argumentLines(evaluationSampling(experiment), 4)}
)


class Trainer(GRPOTrainer):
    """Evaluates with sampling of its own."""

    def evaluate(self, *given, **named):
        training = self.generation_kwargs
        try:
            self.sample_by({**training, **EVALUATION})
            return super().evaluate(*given, **named)
        finally:
            self.sample_by(training)

    def sample_by(self, arguments):
        self.generation_kwargs = arguments
        self.generation_config = GenerationConfig(**arguments, disable_compile=True)


`;
}

function loraArguments(lora: Experiment['lora']): Readonly<Record<string, Literal>> | null {
  if (lora === undefined) return null;
  const { rank, alpha, dropout, targets, rankStabilized } = lora;
  return {
    r: rank,
    lora_alpha: alpha,
    lora_dropout: dropout,
    target_modules: targets,
    use_rslora: rankStabilized,
    task_type: 'CAUSAL_LM',
  };
}

function argumentLines(values: Readonly<Record<string, Literal>>, indent: number): string {
  const margin = ' '.repeat(indent);
  return Object.entries(values)
    .map(([name, value]) => `${margin}${name}=${pythonLiteral(value)},`)
    .join('\n');
}

/** Within a docstring, whose end it must not be. */
function quoted(title: string): string {
  return title.replaceAll(/["\\\r\n]/g, ' ');
}
