"""The rows of the table: each work, its peers, and the goal on all of MNIST and one H100."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Goal:
    """A work and one of its peers. A bound that is None is not asked for."""

    work: str
    what: str
    stage: str
    """The stage of the check that measures ours."""
    peer: str | None = None
    """The side of the peer; None: the work is measured without a peer."""
    peer_is: str = ""
    peer_stage: str = ""
    """The stage that measures the peer; empty: `stage`."""
    shows_rate: bool = False
    """The row shows images a second instead of seconds."""
    seconds: float | None = None
    """Ours takes at most this long."""
    rate: float | None = None
    """Ours makes at least this many images a second."""
    ratio: float | None = None
    """The peer takes at least this many times as long."""

    @property
    def text(self) -> str:
        """The goal in words, such as `≤ 15 s, ≥ 10×`."""
        parts = [
            f"≥ {self.rate:,.0f} images/s" if self.rate is not None else "",
            f"≤ {duration(self.seconds)}" if self.seconds is not None else "",
            f"≥ {self.ratio:g}×" if self.ratio is not None else "",
        ]
        return ", ".join(part for part in parts if part)


def duration(seconds: float) -> str:
    """Three digits with a unit.

    >>> duration(0.00312), duration(0.1), duration(14.26), duration(160)
    ('3.12 ms', '100 ms', '14.3 s', '160 s')
    """
    return f"{seconds * 1000:.3g} ms" if seconds < 1 else f"{seconds:.3g} s"


PRETRAINING, SHA12, QUICK, FLAGSHIP = "pretraining", "sha12", "quick", "flagship"
SILHOUETTE_64, SILHOUETTE_784, KMEANS, MAP = "silhouette-64", "silhouette-784", "kmeans", "map"
PLAIN, TUNED, COMPILED, CLUSTPY = "plain", "tuned", "compiled", "clustpy"
SKLEARN, MINISOM = "scikit-learn", "minisom"

_HOST = "on the host"

GOALS = (
    Goal(
        PRETRAINING,
        "sha12 pretraining",
        "training",
        PLAIN,
        "plain PyTorch loop: DataLoader, float32 (convolutions as PyTorch rounds them by default), same card",
        shows_rate=True,
        rate=500_000,
        ratio=10,
    ),
    Goal(
        PRETRAINING,
        "sha12 pretraining",
        "training",
        TUNED,
        "tuned PyTorch loop: data on the card, bfloat16, channels_last, fused Adam",
        shows_rate=True,
        ratio=3,
    ),
    Goal(
        PRETRAINING,
        "sha12 pretraining",
        "training",
        COMPILED,
        "the tuned loop with torch.compile, which ours does not use: a bound",
        "compiled",
        shows_rate=True,
    ),
    Goal(
        SHA12,
        "sha12, 50 + 30 epochs, whole fit",
        "sha12",
        CLUSTPY,
        "ClustPy IDEC, dense 784-500-500-2000-10, equal epochs, same card",
        "clustpy",
        seconds=15,
        ratio=10,
    ),
    Goal(QUICK, "quick, whole fit", "quick", seconds=110),
    Goal(FLAGSHIP, "flagship, whole fit", "flagship", seconds=160),
    Goal(
        SILHOUETTE_64,
        "exact silhouette, 64 features",
        "silhouette",
        SKLEARN,
        f"scikit-learn silhouette_score {_HOST}",
        seconds=0.1,
    ),
    Goal(
        SILHOUETTE_784,
        "exact silhouette, 784 pixels",
        "silhouette",
        SKLEARN,
        f"scikit-learn silhouette_score {_HOST}",
        seconds=0.2,
    ),
    Goal(
        KMEANS,
        "K-Means on pixels, n_init 10",
        "kmeans",
        SKLEARN,
        f"scikit-learn KMeans {_HOST}: float64, Lloyd",
        seconds=0.5,
    ),
    Goal(
        MAP,
        "one epoch of the map's batch rule, 10 × 10 units",
        "map",
        MINISOM,
        f"MiniSom train_batch_offline {_HOST}",
        seconds=0.003,
    ),
)
