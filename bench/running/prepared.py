"""What a worker process keeps between cells: the loaded data, and the description of its machine."""

import platform

from msgspec.structs import replace

from bench.datasets.images import ImageData
from bench.datasets.load import load
from bench.errors import UsageError
from bench.machine.code import code_version
from bench.machine.environment import describe_environment
from bench.running.attempt import Task
from bench.running.job import plugin_source
from bench.store.reading import Reading
from bench.store.records import Environment
from methods import registry


class Prepared:
    """The data and the environment of the last cell."""

    def __init__(self) -> None:
        self._data: tuple[tuple[str, str, Reading, str], ImageData] | None = None
        self._environment: tuple[tuple[int, str], Environment] | None = None

    def prepare(self, task: Task) -> tuple[Task, ImageData]:
        """Load the code and the data of a task. The returned task has the environment of this process.

        Raises UsageError if this installation has another code version than the task, or another version of the
        plug-in, or if the data changed, and MethodError if a library of the method is missing.
        """
        _check_code(task)  # for every cell: a method that loads now must have the code that was asked for
        data = self._load(task)
        registry.preload(task.cell.implementation, task.cell.preset, task.cell.params)
        return self._with_own_environment(task), data

    def _load(self, task: Task) -> ImageData:
        wanted = (task.dataset, task.split, task.reading, task.digest)
        if self._data is not None and self._data[0] == wanted:
            return self._data[1]
        data = load(task.dataset, task.split, reading=task.reading)
        if data.digest != task.digest:
            raise UsageError(
                f"data set '{task.dataset}' ({task.split}) changed during the run: expected digest "
                f"{task.digest[:12]}, got {data.digest[:12]}"
            )
        self._data = wanted, data
        return data

    def _with_own_environment(self, task: Task) -> Task:
        """The task with the environment of this process, which may differ from the driver's on a cluster."""
        if not task.on_cluster:
            return task
        wanted = (task.environment.threads, task.environment.device or "auto")
        if self._environment is None or self._environment[0] != wanted:
            self._environment = wanted, describe_environment(*wanted)
        return replace(task, environment=self._environment[1])


def _check_code(task: Task) -> None:
    code = code_version()
    if code != task.code:
        raise UsageError(
            f"worker {platform.node()} has code version {code} of the methods, expected {task.code}, the version of "
            "the driver process; run all cells with one version."
        )
    if (found := plugin_source(task.cell)) != task.plugin:
        raise UsageError(
            f"worker {platform.node()} has {f'plug-in {found}' if found else 'no plug-in'} for method "
            f"'{task.cell.method}', expected {task.plugin or 'none'}, as the driver process; install the same version."
        )
