"""Which cells need a GPU with CUDA, and the process that has one."""

from msgspec.structs import replace

from bench.machine.gpus import Gpu
from bench.running.attempt import Task
from methods import registry


def needs_gpu(task: Task) -> bool:
    """Whether the networks of the run train on a GPU with CUDA and the cell may use it."""
    device = task.environment.device or ""
    return device.startswith("cuda") and registry.may_use_gpu(task.cell.implementation)


def on_gpu(task: Task, gpu: Gpu) -> tuple[Task, dict[str, str]]:
    """The task for a process that sees one GPU, which is `cuda` there, and the variables of its environment."""
    environment = replace(task.environment, device="cuda", accelerator=gpu.name)
    return replace(task, environment=environment), {"CUDA_VISIBLE_DEVICES": gpu.variable}
