"""Whole steps of TRL's GRPOTrainer with LoRA. A step waits until it is asked for, so that ours can be done in between.

`bfloat16` loads the weights in 16 bits and trains with `bf16`. Gradient checkpointing, which TRL turns on, is off: it takes less memory and
more time.
"""

import queue
import tempfile
import threading

import torch
from datasets import Dataset
from hash_reward import hashed
from measure import Stopwatch
from model import load_model, lora_config, read_prompts
from transformers import AutoTokenizer, TrainerCallback
from trl import GRPOConfig, GRPOTrainer

# More than anybody asks for.
STEPS = 1000


class Gate(TrainerCallback):
    """Lets the trainer do one step for each `go`, and measures it."""

    def __init__(self):
        self.go = queue.Queue()
        self.done = queue.Queue()
        self.watch = None

    def on_step_begin(self, args, state, control, **kwargs):
        self.go.get()
        self.watch = Stopwatch()

    def on_step_end(self, args, state, control, **kwargs):
        self.done.put(self.watch.read())


def open_work(assets, options):
    tokenizer = AutoTokenizer.from_pretrained(assets)
    tokenizer.pad_token = tokenizer.eos_token
    rows, group_size, half = options["rows"], options["groupSize"], options["dtype"] == "bfloat16"
    problems = [{"prompt": text} for text in read_prompts(assets)["zeroShotTexts"]]
    lengths = []

    def reward(completions, completion_ids, **kwargs):
        lengths.append(sum(map(len, completion_ids)))
        return [hashed(text) for text in completions]

    gate = Gate()
    trainer = GRPOTrainer(
        model=load_model(assets, options),
        reward_funcs=reward,
        args=GRPOConfig(
            output_dir=tempfile.mkdtemp(prefix="rlvr-trl-"),
            per_device_train_batch_size=group_size,
            gradient_accumulation_steps=rows // group_size,
            num_generations=group_size,
            max_completion_length=options["newTokens"],
            max_steps=STEPS,
            learning_rate=1e-5,
            beta=0.0,
            bf16=half,
            gradient_checkpointing=False,
            use_cpu=True,
            dataloader_pin_memory=False,
            report_to="none",
            save_strategy="no",
            disable_tqdm=True,
            seed=0,
        ),
        train_dataset=Dataset.from_list(problems),
        processing_class=tokenizer,
        peft_config=lora_config(),
        callbacks=[gate],
    )
    torch.set_num_threads(options["threads"])

    def train():
        try:
            trainer.train()
        except BaseException as error:
            gate.done.put(error)

    threading.Thread(target=train, daemon=True).start()
    while True:
        lengths.clear()
        gate.go.put("go")
        time = gate.done.get()
        if isinstance(time, BaseException):
            raise time
        yield {"work": "step", **time, "amount": sum(lengths)}
