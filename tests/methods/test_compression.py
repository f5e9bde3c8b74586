"""Smaller forms of a fitted DEC: they label almost as the model does, and are made equal at each call."""

import sys

import numpy as np
import onnx_files
import pytest
from safetensors.numpy import load
from sklearn.datasets import load_digits

import methods
from methods.dec.compression import Compressed, Compressor
from methods.dec.forms import Form
from methods.registry import MethodError, compressor

pytestmark = [
    pytest.mark.slow,
    pytest.mark.filterwarnings("ignore::methods.fit_warnings.LostClustersWarning"),  # short fits
]
X = (load_digits().data / 16).astype(np.float32)
IMAGES = X.reshape(-1, 8, 8)


def fitted(**options: object) -> methods.DEC:
    short = {"pretrain_epochs": 10, "epochs": 4, "random_state": 0, "device": "cpu"}
    return methods.DEC(n_clusters=10, **{"preset": "small", **short, **options}).fit(IMAGES)


@pytest.fixture(scope="module")
def model() -> methods.DEC:
    return fitted()


def made(model: methods.DEC, form: Form, epochs: int = 2) -> Compressed:
    return Compressor(model, X.copy(), 0).make(form, epochs, lambda report: None)


def weights(form: Compressed) -> list[np.ndarray]:
    return [array for name, array in sorted(load(form.content).items()) if "weight" in name and array.ndim > 1]


@pytest.mark.parametrize("options", [{}, {"final_assignment": "kmeans"}, {"preset": "mlp"}], ids=str)
def test_the_float32_form_labels_as_the_model(options: dict[str, object]):
    model = fitted(**options)
    assert (made(model, Form("float32")).labeller(1)(X) == model.predict(IMAGES)).mean() > 0.999


def test_weights_that_were_pruned_are_zero_after_fine_tuning(model: methods.DEC):
    plain, pruned = made(model, Form("float32")), made(model, Form("pruned", 0.8))
    assert pruned.n_weights == plain.n_weights
    assert pruned.n_zeros == round(0.8 * plain.n_weights)
    assert sum(int((array == 0).sum()) for array in weights(pruned)) == pruned.n_zeros
    assert len(pruned.content) == len(plain.content)
    untrained = made(model, Form("pruned", 0.8), epochs=0)
    for before, after in zip(weights(untrained), weights(pruned), strict=True):
        assert ((before == 0) == (after == 0)).all()
        assert (before != after).any()


def test_fine_tuning_brings_labels_back(model: methods.DEC):
    expected = made(model, Form("float32")).labeller(1)(X)
    for form in (Form("pruned", 0.9), Form("channels", 0.5)):
        before, after = ((made(model, form, n).labeller(1)(X) == expected).mean() for n in (0, 4))
        assert before < after
        assert after > 0.8


def test_removed_channels_make_a_smaller_file(model: methods.DEC):
    plain, smaller = made(model, Form("float32")), made(model, Form("channels", 0.5))
    assert len(smaller.content) < 0.5 * len(plain.content)
    assert (load(smaller.content)["centers"] == load(plain.content)["centers"]).all()


@pytest.mark.parametrize("form", [Form("pruned", 0.5), Form("channels", 0.5)], ids=lambda form: form.name)
def test_equal_bits_at_each_call_and_an_unchanged_model(form: Form):
    model = fitted(dropout=0.1)  # dropout has a random generator
    before = model.packed()
    assert made(model, form).content == made(model, form).content
    assert made(model, form).content != made(model, form, 1).content
    assert model.packed() == before


def test_integers_are_smaller_and_label_as_float32(model: methods.DEC):
    onnx_files.skip_without_onnx()
    plain, integers = made(model, Form("onnx")), made(model, Form("int8"))
    assert len(integers.content) < 0.7 * len(plain.content)
    expected = made(model, Form("float32")).labeller(1)(X)
    assert (plain.labeller(1)(X) == expected).mean() > 0.999
    found = integers.labeller(2)(X)
    assert (found == expected).mean() > 0.97
    assert (integers.labeller(1)(X[:7]) == found[:7]).all(), "any number of samples"
    assert made(model, Form("int8")).content == integers.content


def test_convolutions_dense_layers_and_pooling_compute_with_integers():
    onnx_files.skip_without_onnx()
    model = fitted(preset="sha12", pretrain_epochs=1, epochs=1)
    content = made(model, Form("int8")).content
    operators = onnx_files.optimized_operators(content)
    assert operators.count("QLinearConv") == 3
    assert "QGemm" in operators
    assert not {"Conv", "Gemm", "FusedConv"} & set(operators)
    pools = [number for number, operator in enumerate(operators) if operator.endswith("MaxPool")]
    assert len(pools) == 2
    assert all("DequantizeLinear" not in operators[number - 1 : number + 2] for number in pools)
    assert b"stack_trace" not in content, "no paths of this machine"


def test_other_methods_and_a_missing_library_are_one_line(model: methods.DEC, monkeypatch: pytest.MonkeyPatch):
    with pytest.raises(MethodError, match="KMeans cannot be compressed; expected a DEC"):
        compressor(methods.KMeans(n_clusters=2).fit([[0.0], [1.0]]), X, 0)
    monkeypatch.setitem(sys.modules, "onnxruntime", None)
    with pytest.raises(MethodError, match=r"onnxruntime.*: pip install 'dec-bench\[onnx\]'$"):
        made(model, Form("int8"))
