"""The peers' side of a benchmark: `python worker.py <work> <assets> <options as JSON>`, which keeps to what `../speed/worker.ts` says.

Options beside ours: `dtype` is `float32` or `bfloat16`.
"""

import importlib
import json
import os
import sys


def main():
    name, assets, options = sys.argv[1], sys.argv[2], json.loads(sys.argv[3])
    # Before anything that makes threads of its own is loaded.
    os.environ["OMP_NUM_THREADS"] = os.environ["MKL_NUM_THREADS"] = str(options["threads"])
    os.environ["TOKENIZERS_PARALLELISM"] = "false"
    os.environ["HF_HUB_OFFLINE"] = "1"
    frames = sys.stdout
    # What libraries print is none of the conversation.
    sys.stdout = sys.stderr

    def say(frame):
        print(json.dumps(frame), file=frames, flush=True)

    work = importlib.import_module(f"works.{name}").open_work(assets, options)
    # Loads, and does the work once to warm up.
    next(work)
    say({"ready": True})
    for line in sys.stdin:
        if line.strip():
            say({"measurements": [next(work)]})


main()
