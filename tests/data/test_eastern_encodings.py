"""Small tables in the encodings of Chinese, Japanese and Korean; other alphabets are never taken for them."""

from collections.abc import Callable
from pathlib import Path

import pytest

from nnviz.data.csv_reader import read_csv
from nnviz.data.eastern_encodings import eastern_encoding

MakeFile = Callable[..., Path]
JAPANESE = ["氏名,住所,点数", "山田太郎,横浜市,71", "高橋花子,札幌市,88", "小林誠,福岡市,93"]
KANA = ["なまえ,くだもの,かず", "ゆうき,りんご,3", "さくら,みかん,4", "はると,ぶどう,5"]
MIXED = ["商品,カテゴリ,値段", "赤ワイン,飲み物,1200", "チーズ,食べ物,480", "パン,食べ物,150"]
SIMPLIFIED = ["姓名,城市,年龄", "张伟,北京,31", "王芳,上海,28", "李娜,广州,45"]
GOODS = ["产品,类别,价格", "红茶,饮料,12", "面包,食品,5", "电话,电器,900"]
TRADITIONAL = ["姓名,城市,年齡", "陳志明,台北,31", "林美玲,高雄,28", "黃淑惠,台中,45"]
KOREAN = ["이름,도시,나이", "이지은,서울,31", "박서준,인천,28", "최민호,광주,45"]
TABLES = [
    *((encoding, name, lines) for encoding, name in (("euc_jp", "euc_jp"), ("shift_jis", "cp932"))
      for lines in (JAPANESE, KANA, MIXED)),
    *((encoding, "gb18030", lines) for encoding in ("gb2312", "gbk", "gb18030") for lines in (SIMPLIFIED, GOODS)),
    ("big5", "big5", TRADITIONAL),
    ("euc_kr", "cp949", KOREAN),
]  # fmt: skip


@pytest.mark.parametrize(("encoding", "name", "lines"), TABLES)
@pytest.mark.parametrize("count", [2, 4, 400])
def test_a_few_names_tell_the_encoding(
    make_file: MakeFile, encoding: str, name: str, lines: list[str], count: int
) -> None:
    rows = [lines[1 + place % 3] for place in range(count - 1)]
    table = read_csv(make_file("\n".join([lines[0], *rows, ""]).encode(encoding)))
    assert table.dialect.encoding == name
    assert [column.name for column in table.columns] == lines[0].split(",")
    assert table.columns[0].cells(0, 1) == [lines[1].split(",")[0]]
    assert any(f"taken to be {name}" in warning for warning in table.warnings)


@pytest.mark.parametrize(
    ("text", "encodings"),
    [
        ("имя,город,число\nИван,Москва,1\nОльга,Тверь,2\nЮрий,Орёл,3\n", ("cp1251", "koi8_r", "cp866", "iso8859_5")),
        ("όνομα,πόλη\nΓιώργος,Αθήνα\nΜαρία,Πάτρα\n", ("cp1253", "iso8859_7")),
        ("שם,עיר\nדוד,חיפה\nרחל,אילת\n", ("cp1255", "iso8859_8")),
        ("ชื่อ,เมือง\nสมชาย,เชียงใหม่\nสมหญิง,ภูเก็ต\n", ("tis_620", "cp874")),
        ("name,city\nJosé,Málaga\nZoë,Köln\nRenée,Nîmes\nBjörn,Malmö\n", ("cp1252", "mac_roman", "cp850", "cp437")),
        ("jméno,město\nJiří,Plzeň\nŽofie,Třebíč\nŠtěpán,Děčín\n", ("cp1250", "iso8859_2", "cp852")),
        ("isim,şehir\nGüneş,Muğla\nİbrahim,Iğdır\nÇağla,Şırnak\n", ("cp1254",)),
    ],
)
def test_other_alphabets_are_not_taken_for_them(text: str, encodings: tuple[str, ...]) -> None:
    for encoding in encodings:
        lines = [line for line in text.encode(encoding).splitlines() if not line.isascii()]
        assert eastern_encoding(lines) is None
        for line in lines:
            assert eastern_encoding([line]) is None
