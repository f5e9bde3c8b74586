"""ONNX in tests: its libraries are an extra that `make setup` does not install."""

import tempfile
from pathlib import Path

import pytest


def skip_without_onnx() -> None:
    """Skip the test if a library of the extra `onnx` is not installed."""
    for library in ("onnxruntime", "onnx", "onnxscript"):
        pytest.importorskip(library, reason="the extra `onnx` is not installed")


def optimized_operators(content: bytes) -> list[str]:
    """The operators that onnxruntime really runs, in order."""
    import onnx
    import onnxruntime

    with tempfile.TemporaryDirectory() as folder:
        options = onnxruntime.SessionOptions()
        options.log_severity_level = 3
        options.optimized_model_filepath = str(Path(folder) / "optimized.onnx")
        onnxruntime.InferenceSession(content, options, providers=["CPUExecutionProvider"])
        return [node.op_type for node in onnx.load(options.optimized_model_filepath).graph.node]
