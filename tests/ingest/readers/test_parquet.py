from __future__ import annotations

import io
from collections.abc import Callable
from datetime import UTC, date, datetime
from types import ModuleType
from typing import Any

import pyarrow
import pytest
from pyarrow import parquet

from ingest.raw import RawArticle, ReadError, Record

BODY = "The minister said on Thursday that the talks were off. Nobody had expected another answer."
Outcomes = Callable[..., list[RawArticle | str]]


def table(**columns: Any) -> bytes:
    out = io.BytesIO()
    parquet.write_table(pyarrow.table(columns), out)
    return out.getvalue()


def test_rows_over_several_row_groups_are_articles(outcomes_of: Outcomes, seeds: ModuleType) -> None:
    found = outcomes_of(seeds.parquet(list(range(1, 9))), "dump")
    assert len(found) == 8
    assert isinstance(found[7], RawArticle)
    assert found[7].text == seeds.body(8)
    assert (found[7].published, found[7].publisher, found[7].language) == (
        "2024-03-09T09:30:00+00:00",
        "Caspian Courier",
        "en",
    )


@pytest.mark.parametrize(
    ("dates", "published"),
    [
        (
            pyarrow.array([datetime(2024, 3, 1, 10, 30, 1, 5, UTC)], pyarrow.timestamp("ns", "UTC")),
            "2024-03-01T10:30:01+00:00",
        ),
        (pyarrow.array([datetime(2024, 3, 1)], pyarrow.timestamp("ms")), "2024-03-01"),
        (pyarrow.array([date(2024, 3, 1)]), "2024-03-01"),
        (pyarrow.array([None], pyarrow.timestamp("us")), None),
    ],
)
def test_dates_of_any_type_keep_their_precision(
    outcomes_of: Outcomes, dates: Any, published: str | None
) -> None:
    (article,) = outcomes_of(table(title=["Talks off"], text=[BODY], date=dates))
    assert isinstance(article, RawArticle)
    assert article.published is published or (article.published or "").startswith((published or "-")[:19])


def test_lists_and_bytes_are_read_and_vectors_are_left_on_disk(
    outcomes_of: Outcomes, records_of: Callable[..., list[Record]]
) -> None:
    data = table(
        title=["Talks off"], text=[BODY.encode()], author=[["A. Aliyeva", "B. Petrosyan"]], vector=[[0.5] * 9]
    )
    (article,) = outcomes_of(data)
    assert isinstance(article, RawArticle)
    assert (article.text, article.author) == (BODY, "A. Aliyeva, B. Petrosyan")
    assert "vector" not in str(records_of(data)[0].read)


def test_a_table_without_a_text_says_what_to_do(outcomes_of: Outcomes) -> None:
    with pytest.raises(ReadError, match="no column is known to hold a text; there are day, price"):
        outcomes_of(table(day=["x"], price=[1]))


def test_only_the_row_group_that_is_damaged_is_lost(outcomes_of: Outcomes, seeds: ModuleType) -> None:
    data = bytearray(seeds.parquet(list(range(9)), "none"))
    at = data.index(seeds.body(4).encode())
    data[at - 4 : at] = b"\xff" * 4  # the text's length
    found = outcomes_of(bytes(data))
    assert [one.text if isinstance(one, RawArticle) else "" for one in found] == [
        *(seeds.body(n) for n in range(3)), "", *(seeds.body(n) for n in range(6, 9))
    ]  # fmt: skip
    assert "rows 4 to 6 can't be read" in str(found[3])


def test_a_cut_off_file_is_damaged(outcomes_of: Outcomes, seeds: ModuleType) -> None:
    with pytest.raises(ReadError, match="a damaged Parquet file"):
        outcomes_of(seeds.parquet([1, 2])[:-20])
