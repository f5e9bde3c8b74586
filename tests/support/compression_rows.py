"""Rows as `compress` measures them: two seeds of two rows of the table, in two forms."""

import pandas as pd

from bench.report.tables.compression import COLUMNS

FORMS = ("float32", "pruned 0.9")


def frame() -> pd.DataFrame:
    rows = [
        {
            **dict.fromkeys(COLUMNS, 1.0),
            "label": label,
            "seed": seed,
            "form": form,
            "kind": form.split()[0],
            "share": float(form.split()[1]) if " " in form else 0.0,
            "bytes": 1000,
            "deflated_bytes": (400 if " " in form else 900) + seed,
            "n_weights": 100,
            "n_zeros": 90 if " " in form else 0,
            "samples_per_second_1": 2500.0 + 100 * seed,
            "accuracy": 0.7 + 0.2 * seed,
            "settings": "all 10 samples",
            "machine": "a processor",
            "model_digest": f"{label}{seed}",
        }
        for label in ("dec (a)", "dec (b)")
        for form in FORMS
        for seed in (0, 1)
    ]
    return pd.DataFrame(rows)[list(COLUMNS)]
