"""The page about the number of clusters has the proposals that the script has computed."""

import pandas as pd
from documents import RESULTS, marked, table_rows

TABLE = RESULTS / "benchmarks" / "number_of_clusters.csv"


def test_the_table_is_that_of_the_csv_file() -> None:
    columns = ["set", "space", "mapped", "true_k", "proposal", "silhouette", "bic", "gap", "seconds"]
    expected = [
        [f"{value:,}" if isinstance(value, int) else value for value in row]
        for row in pd.read_csv(TABLE)[columns].astype(object).to_numpy().tolist()
    ]
    assert table_rows(marked("docs/results/number_of_clusters.md", "number-of-clusters")) == expected
