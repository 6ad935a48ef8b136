"""The texts of a small archive: a raw scrape of the news asked about, and records in other languages."""

from __future__ import annotations

# ruff: noqa: E501 - a scrape has a paragraph in a line

SCRAPE = """\
Skip to content
Levant & Caspian Monitor
Menu
News
Politics
Energy
Log in
Home / Politics
Azerbaijan pulls out of Washington meeting with Armenia
16 November 2023, 15:12
By Nino Kapanadze
Share on Facebook
Share on X

Azerbaijan will not take part in the meeting of foreign ministers that was planned in Washington for 20 November, its Foreign Ministry said on Thursday.

The ministry called the position of the United States one-sided and biased, and said that it could cost Washington its role as a mediator.

The statement followed a hearing in the House of Representatives, where Assistant Secretary of State James O'Brien said that nothing would be normal with Azerbaijan after the events of 19 September.

Foreign Minister Jeyhun Bayramov and his Armenian counterpart Ararat Mirzoyan last met in the United States in June.

Armenia said that its delegation was ready to travel to Washington.

Bizi Twitter'da takip edin
Read also
Rain expected in the capital
© 2023 Levant & Caspian Monitor. All rights reserved.
"""

HARVEST = """\
Grape harvest ends early
12 October 2023

The grape harvest in Shamakhi ended two weeks early. Growers blamed a dry summer. Prices rose by a tenth.
"""

FOREIGN = (
    {
        "url": "https://gundem.example/haber/istanbul-tahil?id=7#yorumlar",
        "title": "İstanbul'da tahıl anlaşması imzalandı",
        "text": "İstanbul Valisi Davut Gül 🚢, tahıl koridoru anlaşmasının Cuma günü İstanbul'da "
        "imzalandığını açıkladı. İğdır'dan gelen heyet törene katıldı.",
        "publisher": "Gündem",
        "published": "2023-10-06",
        "language": "tr",
    },
    {
        "url": "https://gundelik.example/az/sumqayit",
        "title": "Sumqayıt zavodunda yanğın söndürüldü",
        "text": "İctimaiyyətlə əlaqələr şöbəsinin rəisi Əli Həsənov bildirib ki, Sumqayıt zavodunda yanğın "
        "gecə saat 3-də söndürülüb 🔥👩🏽‍🚒. Şəhər sakinlərindən xəsarət alan yoxdur.",
        "publisher": "Gündəlik",
        "published": "2024-01-09",
        "language": "az",
    },
    {
        "url": "https://lur.example/hy/gyumri",
        "title": "Գյումրիում բացվեց նոր դպրոց",
        "text": "Գյումրիում երկուշաբթի օրը բացվեց նոր դպրոց, որի տնօրենը Անահիտ Սարգսյանն է։ "
        "Դպրոցում սովորում է 420 աշակերտ։",
        "publisher": "Լուր",
        "published": "2024-02-05",
        "language": "hy",
    },
    {
        "url": "https://quotidien.example/cafe",
        "title": "Cafe\u0301 owner J\u0304anis Lefe\u0300vre wins the prize",
        "text": "J\u0304anis Lefe\u0300vre, who owns a cafe\u0301 in Tbilisi 🏆, won the prize for the best bakery "
        "of Georgia on Monday - her third. She thanked her mother.",
        "publisher": "Quotidien",
        "published": "2024-03-04",
        "language": "en",
    },
)
"""Letters that change length when folded, an emoji of several code points, accents as combining marks, with and without a
composed form."""
