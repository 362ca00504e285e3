"""Driver of a Ray cluster for the engine, which starts it: `python rlvr_ray.py`.

Frames go over standard input and output, as `src/engine/protocol/frames.ts` has them; their messages are in `protocol/cluster.ts`. Each
actor runs one compute process of the engine on its node. What engine and compute process say to each other is bytes to this program.
Needs Python 3.9 and Ray, in the versions of the cluster. The actors end with this process, and this process with its standard input.
"""

import concurrent.futures
import contextlib
import hashlib
import json
import os
import platform
import queue
import shutil
import socket
import struct
import subprocess
import sys
import tempfile
import threading
import weakref

import ray

try:
    import fcntl
except ImportError:
    fcntl = None  # Windows: what is in SHARED stays as long as Ray keeps the environment.

# Of a file, what is in memory at once.
PIECE_BYTES = 64 * 1024 * 1024
# A compute process's error message and the last lines before a crash fit.
OUTPUT_TAIL_BYTES = 16 * 1024
# As `protocol/cluster.ts` has it: what is longer is no frame.
MAX_FRAME_BYTES = 2**30
# On a node, in the copy of the environment, which all actors there share: what was brought, and a folder for each actor.
SHARED = "runs"
ADVICE = "Nodes must be of the kind of the machine that trains, and its Node one that needs no libraries, as those of nodejs.org are."
# How long an actor may take to leave before it is killed: unlinking files of some gigabytes takes tenths of a second.
LEAVE_SECONDS = 5
LENGTHS = "<II"
LENGTHS_BYTES = struct.calcsize(LENGTHS)


def read_frame(stream):
    """Message and bytes of the next frame; None where the stream has ended. Raises ValueError where it has no frame."""
    lengths = stream.read(LENGTHS_BYTES)
    if len(lengths) < LENGTHS_BYTES:
        return None
    total, head = struct.unpack(LENGTHS, lengths)
    if not LENGTHS_BYTES + head <= total <= MAX_FRAME_BYTES:
        raise ValueError(f"a frame of {total} bytes with a head of {head}")
    rest = stream.read(total - LENGTHS_BYTES)
    if len(rest) < total - LENGTHS_BYTES:
        return None
    return json.loads(rest[:head])["message"], rest[aligned(LENGTHS_BYTES + head) - LENGTHS_BYTES :]


def write_frame(stream, message, payload=None):
    arrays = [] if payload is None else [{"type": "Uint8Array", "length": len(payload)}]
    head = json.dumps({"message": message, "arrays": arrays}).encode()
    end = LENGTHS_BYTES + len(head)
    rest = b"" if payload is None else bytes(aligned(end) - end) + payload
    stream.write(struct.pack(LENGTHS, end + len(rest), len(head)) + head + rest)
    stream.flush()


