"""The second load of a data set."""

from contenders import data
from contest import Scale, contest


def test_second_load(benchmark, scale: Scale):
    ours, theirs = contest(
        benchmark,
        scale,
        what="Second load of all of MNIST, and their mean",
        peer="np.stack over the decoded images of the Hub data set",
        target=20,
        ours=data.mapped,
        theirs=data.decoded,
    )
    if scale.full:
        assert ours["images"] == theirs["images"] == 70_000
