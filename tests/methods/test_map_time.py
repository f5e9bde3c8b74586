import warnings

import numpy as np
import pytest

from methods.map_time import LongFitWarning, long_fit
from methods.registry import long_fit as of_method
from methods.registry import method
from methods.som import SOM


def test_online_training_on_large_images_names_the_time_and_the_remedy():
    text = of_method("som", 200, 64 * 48 * 3, {"n_steps": 100_000})
    assert text.startswith(
        "online training of the map takes about 6 minutes (100,000 steps, 100 units, 9,216 features)"
    )
    assert text.endswith("training='batch' takes seconds.")


def test_one_minute_is_not_a_plural():
    assert long_fit(200, 64 * 48 * 3, n_steps=20_000).startswith("online training of the map takes about 1 minute (")


@pytest.mark.parametrize("params", [{"training": "batch"}, {"n_steps": 1000}, {"rows": 2, "columns": 5}])
def test_a_short_fit_says_nothing(params: dict):
    assert of_method("som", 200, 64 * 48 * 3, params) == ""


def test_other_methods_say_nothing():
    assert method("dec").long_fit is None
    assert of_method("dec", 10**6, 10**4, {}) == ""


class StartedError(Exception):
    """The first step has begun."""


def test_the_warning_comes_before_the_first_step(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("methods.som.presentation_order", lambda *_: (_ for _ in ()).throw(StartedError))
    X = np.zeros((20, 64 * 48 * 3), np.float32)
    with pytest.warns(LongFitWarning, match="training='batch'") as caught, pytest.raises(StartedError):
        SOM(n_clusters=2).fit(X)
    assert caught[0].filename == __file__
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        with pytest.raises(StartedError):
            SOM(n_clusters=2).fit(X[:, :784])


def test_the_defaults_are_those_of_the_method():
    som = SOM()
    assert long_fit(200, 9216) == long_fit(200, 9216, **som.get_params(deep=False))
