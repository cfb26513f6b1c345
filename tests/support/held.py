"""What a process that lives on holds, and what one that has ended leaves behind."""
import os
import signal
import time
from contextlib import suppress
from pathlib import Path


def by(process):
    """How many descriptors and how many children it has now."""
    tasks = Path(f"/proc/{process.pid}/task").glob("*/children")
    return len(os.listdir(f"/proc/{process.pid}/fd")), sum(len(task.read_text().split()) for task in tasks)


def at_rest(process, limit=30):
    """The same, when nothing has changed for a while."""
    end = time.monotonic() + limit
    same, last = 0, by(process)
    while same < 10 and time.monotonic() < end:
        time.sleep(0.02)
        same, last = (same + 1, last) if by(process) == last else (0, by(process))
    return last


def settles_at(process, before, limit=30):
    """Whether it comes to hold no more than `before`: what is in flight may take a moment to end."""
    end = time.monotonic() + limit
    while not (settled := all(now <= then for now, then in zip(by(process), before))) and time.monotonic() < end:
        time.sleep(0.02)
    return settled


def group_lives(leader):
    """Whether a process is there whose group was that of one that has ended."""
    with suppress(ProcessLookupError):
        os.killpg(leader, 0)
        return True
    return False


def end_group(leader):
    with suppress(ProcessLookupError):
        os.killpg(leader, signal.SIGKILL)
