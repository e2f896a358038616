"""Importing the data floor loads none of the heavy libraries."""

import subprocess
import sys


def test_data_loads_neither_csv_libraries_nor_qt() -> None:
    code = (
        "import sys, nnviz.data.csv_reader, nnviz.data.dataset, nnviz.data.infer, nnviz.data.toy_datasets\n"
        "print(sorted({'duckdb', 'clevercsv', 'chardet', 'PySide6', 'pandas'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
