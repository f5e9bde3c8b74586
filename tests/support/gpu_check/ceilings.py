"""The ceilings of the card: copies, products of matrices, and the cost of a launch, each measured on its own."""

from collections.abc import Callable

import torch
from gpu_check.clock import repeated
from gpu_check.facts import BFLOAT16, CEILINGS, COPY, FLOAT64
from gpu_check.machine import Check

EAGER, GRAPH = "launch, one by one", "launch, in a graph"
REPEATS, IN_A_ROW, LAUNCHES = 7, 10, 1000


def copies(device: torch.device, n_bytes: int) -> list[float]:
    """GB/s of a copy on the device, read and written bytes together."""
    source = torch.randint(256, (n_bytes,), dtype=torch.uint8, device=device)
    target = torch.empty_like(source)
    return [2 * IN_A_ROW * n_bytes / 1e9 / one for one in _in_a_row(lambda: target.copy_(source), device)]


def products(device: torch.device, dtype: torch.dtype, side: int) -> list[float]:
    """TFLOP/s of a product of two square matrices of random numbers; zeros would be faster."""
    left, right = (torch.randn(side, side, dtype=torch.float32, device=device).to(dtype) for _ in range(2))
    result = torch.empty_like(left)
    found = _in_a_row(lambda: torch.mm(left, right, out=result), device)
    return [2 * IN_A_ROW * side**3 / 1e12 / one for one in found]


def eager_launches(device: torch.device) -> list[float]:
    """Microseconds of each of many additions to one number, started one by one."""
    number = torch.zeros(1, device=device)

    def add() -> None:
        for _ in range(LAUNCHES):
            number.add_(1)

    return [one / LAUNCHES * 1e6 for one in repeated(add, device, REPEATS)]


def graph_launches(device: torch.device) -> list[float]:
    """Microseconds of each of the same additions in one CUDA graph."""
    number = torch.zeros(1, device=device)
    number.add_(1)
    graph = torch.cuda.CUDAGraph()
    with torch.cuda.device(device), torch.cuda.graph(graph):
        for _ in range(LAUNCHES):
            number.add_(1)
    return [one / LAUNCHES * 1e6 for one in repeated(graph.replay, device, REPEATS)]


def _in_a_row(call: Callable[[], object], device: torch.device) -> list[float]:
    """Seconds of several calls in a row, several times."""

    def calls() -> None:
        for _ in range(IN_A_ROW):
            call()

    return repeated(calls, device, REPEATS)


def main() -> None:
    check = Check.of_environment()
    device, of_gpu = check.device, check.device.type == "cuda"
    check.fact(CEILINGS, COPY, copies(device, check.scaled(2 * 2**30, 2**24)), "GB/s")
    check.fact(CEILINGS, BFLOAT16, products(device, torch.bfloat16, 8192 if of_gpu else 128), "TFLOP/s")
    check.fact(CEILINGS, FLOAT64, products(device, torch.float64, 4096 if of_gpu else 128), "TFLOP/s")
    check.fact(CEILINGS, EAGER, eager_launches(device), "µs")
    if of_gpu:
        check.fact(CEILINGS, GRAPH, graph_launches(device), "µs")


if __name__ == "__main__":
    main()
