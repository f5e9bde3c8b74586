"""The growth of the time and memory of each step with the number of images: table and figure."""

from collections.abc import Callable
from functools import partial
from pathlib import Path

import numpy as np
import pandas as pd
import seaborn as sns
from contest import Contestant, Facts, Run, Scale
from matplotlib.ticker import MaxNLocator
from scipy.stats import linregress, t
from speed_table import markdown

from bench.machine.memory import peak_bytes
from bench.report.figures.canvas import look, panels
from bench.report.figures.limits import WIDEST
from bench.report.figures.rendering import DPI

ENOUGH_SECONDS, MOST_RUNS = 5.0, 3
LARGEST = 3
"""The exponent is fitted to this many of the largest sizes, since at small sizes the fixed cost of a call matters.
A forecast uses the exponent rounded to a whole number, since the work itself grows with a whole exponent."""
FORECAST = {"1 million": 1_000_000, "10 million": 10_000_000}


def measured(step: Callable[[Scale, int], Run], scale: Scale, n: int) -> dict[str, float]:
    """Seconds of the fastest of up to three runs, and the peak memory in MB of a process that runs only this step."""
    contestant = Contestant(partial(_with_memory, step, n=n), scale)
    seconds: list[float] = []
    facts: Facts = {}
    try:
        while sum(seconds) < ENOUGH_SECONDS and len(seconds) < MOST_RUNS:
            took, facts = contestant.run()
            seconds.append(took)
    finally:
        contestant.close()
    return {"images": n, "seconds": min(seconds), **facts}


def _with_memory(step: Callable[[Scale, int], Run], scale: Scale, n: int) -> Run:
    run = step(scale, n)

    def run_and_measure() -> Callable[[], Facts]:
        run()
        return lambda: {"peak_mb": (peak_bytes() or 0) / 1e6}

    return run_and_measure


def growth(points: pd.DataFrame) -> pd.DataFrame:
    """One row per step: the exponent of time, the memory per image, and a forecast for more images."""
    rows = []
    for step, of_step in points.groupby("step", sort=False):
        of_step = of_step.sort_values("images")
        largest = of_step.tail(LARGEST)
        exponent, half = _exponent(largest)
        first, last = of_step.iloc[0], of_step.iloc[-1]
        bytes_per_image = 1e6 * (last["peak_mb"] - first["peak_mb"]) / (last["images"] - first["images"])
        row = {
            "Step": step,
            f"{last['images']:,} images": _cost(last["seconds"], last["peak_mb"]),
            "Time grows as": f"{power(exponent)} (± {half:.2f})",
            "Time of 10 times the images": f"× {10**exponent:.3g}",
            "Memory, kB an image": f"{bytes_per_image / 1e3:.1f}",
        }
        for name, n in FORECAST.items():
            seconds = last["seconds"] * (n / last["images"]) ** round(exponent)
            row[name] = _cost(seconds, last["peak_mb"] + bytes_per_image * (n - last["images"]) / 1e6)
        rows.append(row)
    return pd.DataFrame(rows)


def power(exponent: float) -> str:
    """The number of images, n, to this power, with raised digits.

    >>> power(1.149)
    'n¹·¹⁵'
    """
    return "n" + f"{exponent:.2f}".translate(str.maketrans("-.0123456789", "⁻·⁰¹²³⁴⁵⁶⁷⁸⁹"))


def _exponent(points: pd.DataFrame) -> tuple[float, float]:
    """The exponent e of time ∝ nᵉ, and half of its interval of 95 % (Student's t of n − 2 degrees of freedom)."""
    fit = linregress(np.log(points["images"]), np.log(points["seconds"]))
    return float(fit.slope), float(t.ppf(0.975, len(points) - 2) * fit.stderr)


def _cost(seconds: float, megabytes: float) -> str:
    """
    >>> _cost(7200.0, 1500.0)
    '2 h, 1.5 GB'
    """
    for unit, size in (("d", 86_400), ("h", 3600), ("min", 60)):
        if seconds >= 2 * size:
            return f"{seconds / size:.3g} {unit}, {megabytes / 1e3:.1f} GB"
    return f"{seconds:.2g} s, {megabytes / 1e3:.1f} GB"


def write_scaling(points: pd.DataFrame, folder: Path, machine: str) -> None:
    """Write scaling.csv, scaling.md and scaling.png."""
    folder.mkdir(parents=True, exist_ok=True)
    points.round({"seconds": 4, "peak_mb": 1}).to_csv(folder / "scaling.csv", index=False, lineterminator="\n")
    text = [
        "# Scaling",
        "Written by `make benchmark`. Time: the fastest of up to three runs. Memory: the peak of a process that runs "
        "only this step, libraries and images included. Time grows as a power of the number of images n: n¹ is "
        "in proportion to n, with n² twice the images take four times as long. The exponent is fitted to the three "
        "largest sizes; ± is half of its interval of 95 %, which three sizes leave wide. The "
        "forecast for more images uses the exponent rounded to a whole number, and the memory per image.",
        f"Measured on: {machine}.",
        markdown(growth(points)),
    ]
    (folder / "scaling.md").write_text("\n\n".join(text) + "\n", encoding="utf-8")
    _figure(points, folder / "scaling.png")


def _figure(points: pd.DataFrame, path: Path) -> None:
    shown = points.assign(gigabytes=points["peak_mb"] / 1e3, step=points["step"].map(_names(points)))
    sizes = sorted(points["images"].unique())
    panels_of = {"seconds": "Time, seconds", "gigabytes": "Peak memory of the process, GB"}
    with look(0.8):
        figure, axes = panels(1, 2, WIDEST, 3.0 + 0.2 * len(set(shown["step"])))
        for ax, (column, title) in zip(axes, panels_of.items(), strict=True):
            sns.lineplot(shown, x="images", y=column, hue="step", style="step", markers=True, dashes=False,
                         palette="colorblind", ax=ax, legend=ax is axes[-1])  # fmt: skip
            ax.set(xlabel="number of images, n", ylabel=None, title=title)
        axes[0].set(xscale="log", yscale="log")
        axes[0].set_xticks(sizes, [f"{size / 1000:g}k" for size in sizes])
        axes[0].minorticks_off()
        axes[0].yaxis.set_major_formatter("{x:g}")
        axes[1].set_ylim(bottom=0)
        axes[1].xaxis.set_major_locator(MaxNLocator(4))
        axes[1].xaxis.set_major_formatter("{x:,.0f}")
        lines, labels = axes[1].get_legend_handles_labels()
        if (legend := axes[1].get_legend()) is not None:
            legend.remove()
        figure.legend(lines, labels, loc="outside lower center", ncols=2, frameon=False, fontsize="small")
        figure.savefig(path, dpi=DPI)


def _names(points: pd.DataFrame) -> dict[str, str]:
    """By step: its name in the legend, with the growth of its time."""
    grown = growth(points).set_index("Step")["Time grows as"]
    return {str(step): f"{step}\ntime ∝ {power}" for step, power in grown.items()}
