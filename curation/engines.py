"""Who runs work units: this process, local processes, or Ray core tasks. Each takes a function and its arguments and gives results in order."""

import os
import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import ProcessPoolExecutor
from contextlib import AbstractContextManager, contextmanager
from multiprocessing import get_context, parent_process
from typing import Any, TypeVar

from hinglish.errors import KhichdiError

R = TypeVar("R")
Task = tuple[Any, ...]
Run = Callable[[Callable[..., R], Iterable[Task]], Iterator[R]]
AHEAD = 2  # tasks a worker that wait: none idles while results are merged, and few are made in vain


@contextmanager
def _here(workers: int) -> Iterator[Run[Any]]:
    """One after another, each when it is asked for."""

    def run(function: Callable[..., Any], tasks: Iterable[Task]) -> Iterator[Any]:
        for task in tasks:
            yield function(*task)

    yield run


@contextmanager
def _processes(workers: int) -> Iterator[Run[Any]]:
    """Processes of this machine, started fresh so that no lock or cache is copied. One that dies is an error, not a wait."""
    if workers == 1:
        with _here(workers) as run:
            yield run
        return
    pool = ProcessPoolExecutor(workers, mp_context=get_context("spawn"), initializer=_alone)
    try:
        yield _in_order(workers, pool.submit, _result)
    finally:
        pool.shutdown(wait=True, cancel_futures=True)


@contextmanager
def _ray(workers: int) -> Iterator[Run[Any]]:
    """Ray core tasks: the local cluster of this machine, or the one that RAY_ADDRESS names, whose nodes see the same build folder."""
    try:
        import ray
    except ImportError as fault:
        raise KhichdiError("--engine ray: Ray is not installed; pip install -e '.[scale]' -c constraints.txt") from fault
    local = {} if os.environ.get("RAY_ADDRESS") else {"num_cpus": workers, "include_dashboard": False, "_node_ip_address": "127.0.0.1"}
    ray.init(log_to_driver=False, logging_level="error", configure_logging=False, **local)
    remote: dict[Callable[..., Any], Any] = {}

    def submit(function: Callable[..., Any], *task: Any) -> Any:
        if function not in remote:
            remote[function] = ray.remote(function)
        return remote[function].remote(*task)

    try:
        yield _in_order(workers, submit, ray.get)
    finally:
        ray.shutdown()


def _in_order(workers: int, submit: Callable[..., Any], get: Callable[[Any], Any]) -> Run[Any]:
    def run(function: Callable[..., Any], tasks: Iterable[Task]) -> Iterator[Any]:
        waiting = deque[Any]()
        for task in tasks:
            waiting.append(submit(function, *task))
            if len(waiting) > AHEAD * workers:
                yield get(waiting.popleft())
        while waiting:
            yield get(waiting.popleft())

    return run


def _result(future: Any) -> Any:
    return future.result()


def _alone() -> None:
    """A worker is one thread of polars, for the others have the other cores; and ends when its parent was killed: it would wait for tasks for ever."""
    os.environ.setdefault("POLARS_MAX_THREADS", "1")  # read when polars is first imported, by the first task
    parent = parent_process()

    def wait() -> None:
        if parent is not None:
            parent.join()
        os._exit(1)

    threading.Thread(target=wait, daemon=True).start()


ENGINES: Mapping[str, Callable[[int], AbstractContextManager[Run[Any]]]] = {"local": _processes, "ray": _ray}


def engine(name: str, workers: int) -> AbstractContextManager[Run[Any]]:
    """An engine by name. Raises KhichdiError naming those there are."""
    if name not in ENGINES:
        raise KhichdiError(f'--engine {name}: engines are {", ".join(ENGINES)}')
    return ENGINES[name](workers)
