"""A fit that needs more memory than a cell may use is refused with the figures, before it starts."""

import re

import numpy as np
import psutil
import pytest

from bench.machine import memory
from bench.running.enough_memory import TooLargeError, check_memory

AGGLOMERATIVE = "sklearn.cluster:AgglomerativeClustering"
MANY = np.broadcast_to(np.zeros(2, np.float32), (1_000_000, 2))  # 8 bytes in memory; its distances need 8.4 TB


def test_without_a_limit_80_percent_of_the_machine_are_allowed():
    with pytest.raises(TooLargeError) as raised:
        check_memory(AGGLOMERATIVE, MANY, {}, None)
    total = memory.machine_bytes()
    assert total <= psutil.virtual_memory().total
    assert str(raised.value).startswith(
        "a fit on 1,000,000 samples needs about 8,401 GB (1.05 · n² + 66 · n numbers of 8 bytes), and a cell may use "
    )
    assert re.search(r"may use [\d.,]+ GB \(80 % of the [\d.,]+ GB of this machine\); take", str(raised.value))
    n_samples = int(re.search(r"--limit (\d+)$", str(raised.value))[1])
    check_memory(AGGLOMERATIVE, MANY[:n_samples], {}, None)  # the remedy helps


def test_a_limit_counts_what_the_process_uses_already():
    X = np.zeros((2000, 2), np.float32)
    needed = 8 * (1.05 * 2000**2 + 66 * 2000)
    check_memory(AGGLOMERATIVE, X, {}, memory.data_bytes() + int(needed) + 10_000_000)
    with pytest.raises(TooLargeError, match=r"--cell-memory .* without the libraries"):
        check_memory(AGGLOMERATIVE, X, {}, memory.data_bytes() + int(needed) - 10_000_000)


def test_options_and_other_methods_decide():
    check_memory(AGGLOMERATIVE, MANY, {"linkage": "single"}, None)
    check_memory("kmeans", MANY, {}, None)
    check_memory("sklearn.cluster:OPTICS", MANY, {}, None)
