"""The memory that a process uses on GPUs with CUDA: its bound and its peak, as PyTorch's allocator counts them."""

import sys


def limit_gpu_memory(n_bytes: int, device: str) -> None:
    """Let this process use at most `n_bytes` of the memory of a GPU, such as `cuda`; more is an OutOfMemoryError.

    The whole GPU bounds the memory if it is smaller. The context of CUDA, which has some hundred megabytes, and the
    memory of programs other than PyTorch do not count. Loads torch and starts CUDA.
    """
    import torch

    number = torch.device(device).index or 0
    total = torch.cuda.get_device_properties(number).total_memory
    torch.cuda.set_per_process_memory_fraction(min(1.0, n_bytes / total), number)


def restart_gpu_peak() -> None:
    """Let `gpu_peak_bytes` count from the memory that this process uses now. Without CUDA, do nothing."""
    if has_started_cuda():
        import torch

        for number in range(torch.cuda.device_count()):
            torch.cuda.reset_peak_memory_stats(number)


def gpu_peak_bytes() -> int | None:
    """Peak memory of the tensors of this process on all its GPUs; None if it has not started CUDA."""
    if not has_started_cuda():
        return None
    import torch

    return sum(torch.cuda.max_memory_allocated(number) for number in range(torch.cuda.device_count()))


def has_started_cuda() -> bool:
    """Whether this process has a context on a GPU. An error of CUDA may stay in it and end all later work."""
    torch = sys.modules.get("torch")
    return torch is not None and bool(torch.cuda.is_initialized())
