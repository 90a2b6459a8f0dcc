"""A ``dask.distributed`` cluster: one that the organisation has, or one started on this machine."""

from __future__ import annotations

import logging
import platform
import warnings
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from functools import lru_cache
from importlib import import_module
from queue import Empty, SimpleQueue
from threading import Thread
from typing import Any, Self

from nlp.base.errors import DataError
from nlp.base.versions import fingerprint
from nlp.engine.workers import Lost, Work

LOCAL = "local"
CONNECT_SECONDS = 30
SENDINGS = 3  # of the work, when workers die meanwhile; a scheduler that is gone fails the second, too, at once


class Cluster:
    """Workers of a cluster; they need this package installed and no file of ours."""

    remote = True

    def __init__(self, work: Work, address: str, workers: int) -> None:
        self.distributed: Any = library()
        self.work, self.where = work, f"--scheduler {address}"
        self.started: Any = started(workers) if address == LOCAL else None
        self.client: Any = connected(self.started.scheduler_address if self.started else address)
        self.tasks: dict[Any, Any] = {}
        logger = logging.getLogger("distributed.client")
        self.logger, self.usual = logger, logger.level
        logger.setLevel(logging.CRITICAL)  # a lost connection is told by us
        self.send()

    def send(self) -> None:
        """Send the work, model and all, to every worker; again where one dies while it is being sent."""
        with told_if_lost(self.where):
            for attempt in range(SENDINGS):
                try:
                    self.held = self.client.scatter(self.work, broadcast=True, hash=False)
                    return
                except TimeoutError:  # nobody is there to work
                    raise
                except OSError:
                    if attempt == SENDINGS - 1:
                        raise

    @property
    def size(self) -> int:
        """Threads that the cluster has now."""
        with told_if_lost(self.where):
            return max(1, int(sum(self.client.nthreads().values())))

    @property
    def n_under_way(self) -> int:
        """Tasks submitted and not yet returned."""
        return len(self.tasks)

    def submit(self, task: Any) -> None:
        """Take a task."""
        with warnings.catch_warnings():
            # A part is sent with its task on purpose: it is wanted once, and must not be lost with a worker.
            warnings.filterwarnings("ignore", "Sending large graph")
            self.tasks[self.client.submit(call, self.held, task, program(), pure=False)] = task

    def wait(self) -> tuple[Any, Any]:
        """The next task that is finished; ``Lost`` if the workers that tried it died.

        The cluster itself gives the task of a worker that died to another one; only a task that takes several along
        comes back lost.
        """
        while (future := next((each for each in self.tasks if each.done()), None)) is None:
            # Cancelled ones are raised, and are done; another client's wait would look at ours once a second only.
            with suppress(self.distributed.CancelledError), self.client.as_current():
                self.distributed.wait(list(self.tasks), return_when="FIRST_COMPLETED")
        task = self.tasks.pop(future)
        try:
            return task, future.result()
        except self.distributed.KilledWorker:
            return task, Lost("集群上的进程多次中止")
        except self.distributed.CancelledError:  # a result, too, dies with the worker that holds it
            self.send()  # the work itself was lost with the workers that held it
            return task, Lost("集群丢失了这份任务")

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *fault: object) -> None:
        self.client.cancel(list(self.tasks), force=True)
        self.tasks.clear()
        self.client.close()
        self.logger.setLevel(self.usual)
        if self.started is not None:
            self.started.close()


def call(work: Work, task: Any, known: str) -> Any:
    """Do one task, in a worker that may have joined since the others were asked for their program."""
    if program() != known:
        raise another_program("--scheduler", [platform.node()])
    return work(task)


@contextmanager
def told_if_lost(where: str) -> Iterator[None]:
    """Turn the faults of a cluster that is gone, or has nobody to work, into one that says what to do."""
    try:
        yield
    except TimeoutError as fault:
        raise DataError.at(
            "集群上没有能用的工作进程", where, "启动工作进程，再做；classify 加 --resume 接着做"
        ) from fault
    except OSError as fault:
        raise DataError.at(
            "与集群的连接断了；做完的部分不会丢",
            where,
            "检查集群和网络，再做；classify 加 --resume 接着做，也可以不用集群",
        ) from fault


def library() -> Any:
    """The module ``distributed``. Raises DataError if it is not installed."""
    try:
        return import_module("distributed")
    except ImportError as fault:
        raise DataError.at(
            "没有安装 dask.distributed", where="--scheduler", fix="pip install -r requirements-dask.txt"
        ) from fault


def started(workers: int) -> Any:
    """A cluster on this machine."""
    quiet = logging.CRITICAL  # what becomes of a task is told by us; its logs would stand between our lines
    return library().LocalCluster(
        n_workers=max(workers, 1), threads_per_worker=1, dashboard_address=None, silence_logs=quiet
    )


def connected(address: str) -> Any:
    """A client of the cluster at ``address``. Raises DataError if it cannot be reached or runs another program."""
    try:
        client = answered(library(), address)
    except (OSError, ValueError, TimeoutError) as fault:
        raise DataError.at(
            f"连不上集群（{type(fault).__name__}）",
            where=f"--scheduler {address}",
            fix="检查地址（tcp://主机:端口）和网络；或用 --scheduler local 在本机起一个",
        ) from fault
    if others := others_of(client):
        client.close()
        raise another_program(f"--scheduler {address}", others)
    return client


def answered(distributed: Any, address: str) -> Any:
    """A client, within bounded time: the library waits for ever for a server that takes the call and says nothing."""
    outcome: SimpleQueue[Any] = SimpleQueue()

    def ask() -> None:
        try:
            outcome.put(distributed.Client(address, timeout=CONNECT_SECONDS))
        except Exception as fault:  # raised again by the one who waits
            outcome.put(fault)

    Thread(target=ask, daemon=True).start()
    try:
        client = outcome.get(timeout=2 * CONNECT_SECONDS)
    except Empty as fault:
        raise TimeoutError(address) from fault
    if isinstance(client, Exception):
        raise client
    return client


def another_program(where: str, machines: list[str]) -> DataError:
    """What is said of machines whose rows might differ from ours."""
    return DataError.at(
        f"集群上没有装本项目，或版本与这里不同（{'、'.join(machines)}）",
        where=where,
        fix="在集群的每台机器（调度者也在内）上装同一版本的本项目、依赖和 Python，再重启集群",
    )


def others_of(client: Any) -> list[str]:
    """Addresses of the scheduler and the workers that lack our program or run another: their rows might differ."""
    there = client.run(program, on_error="return")
    try:
        scheduler = client.run_on_scheduler(program)
    except Exception as fault:  # whatever the lack of our program does there
        scheduler = fault
    return sorted(name for name, found in {"调度者": scheduler, **there}.items() if found != program())


@lru_cache(maxsize=1)
def program() -> str:
    """What tells our program, its libraries and its Python from others."""
    return f"{platform.python_version_tuple()[1]} {fingerprint()}"


@contextmanager
def kept(scheduler: str, workers: int) -> Iterator[str]:
    """The address of a cluster that can be reached; one on this machine is started, and ended at the end."""
    cluster = started(workers) if scheduler == LOCAL else None
    address = str(cluster.scheduler_address) if cluster else scheduler
    try:
        connected(address).close()
        yield address
    finally:
        if cluster is not None:
            cluster.close()
