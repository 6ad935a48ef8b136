from __future__ import annotations

import pytest

from ingest import publisher


@pytest.mark.parametrize(
    ("url", "name"),
    [
        ("https://edition.cnn.com/2022/10/31/asia/seoul/index.html", "CNN"),
        ("https://www.theguardian.com/world/2023/nov/16/baku", "The Guardian"),
        ("https://news.sky.com/story/baku-13008000", "Sky News"),
        ("https://www.hurriyet.com.tr/dunya/baku-42360000", "Hürriyet"),
        ("https://www.courier.example/a", "courier.example"),
        ("https://cnn.com.courier.example/a", "cnn.com.courier.example"),
        ("https://notcnn.com/a", "notcnn.com"),
        (None, None),
    ],
)
def test_where_nothing_names_the_outlet_its_address_does(url: str | None, name: str | None) -> None:
    assert publisher.at(url) == name
