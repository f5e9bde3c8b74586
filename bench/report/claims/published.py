"""The types of a published report and its claims. In this folder, a figure is a number that a report states."""

from dataclasses import dataclass
from typing import Literal

from bench.metrics.spaces import Space

INDICES = {"silhouette": "Silhouette", "davies_bouldin": "Davies–Bouldin", "calinski_harabasz": "Calinski–Harabasz"}
"""Name → label of the internal indices that the reports print; the metrics add the space to the name."""


@dataclass(frozen=True)
class Fact:
    """A property of the data or of the network, which has no uncertainty."""

    name: str


@dataclass(frozen=True)
class Setting:
    """A choice of the report that this project takes over; `name` is the name of a fact."""

    name: str


@dataclass(frozen=True)
class Score:
    """A metric of one run of a method."""

    method: str
    metric: str


@dataclass(frozen=True)
class Improvement:
    """Percent by which one run of `new` is better than one run of `base`."""

    new: Score
    base: Score
    shared: bool = False
    """Whether both methods share work on each seed, such as one pretrained autoencoder."""


@dataclass(frozen=True)
class Better:
    """The claim in words that one run of `new` is better than one run of `base`."""

    new: Score
    base: Score
    shared: bool = False
    """As in `Improvement`."""


@dataclass(frozen=True)
class Arithmetic:
    """Percent by which one figure of the report is better than another figure of the report."""

    new: float
    base: float
    higher_is_better: bool


@dataclass(frozen=True)
class Sum:
    """The sum of figures of the report."""

    terms: tuple[float, ...]


@dataclass(frozen=True)
class Chosen:
    """The value of a parameter that a search chose by its criterion."""

    axis: str
    """Name of the parameter."""


Source = Fact | Setting | Score | Improvement | Better | Arithmetic | Sum | Chosen


@dataclass(frozen=True)
class PublishedClaim:
    """One figure of a report, or one statement in words."""

    name: str
    """Unique in its report."""
    text: str
    """The claim in words."""
    place: str
    """Section or table of the report."""
    figure: float | None
    """The number in the report; None if the report states the claim in words only."""
    source: Source
    """The source of our figure."""
    why: str
    """Why the figures agree or differ; `reasons.reason` replaces the names in braces by our figures."""
    space: Space | Literal["both"] | None = None
    """For an internal metric: the space in which the report measured, as far as its text says."""
    digits: int = 4
    """Decimals of the report's figure; −5 if it is rounded to hundreds of thousands."""
    why_not: str = ""
    """Replaces `why` if our figure is another one; empty if `why` holds in both cases."""


@dataclass(frozen=True)
class PublishedReport:
    """A report, and the settings that repeat its experiment."""

    title: str
    methods: tuple[str, ...]
    preset: str
    params: tuple[str, ...]
    """In the form of `--param`, without the epochs, which are the preset's."""
    assumptions: str
    """What the report does not state and this project chose; empty if there is nothing."""
    claims: tuple[PublishedClaim, ...]


OTHER = "Our data or our network differ from the report's."


def count(
    name: str, text: str, place: str, figure: float, fact: str, why: str = "The same value.", why_not: str = OTHER
) -> PublishedClaim:
    """The claim of a whole number that the data or the network have."""
    return PublishedClaim(name, text, place, figure, Fact(fact), why, why_not=why_not, digits=0)


def setting(
    name: str, text: str, place: str, figure: float, digits: int, why: str = "", why_not: str = ""
) -> PublishedClaim:
    """The claim of a setting of the data, the network or the training; the fact has the same name as the claim."""
    why_not = why_not or "Another value was requested for this run."
    return PublishedClaim(name, text, place, figure, Setting(name), why, digits=digits, why_not=why_not)
