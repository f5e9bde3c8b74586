"""Every public estimator and method says what it takes and returns, and every estimator has an example that runs."""

import doctest
import inspect
import re
from collections.abc import Callable
from dataclasses import fields

import pytest

from methods import registry
from methods.adapter import AdaptedClusterer
from methods.base import Clusterer
from methods.declarations import load_class
from methods.docstrings import entries, sections

ESTIMATORS = [*(load_class(method.target) for method in registry.METHODS.values()), AdaptedClusterer]
METHODS = sorted(
    {
        (name, function)
        for estimator in ESTIMATORS
        for name, function in inspect.getmembers(estimator, callable)
        if not name.startswith("_") and function.__module__.startswith("methods.")
    },
    key=lambda each: (each[0], each[1].__qualname__),
)
COMMON = {"labels_", "cluster_centers_", "embedding_", "prototypes_", "n_iter_", "n_features_in_", "image_shape_"}


@pytest.mark.parametrize("estimator", ESTIMATORS)
def test_the_docstring_of_an_estimator_has_all_sections_and_all_arguments(estimator: type[Clusterer]):
    introduction, found = sections(estimator.__doc__ or "")
    first, *others = introduction.splitlines()
    assert first.endswith(".")
    assert not others or not others[0]
    references = set() if estimator is AdaptedClusterer else {"References"}
    assert set(found) == {"Parameters", "Attributes", "Raises", "Examples"} | references
    parameters = entries(found["Parameters"])
    assert list(parameters) == [each.name for each in fields(estimator)]
    assert not [text for text in parameters.values() if "not documented" in text]
    assert set(entries(found["Attributes"])) >= COMMON


@pytest.mark.parametrize("estimator", ESTIMATORS)
def test_the_signature_has_the_real_defaults(estimator: type[Clusterer]):
    signature = inspect.signature(estimator).parameters
    described = entries(sections(estimator.__doc__ or "")[1]["Parameters"])
    for name, parameter in signature.items():
        if parameter.default is not parameter.empty:
            assert f"default={parameter.default!r}" in " ".join(described[name].split())


def test_every_estimator_has_an_example_that_fits_and_looks_at_the_result():
    examples = {each: doctest.DocTestParser().get_examples(each.__doc__ or "") for each in ESTIMATORS}
    lacking = [each.__name__ for each, found in examples.items() if not any("fit" in one.source for one in found)]
    assert lacking == []
    assert all(found[-1].want for found in examples.values())


@pytest.mark.parametrize(("name", "function"), METHODS)
def test_a_public_method_says_what_it_takes_and_returns(name: str, function: Callable[..., object]):
    introduction, found = sections(function.__doc__ or "")
    assert introduction.splitlines()[0].endswith(".")
    arguments = [each for each in inspect.signature(function).parameters if each != "self"]
    assert list(entries(found.get("Parameters", ""))) == arguments
    returns = inspect.signature(function).return_annotation
    assert ("Returns" in found) == (returns is not None)
    if "Array" in str(returns):
        assert re.match(r"ndarray of shape \(", found["Returns"])


def test_the_walk_finds_the_methods():
    assert {name for name, _ in METHODS} == {
        "fit", "predict", "predict_proba", "transform", "inverse_transform", "score", "pretrain", "pretrained_layer",
        "partial_fit", "save", "load", "packed", "from_pretrained", "push_to_hub", "to_onnx",
    }  # fmt: skip
