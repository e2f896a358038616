"""Text that is no table is refused by name, and a plain list of values is no such text."""

from collections.abc import Callable
from pathlib import Path

import pytest

from nnviz.data.csv_reader import ReadOptions, read_csv
from nnviz.errors import UserError

NO_TABLES = {
    "SQL": [
        "CREATE TABLE a (x int);\nINSERT INTO a VALUES (1);\n",
        "-- dump of a\n\nDROP TABLE IF EXISTS a;\nINSERT INTO a VALUES (1,2),(3,4);\nINSERT INTO a VALUES (5,6);\n",
        "SELECT a, b FROM t;\n",
    ],
    "code": [
        "import os\ndef f(x):\n    return x + 1\n\nprint(f(2))\n",
        "#include <stdio.h>\nint main() {\n  return 0;\n}\n",
        "<?php\necho 1;\n",
        "x <- c(1, 2)\ny <- x + 1\nplot(x)\n",
        "const a = 1;\nlet b = {\n  c: 2\n};\n",
    ],
    "script": ["#!/bin/sh\necho a\nls\n"],
    "YAML": ["a: 1\nb: 2\nc:\n  - 1\n  - 2\n", "---\nname: x\nitems:\n- a\n- b\n", "name: ann\nage: 31\ncity: bonn\n"],
    "settings": ["[main]\nkey = value\nother = 3\n", "USER=me\nHOME=/home/me\nLANG=C\n"],
    "e-mail": ["From: a@b.c\nTo: d@e.f\nSubject: hi\n\nHello you.\n"],
    "log": [
        "2020-01-01 12:00:00 INFO started server\n2020-01-01 12:00:01 WARN low memory on host a\n",
        "Jan  1 12:00:00 host proc[12]: started\nJan  1 12:00:01 host proc[12]: stopped now\n",
        "[ERROR] it broke\n[INFO] it works\n",
    ],
    "LaTeX": ["\\begin{tabular}{ll}\na & b \\\\\n1 & 2 \\\\\n\\end{tabular}\n"],
    "ARFF": ["% comment\n@RELATION x\n@attribute a numeric\n@data\n1\n2\n"],
    "LIBSVM": ["1 1:0.5 2:0.25\n-1 1:0.1 3:0.7\n1 2:0.3 3:0.2\n"],
    "Matrix Market": ["%%MatrixMarket matrix coordinate real general\n3 3 2\n1 1 5.0\n2 2 1.5\n"],
    "FASTA": [">one\nACGTACGTACGTACGT\n>two\nACGTTTGACGTACGTA\n"],
    "key": ["-----BEGIN CERTIFICATE-----\nMIIB\nAAAA\n-----END CERTIFICATE-----\n"],
    "table": [
        "This is a letter.\nIt has lines, and commas, in odd places.\n\nYours,\nA. Person\n",
        "# Title\n\nSome words about it.\n\nMore words of it here.\n",
    ],
}
TABLES = [
    "x\n1\n2\n3\n",
    "name\nAnna\nBob\nCarl\n",
    "city\nNew York\nSan Jose\nBonn\n",
    "url\nhttp://a.b/c\nhttp://d.e/f\n",
    "mail\na@b.c\nd@e.f\n",
    "day\n2020-01-01\n2020-01-02\n",
    "time\n2020-01-01 12:00:00\n2020-01-02 13:00:00\n",
    "class\nclass A\nclass B\n",
    "id: a:b\n1:2\n3:4\n",
    "a:b:c\n1:2:x\n3:4:y\n",
    "level,message\nINFO,started\nERROR,broke\n",
    "2020-01-01 12:00:00,INFO,up\n2020-01-01 12:00:01,WARN,down\n",
    "select,from\n1,2\n3,4\n",
    "from,to,n\na,b,1\nc,d,2\n",
    "code;\n1;\n2;\n",
    "date,subject\n2020-01-01,a\n2020-01-02,b\n",
    "hash\nd41d8cd98f00b204e9800998ecf8427e\n0cc175b9c0f1b6a831c399e269772661\n",
    "word\nend\nbreak\nreturn\nhome\nhouse\ntree\n",
    "key\tvalue\nA=1\t2\nB=2\t3\n",
    '{"a": 1}\tx\n{"b": 2}\ty\n{"c": 3}\tx\n',
]


@pytest.mark.parametrize(("what", "text"), [(what, text) for what, texts in NO_TABLES.items() for text in texts])
def test_text_that_is_no_table_is_named(make_file: Callable[..., Path], what: str, text: str) -> None:
    with pytest.raises(UserError) as refusal:
        read_csv(make_file(text))
    assert what in refusal.value.message
    assert "table" in refusal.value.message
    assert refusal.value.message.startswith("file.csv")


@pytest.mark.parametrize("text", TABLES)
def test_a_plain_list_of_values_is_a_table(make_file: Callable[..., Path], text: str) -> None:
    table = read_csv(make_file(text))
    assert table.n_rows >= text.count("\n") - 1
    assert not table.rejected


def test_a_person_who_names_the_delimiter_is_believed(make_file: Callable[..., Path]) -> None:
    table = read_csv(make_file("name: ann\nage: 31\ncity: bonn\n"), ReadOptions(delimiter=":", header=False))
    assert (table.n_rows, table.n_columns) == (3, 2)
