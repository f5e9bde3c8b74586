"""DEC as ONNX: onnxruntime gives the codes and soft assignments of torch, for any number of samples."""

import sys

import numpy as np
import pytest
from sklearn.datasets import load_digits

import methods
from methods.dec import onnx_file
from methods.registry import MethodError

pytestmark = [
    pytest.mark.slow,
    pytest.mark.filterwarnings("ignore::methods.fit_warnings.LostClustersWarning"),  # short fits
]
IMAGES = (load_digits().images / 16).astype(np.float32)


def fitted(**options: object) -> methods.DEC:
    short = {"pretrain_epochs": 1, "epochs": 1, "random_state": 0, "device": "cpu"}
    return methods.DEC(n_clusters=10, **{"preset": "small", **short, **options}).fit(IMAGES[:500])


def test_a_missing_library_and_another_method_are_one_line(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setitem(sys.modules, "onnxruntime", None)
    with pytest.raises(MethodError, match=r"^ONNX needs onnxruntime, .*: pip install 'dec-bench\[onnx\]'$"):
        fitted().to_onnx(IMAGES[:10])
    with pytest.raises(MethodError, match="KMeans cannot be written as ONNX; expected a DEC"):
        methods.KMeans(n_clusters=2).fit([[0.0], [1.0]]).to_onnx([[0.0], [1.0]])


@pytest.mark.parametrize("options", [{}, {"preset": "mlp"}, {"final_assignment": "kmeans"}], ids=str)
def test_onnxruntime_equals_torch_on_images_that_were_not_checked(options: dict[str, object]):
    onnxruntime = pytest.importorskip("onnxruntime", reason="the extra `onnx` is not installed")
    model = fitted(**options)
    content, difference = model.to_onnx(IMAGES[:100])
    assert 0 < difference <= onnx_file.TOLERANCE
    session = onnxruntime.InferenceSession(content, providers=["CPUExecutionProvider"])
    for images in (IMAGES[500:], IMAGES[500:501]):
        rows = images.reshape(len(images), -1)
        codes, shares = session.run(["codes", "soft_assignments"], {"samples": rows})
        np.testing.assert_allclose(codes, model.transform(images), atol=1e-4)
        np.testing.assert_allclose(shares, model.predict_proba(images), atol=1e-4)


def test_a_file_that_differs_is_refused(monkeypatch: pytest.MonkeyPatch):
    pytest.importorskip("onnxruntime", reason="the extra `onnx` is not installed")
    model = fitted()
    exported = onnx_file._exported

    def other(assigner: onnx_file.Assigner, rows: object) -> bytes:
        moved = onnx_file.Assigner(model.network_, model.cluster_centers_ + 0.1)
        return exported(moved, rows)

    monkeypatch.setattr(onnx_file, "_exported", other)
    with pytest.raises(MethodError, match=r"the ONNX model differs from torch by .*; expected at most 0\.0001"):
        model.to_onnx(IMAGES[:10])
