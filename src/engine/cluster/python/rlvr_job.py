"""What a job of Ray runs: `python -m rlvr_job train my.rlvr.json ...` is `rlvr train my.rlvr.json ...` with the Node and engine beside it.

Both travel in a package of the job's runtime environment, as `rlvr_job/__main__.py`, `rlvr_job/node` and `rlvr_job/dist/`.
"""

import os
import sys

here = os.path.dirname(os.path.abspath(__file__))
node = os.path.join(here, "node")
# This one has Ray.
os.environ["RLVR_PYTHON"] = sys.executable
# The engine's actors have a runtime environment of their own.
os.environ["RAY_OVERRIDE_JOB_RUNTIME_ENV"] = "1"
os.execv(node, [node, "--disable-warning=ExperimentalWarning", os.path.join(here, "dist", "cli.js"), *sys.argv[1:]])