def aligned(offset):
    return -(-offset // 8) * 8


def join_shared():
    """Makes the folder that actors of a node share. What this returns is for `leave_shared`; the folder stays as long as one is open."""
    lock = open(SHARED + ".lock", "w")
    if fcntl is not None:
        fcntl.flock(lock, fcntl.LOCK_SH)
    os.makedirs(SHARED, exist_ok=True)
    return lock


def leave_shared(lock):
    """Who leaves last removes the folder, with what actors left there that were killed."""
    with lock, contextlib.suppress(BlockingIOError):
        if fcntl is not None:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            shutil.rmtree(SHARED, ignore_errors=True)


@ray.remote(max_restarts=0, concurrency_groups={"tell": 1, "listen": 1, "leave": 1})
class Compute:
    """On a node: one compute process, in the folder that Ray made of the runtime environment there."""

    def __init__(self, command):
        self.command = command
        self.said = queue.Queue()
        self.output = tempfile.TemporaryFile()
        self.lock = join_shared()
        self.work = os.path.abspath(tempfile.mkdtemp(dir=SHARED))
        self.child = None

    def hear(self):
        try:
            for frame in iter(lambda: read_frame(self.child.stdout), None):
                self.said.put(frame[1])
        except Exception as error:
            # Something else writes there too. Where the next frame begins, nobody knows.
            os.write(self.output.fileno(), f"What it said cannot be read: {error}\n".encode())
            self.child.terminate()
        finally:
            self.said.put(None)

    @ray.method(concurrency_group="tell")
    def begin(self):
        """Starts the process; where it is, or how it ended, as `listen` says it, because it cannot run here."""
        node, program = socket.gethostname(), self.command[0]
        os.chmod(program, 0o755)
        try:
            subprocess.run([program, "--version"], stdout=subprocess.DEVNULL, stderr=self.output, check=True)
        except (OSError, subprocess.CalledProcessError) as error:
            fault = f"The Node that trains does not run on {node} ({platform.system()} on {platform.machine()}). {ADVICE}\n{error}\n"
            return None, {"output": fault + self.printed()}
        self.child = subprocess.Popen(self.command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=self.output)
        threading.Thread(target=self.hear, daemon=True).start()
        return {"node": node, "folder": self.work}, None

    @ray.method(concurrency_group="tell")
    def tell(self, payload):
        # Of one that has ended, `listen` says how.
        with contextlib.suppress(BrokenPipeError):
            write_frame(self.child.stdin, None, payload)

    @ray.method(concurrency_group="listen")
    def listen(self):
        """What it has said since, in a list, and how it ended, or None. Waits until there is something."""
        said = [self.said.get()]
        while not self.said.empty():
            said.append(self.said.get())
        if said[-1] is not None:
            return said, None
        return said[:-1], {"code": self.child.wait(), "output": self.printed()}

    def printed(self):
        self.output.seek(max(0, self.output.seek(0, os.SEEK_END) - OUTPUT_TAIL_BYTES))
        return self.output.read().decode(errors="replace")

    @ray.method(concurrency_group="leave")
    def leave(self):
        """Ends the process, and removes what it had on this node."""
        if self.child is not None:
            self.child.kill()
            self.child.wait()
        shutil.rmtree(self.work, ignore_errors=True)
        leave_shared(self.lock)

    @ray.method(concurrency_group="tell")
    def find(self, name):
        """The folder of the node that has these files; None where there is none yet."""
        folder = os.path.abspath(os.path.join(SHARED, name))
        return folder if os.path.isdir(folder) else None

    @ray.method(concurrency_group="tell")
    def bring(self, name, files):
        """Puts files into that folder, unless they are there; its path."""
        if self.find(name) is None:
            unfinished = tempfile.mkdtemp(dir=SHARED)
            for file, pieces in files:
                with open(os.path.join(unfinished, file), "wb") as out:
                    for piece in pieces:
                        out.write(ray.get(piece))
            try:
                os.rename(unfinished, os.path.join(SHARED, name))
            except OSError:
                # Another actor was quicker.
                shutil.rmtree(unfinished)
        return self.find(name)

    @ray.method(concurrency_group="tell")
    def read(self, folder, file, offset):
        """A piece of a file, by which the next offset is known."""
        with open(os.path.join(folder, file), "rb") as source:
            source.seek(offset)
            return source.read(PIECE_BYTES)

    @ray.method(concurrency_group="tell")
    def files(self, folder):
        return sorted(os.listdir(folder))

    @ray.method(concurrency_group="tell")
    def remove(self, folder):
        shutil.rmtree(folder)


class Stored(list):
    """Files, and the pieces of each in Ray's object store: there once, as long as somebody brings them."""


class Driver:
    """On the engine's machine: does what the engine says, and tells it what the actors say."""

    def __init__(self, requests, replies):
        self.requests = requests
        self.replies = replies
        self.lock = threading.Lock()
        # Those that have what is theirs of the cluster, and of these those that have begun.
        self.actors = {}
        self.begun = set()
        self.stored = weakref.WeakValueDictionary()
        self.storing = threading.Lock()

    def send(self, message, payload=None):
        with self.lock:
            write_frame(self.replies, message, payload)

    def run(self):
        for message, payload in iter(lambda: read_frame(self.requests), None):
            try:
                self.receive(message, payload)
            except Exception as error:
                # Whatever is wrong with one compute process, others go on.
                self.send_end(message["compute"], lost=str(error))
        with concurrent.futures.ThreadPoolExecutor() as at_once:
            at_once.map(self.part, list(self.actors))

    def receive(self, message, payload):
        kind, compute = message["type"], message.get("compute")
        if kind == "connect":
            self.in_background(self.connect, message)
        elif kind == "start":
            actor = self.actors[compute] = self.start(message)
            self.in_background(self.follow, compute, actor)
        elif kind == "tell":
            self.actors[compute].tell.remote(bytes(payload))
        elif kind == "end":
            self.in_background(self.part, compute)
        elif kind in ("bring", "take"):
            self.in_background(self.answer, message)

    def send_end(self, compute, lost=None, code=None, output=""):
        self.send({"type": "ended", "compute": compute, "lost": lost, "code": code, "output": output})

    def in_background(self, work, *arguments):
        threading.Thread(target=work, args=arguments, daemon=True).start()

    def connect(self, message):
        try:
            # A node gets its copy when the first run begins there.
            environment = {"working_dir": message["environment"], "config": {"eager_install": False}}
            ray.init(address=message["address"], runtime_env=environment, log_to_driver=False, logging_level="error")
            nodes = [room_of(node["Resources"]) for node in ray.nodes() if node["Alive"]]
            self.send({"type": "connected", "ray": ray.__version__, "nodes": nodes})
        except BaseException as error:
            self.send({"type": "refused", "reason": str(error)})

    def start(self, message):
        needed = {"num_cpus": message["cpus"], "num_gpus": message["gpus"], "memory": message["memory"]}
        return Compute.options(**needed).remote(message["command"])

    def follow(self, compute, actor):
        try:
            place, end = ray.get(actor.begin.remote())
            self.begun.add(compute)
            if place is not None:
                self.send({"type": "started", "compute": compute, **place})
            while end is None:
                said, end = ray.get(actor.listen.remote())
                for payload in said:
                    self.send({"type": "said", "compute": compute}, payload)
            self.send_end(compute, **end)
        except BaseException as error:
            self.send_end(compute, lost=str(error))
        self.part(compute)

    def part(self, compute):
        """Ends a compute process, and gives back what it has of the cluster."""
        actor = self.actors.get(compute)
        if actor is None:
            return
        # Where its node is gone, or busy, who leaves there next removes its files; one that has not begun has none.
        with contextlib.suppress(Exception):
            if compute in self.begun:
                ray.get(actor.leave.remote(), timeout=LEAVE_SECONDS)
        ray.kill(actor)
        self.actors.pop(compute, None)

    def answer(self, message):
        try:
            work = self.bring if message["type"] == "bring" else self.take
            folder = work(self.actors[message["compute"]], message)
            self.send({"type": "answered", "ask": message["ask"], "folder": folder, "failure": None})
        except ray.exceptions.RayActorError:
            pass  # `follow` says so, and then nobody waits for an answer.
        except BaseException as error:
            self.send({"type": "answered", "ask": message["ask"], "folder": "", "failure": str(error)})

    def bring(self, actor, message):
        """Files of this machine, on the actor's node."""
        folder, files = message["folder"], message["files"]
        digest = hashlib.sha256()
        for file in files:
            digest.update(json.dumps(file).encode())
            for piece in pieces_of(folder, file):
                digest.update(piece)
        name = digest.hexdigest()
        there = ray.get(actor.find.remote(name))
        if there is not None:
            return there
        with self.storing:
            stored = self.stored.get(name) or Stored(
                (file, [ray.put(piece) for piece in pieces_of(folder, file)]) for file in files
            )
            self.stored[name] = stored
        return ray.get(actor.bring.remote(name, list(stored)))

    def take(self, actor, message):
        """What is in a folder of the actor's node is put into a new one of this machine."""
        there, here = message["from"], message["folder"]
        os.makedirs(here)
        for file in ray.get(actor.files.remote(there)):
            # A name, and no way out of the folder.
            with open(os.path.join(here, os.path.basename(file)), "wb") as out:
                piece = None
                while piece is None or len(piece) == PIECE_BYTES:
                    piece = ray.get(actor.read.remote(there, file, out.tell()))
                    out.write(piece)
        ray.get(actor.remove.remote(there))
        return here


def room_of(resources):
    return {"cpus": resources.get("CPU", 0), "gpus": resources.get("GPU", 0), "memory": resources.get("memory", 0)}


def pieces_of(folder, file):
    with open(os.path.join(folder, file), "rb") as source:
        yield from iter(lambda: source.read(PIECE_BYTES), b"")


def main():
    # Whatever Ray prints goes to standard error.
    replies = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    Driver(sys.stdin.buffer, replies).run()
    ray.shutdown()
    # Threads that still wait for an actor would keep the process.
    os._exit(0)


if __name__ == "__main__":
    main()
