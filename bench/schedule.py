"""The epochs of a report's schedule, whole or scaled, and what tables must say of them."""

from bench.report.published import Report


def epochs(report: Report, scale: float) -> dict[str, int]:
    """By parameter, the epochs of each phase, at least 1.

    >>> from bench.report.published import SHA12
    >>> epochs(SHA12, 0.2)
    {'pretrain_epochs': 10, 'epochs': 6}
    """
    full = {"pretrain_epochs": report.pretrain_epochs, "epochs": report.epochs}
    return {name: max(1, round(count * scale)) for name, count in full.items()}


def note(report: Report, scale: float) -> str:
    """Empty if the schedule is whole."""
    if scale == 1:
        return ""
    scaled, full = (" + ".join(map(str, epochs(report, share).values())) for share in (scale, 1.0))
    return f"Every phase of training is scaled by {scale:g}: {scaled} epochs instead of {full}."
