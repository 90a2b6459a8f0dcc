"""Child processes that may die without taking the work along."""

from __future__ import annotations

import gc
import multiprocessing
import signal
import sys
import warnings
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass
from multiprocessing.connection import Connection, wait
from multiprocessing.process import BaseProcess
from typing import Any, Self

from nlp.base.collector import seldom_collected
from nlp.engine.workers import Lost, Work

# A forked worker shares the dictionary and the model with us page by page; elsewhere they are sent to it.
START = "fork" if sys.platform == "linux" else "spawn"
PATIENCE = 5.0  # seconds that a worker gets to end by itself


@dataclass(slots=True)
class Worker:
    """A child process, our end of the pipe to it, and the task it has."""

    process: BaseProcess
    pipe: Connection
    task: Any = None
    busy: bool = False


class Processes:
    """A number of child processes; a task goes to the first that is free."""

    remote = False

    def __init__(self, work: Work, size: int) -> None:
        self.work, self.size = work, size
        self.tasks: deque[Any] = deque()
        gc.freeze()  # the collector would otherwise touch, and so copy, every page that a forked worker shares
        self.workers: list[Worker] = []
        for _ in range(size):
            self.workers.append(self.hired())

    def hired(self) -> Worker:
        """Start one worker."""
        context = multiprocessing.get_context(START)
        ours, theirs = context.Pipe()
        # A forked child holds our ends of the pipes too; while it does, nobody can see that we are gone.
        not_its = [ours, *(worker.pipe for worker in self.workers)] if START == "fork" else []
        process = context.Process(target=serve, args=(self.work, theirs, not_its))  # type: ignore[attr-defined]
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", DeprecationWarning)  # a fork beside threads: none of them holds our locks
            process.start()
        theirs.close()
        return Worker(process, ours)

    @property
    def n_under_way(self) -> int:
        """Tasks submitted and not yet returned."""
        return len(self.tasks) + sum(worker.busy for worker in self.workers)

    def submit(self, task: Any) -> None:
        """Take a task."""
        self.tasks.append(task)
        self.hand_out()

    def hand_out(self) -> None:
        """Give tasks to those who are free."""
        for at, worker in enumerate(self.workers):
            while self.tasks and not worker.busy:
                try:
                    worker.pipe.send(self.tasks[0])
                except (BrokenPipeError, ConnectionError):  # it died while it had nothing to do
                    worker = self.workers[at] = self.replaced(worker)[0]
                else:
                    worker.task, worker.busy = self.tasks.popleft(), True

    def wait(self) -> tuple[Any, Any]:
        """The next task that is finished and its result, or ``Lost`` if its worker died."""
        busy = {worker.pipe: at for at, worker in enumerate(self.workers) if worker.busy}
        ready = wait(list(busy))[0]
        at = busy[ready]  # type: ignore[index]
        worker = self.workers[at]
        task = worker.task
        try:
            fine, result = worker.pipe.recv()
        except (EOFError, ConnectionError):
            self.workers[at], how = self.replaced(worker)
            self.hand_out()
            return task, Lost(how)
        worker.task, worker.busy = None, False
        self.hand_out()
        if not fine:
            raise result
        return task, result

    def replaced(self, worker: Worker) -> tuple[Worker, str]:
        """Start another in the place of one who died, and say how it died."""
        worker.pipe.close()
        worker.process.join(PATIENCE)
        worker.process.kill()
        worker.process.join()
        return self.hired(), f"退出码 {worker.process.exitcode}"

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *fault: object) -> None:
        for worker in self.workers:
            worker.pipe.close()
        for worker in self.workers:
            if worker.busy or fault[0] is not None:
                worker.process.terminate()
            worker.process.join(PATIENCE)
            worker.process.kill()
            worker.process.join()
            worker.process.close()
        gc.unfreeze()


def serve(work: Work, pipe: Connection, not_ours: Sequence[Connection]) -> None:
    """Do what comes through the pipe until its other end is gone."""
    for other in not_ours:
        other.close()
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the process that the user started
    for name in ("SIGTERM", "SIGHUP"):  # what that process does when it is asked to end is not ours to do
        if hasattr(signal, name) and callable(signal.getsignal(getattr(signal, name))):
            signal.signal(getattr(signal, name), signal.SIG_DFL)
    gc.freeze()  # what was sent along stays to the end
    with seldom_collected():
        answer_all(work, pipe)


def answer_all(work: Work, pipe: Connection) -> None:
    """Answer task after task."""
    while True:
        try:
            task = pipe.recv()
        except (EOFError, ConnectionError):
            return
        try:
            answer = (True, work(task))
        except Exception as fault:  # told to the one who asked
            answer = (False, fault)
        try:
            pipe.send(answer)
        except (BrokenPipeError, ConnectionError):  # whoever asked is gone
            return
