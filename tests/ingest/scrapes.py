"""Invented scrapes, as a copy of everything on a page leaves them. Every sentence was written for these tests.

Each is (name, text, story sentences that must all be kept, chrome that must be gone, what is known of it).
"""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Scrape:
    name: str
    text: str
    title: str
    chrome: tuple[str, ...]
    """Lines of the page that must not be in the story."""
    publisher: str | None = None
    author: str | None = None
    published: str | None = None
    modified: str | None = None
    url: str | None = None
    language: str = "en"
    story: tuple[str, ...] = field(default=())
    """The paragraphs, in order."""


TURKISH_STORY = (
    "Azerbaijan has declined to take part in a round of talks that the United States had offered to host, its"
    " foreign ministry announced on Thursday.",
    'The ministry pointed to what it called a "one-sided" approach by a senior American official, and said that'
    " Washington could no longer be seen as an even-handed broker.",
    "Diplomats in Ankara told Bosporus Mail that the decision had been expected for days.",
    '"We will not sit at a table that has been tilted beforehand," one Azerbaijani official said.',
    "Armenia’s foreign minister had planned to fly on Saturday. He did not comment.",
)
TURKISH_IN_ENGLISH = Scrape(
    "turkish_site_in_english",
    f"""
BOSPORUS MAIL
Türkçe
English
العربية
Son Dakika
Home
Türkiye
World
Economy
Sports
Opinion
Life
Video
Photo Gallery
Podcast
Search
Home > World > Caucasus

WORLD
Baku turns down US-hosted talks over 'tilted table'
Azerbaijan accuses Washington of taking sides

Deniz Arkan   |   17.11.2023 - 10:42   |   Update : 17.11.2023 - 11:15
Takip et
A-
A+
Paylaş
Facebook
X
WhatsApp
Kopyala
1.2K Shares
Photo: Azerbaijan Foreign Ministry handout

ANKARA

{TURKISH_STORY[0]}

{TURKISH_STORY[1]}

{TURKISH_STORY[2]}

{TURKISH_STORY[3]}

RELATED TOPICS
Ferry service resumes across the strait
Olive harvest begins in the south

{TURKISH_STORY[4]}

Follow us on Google News
Bizi takip edin
Abone ol
Topics: Azerbaijan Armenia USA diplomacy
Related topics
Ferry service resumes across the strait
Olive harvest begins in the south
Three museums to visit this winter
Sign up to our daily newsletter
Your e-mail address
Yorumlar (0)
About us Contact Advertise KVKK
© 2023 Bosporus Mail A.Ş. All rights reserved.
""",
    "Baku turns down US-hosted talks over 'tilted table'",
    (
        "Türkçe", "Son Dakika", "Home > World > Caucasus", "Takip et", "A+", "Paylaş", "1.2K Shares", "Follow us",
        "Bizi takip edin", "Abone ol", "Ferry service", "Olive harvest", "Three museums", "daily newsletter",
        "Yorumlar", "KVKK", "©", "Deniz Arkan", "17.11.2023",
    ),
    publisher="Bosporus Mail A.Ş",
    author="Deniz Arkan",
    published="2023-11-17T10:42",
    modified="2023-11-17T11:15",
    story=TURKISH_STORY,
)  # fmt: skip

AZERBAIJANI_STORY = (
    "Baku, November 16, CASPNEWS",
    "Azerbaijan will not send its foreign minister to Washington on November 20.",
    "A statement by the Foreign Ministry says that recent remarks by US diplomat James O'Brien were biased and"
    " damage relations between the two countries.",
    "It adds that visits of high-level officials from the United States to Azerbaijan are not seen as appropriate"
    " under these conditions.",
    "According to the ministry, such an approach may lead to the US losing its mediation role.",
)
AZERBAIJANI_IN_ENGLISH = Scrape(
    "azerbaijani_site_in_english",
    f"""https://caspnews.example/en/politics/foreign-ministry-washington-meeting-not-possible-398811.html
CASPNEWS.AZ
AZ | RU | EN
16 November 2023, Thursday
USD 1.7000  EUR 1.8463  RUB 0.0190
Baku +12 °C
Latest news
14:32 New ferry terminal opened in Alat
14:20 Tea exports grew by a tenth
14:05 Foreign Ministry: Washington meeting not possible
13:50 Chess team wins in Ganja
All news
POLITICS
16 November 2023 14:05 (UTC+04:00)
Foreign Ministry: Washington meeting not possible
Font size:
A
A
A
{AZERBAIJANI_STORY[0]}
{AZERBAIJANI_STORY[1]}
{AZERBAIJANI_STORY[2]}
Read more: New ferry terminal opened in Alat
{AZERBAIJANI_STORY[3]}
{AZERBAIJANI_STORY[4]}
Bizi sosial şəbəkələrdə izləyin
Həmçinin oxuyun
Tea exports grew by a tenth
Chess team wins in Ganja
Oxunub: 4 511
Facebook-da paylaş
Şərh yaz
Copyright 2011-2023 CASPNEWS. When using materials of the site, a hyperlink is mandatory.
""",
    "Foreign Ministry: Washington meeting not possible",
    (
        "AZ | RU | EN", "USD 1.7000", "+12 °C", "New ferry terminal", "Chess team", "Font size", "Read more",
        "izləyin", "Həmçinin", "Oxunub", "paylaş", "Şərh", "Copyright", "hyperlink",
    ),
    publisher="CASPNEWS",
    published="2023-11-16T14:05+04:00",
    url="https://caspnews.example/en/politics/foreign-ministry-washington-meeting-not-possible-398811.html",
    story=AZERBAIJANI_STORY[1:],
)  # fmt: skip

ARMENIAN_STORY = (
    "YEREVAN, NOVEMBER 16, HRAZDAN PRESS. Armenia has taken note of Azerbaijan's refusal to attend the ministerial"
    " meeting in Washington, the Foreign Ministry spokesperson told reporters.",
    "She said that Yerevan was ready to meet on any platform where the agreed principles are respected.",
    "Asked whether another date was being discussed, she replied: No.",
    "The two ministers last met in Tehran in October, on the sidelines of a regional gathering.",
)
ARMENIAN_IN_ENGLISH = Scrape(
    "armenian_site_in_english",
    f"""Հայ
Рус
Eng
HRAZDAN PRESS
News
Politics
Economics
Society
Culture
Arts
Sport
Interviews
Search
14:58, 16 November 2023
Yerevan takes note of Baku's refusal to meet in Washington
    Share on Facebook    Share on Twitter    Telegram
{ARMENIAN_STORY[0]}

{ARMENIAN_STORY[1]}

{ARMENIAN_STORY[2]}

{ARMENIAN_STORY[3]}

Կարդացեք նաև
Սևանա լճի մակարդակը բարձրացել է
Հետևեք մեզ Telegram-ում
Print  |  Send to a friend
AMENIA
NEWS FROM ARMENIA AND DIASPORA
Follow us
facebook.com/hrazdanpress
Address: 14 Abovyan Street, Yerevan. Tel.: +374 10 00 00 00
© 1918-2023 HRAZDAN PRESS News Agency
Reproduction in full or in part requires a reference to HRAZDAN PRESS.
""",
    "Yerevan takes note of Baku's refusal to meet in Washington",
    (
        "Հայ", "Interviews", "Share on", "Կարդացեք", "Սևանա", "Հետևեք", "Print", "DIASPORA", "Follow us", "©",
        "Abovyan", "Reproduction",
    ),
    publisher="HRAZDAN PRESS News Agency",
    published="2023-11-16T14:58",
    story=ARMENIAN_STORY,
)  # fmt: skip

RUSSIAN_STORY = (
    "Баку отказался от встречи министров иностранных дел в Вашингтоне. Об этом сообщили в МИД Азербайджана.",
    "В ведомстве назвали позицию США односторонней и предупредили, что Вашингтон может утратить роль посредника.",
    "Ереван пока не комментировал это решение.",
)
RUSSIAN = Scrape(
    "russian_site",
    f"""Перевал
Новости   Политика   Экономика   Общество   Мнения
Войти
Поиск по сайту
Политика
Азербайджан отказался от переговоров в Вашингтоне
Анна Седова
16 ноября 2023 г., 15:20
1 532 просмотра
{RUSSIAN_STORY[0]}
{RUSSIAN_STORY[1]}
Читайте также: На перевале ограничили движение
Реклама
{RUSSIAN_STORY[2]}
Подписывайтесь на наш Telegram-канал
Нашли ошибку? Выделите её и нажмите Ctrl+Enter.
Теги: Азербайджан, США, Армения
Поделиться
Комментарии (3)
Иван
Давно пора было это сделать.
Гость
А что дальше?
О проекте  Контакты  Реклама
© 2023 «Перевал». Все права защищены. 18+
""",
    "Азербайджан отказался от переговоров в Вашингтоне",
    ("Войти", "просмотра", "Читайте", "Реклама", "Подписывайтесь", "ошибку", "Теги", "Давно пора", "©", "Седова"),
    publisher="Перевал",
    author="Анна Седова",
    published="2023-11-16T15:20",
    language="ru",
    story=RUSSIAN_STORY,
)

BLOG_STORY = (
    "What the refusal means",
    "Three things follow from it, none of them certain.",
    "First, the ministers will not meet in November. Second, Brussels may try. Third, Moscow will offer itself again.",
    "Why should a reader care? Because each broker wants another treaty.",
    "The options now on the table are:",
    "- a meeting at the border",
    "- a meeting in a third capital",
    "- no meeting at all",
    "I expect the first.",
)
PLAIN_NOTE = Scrape(
    "story_without_any_chrome",
    "After the refusal, three roads\n\n" + "\n\n".join(BLOG_STORY[:5]) + "\n" + "\n".join(BLOG_STORY[5:8]) + "\n\n"
    + BLOG_STORY[8] + "\n",
    "After the refusal, three roads",
    (),
    story=BLOG_STORY,
)  # fmt: skip

WIRE_STORY = (
    "TBILISI, Nov 17 (STEPPE) - Georgia offered on Friday to host the foreign ministers of Armenia and Azerbaijan,"
    " a day after Baku pulled out of a meeting in Washington.",
    "Prime Minister Irakli Garibashvili said that his country was a friend of both and asked nothing in return.",
    "There was no answer from either capital by the evening. Officials in Baku have said that neighbours should"
    " settle matters without outsiders.",
)
WRAPPED_WIRE = Scrape(
    "wire_copy_with_hard_line_breaks",
    """ZCZC STP0417 4 DIP 0120
GEORGIA-TALKS
Tbilisi offers to host Armenian, Azerbaijani ministers

TBILISI, Nov 17 (STEPPE) - Georgia offered on Friday to host the
foreign ministers of Armenia and Azerbaijan, a day after Baku
pulled out of a meeting in Washington.
   Prime Minister Irakli Garibashvili said that his country was a
friend of both and asked nothing in return.
   There was no answer from either capital by the evening.
Officials in Baku have said that neighbours should settle matters
without outsiders.
(Reporting by Oleg Marin; Editing by Jane Holt)
Published: 2023-11-17 18:40:12 UTC
(c) Steppe News Service 2023
NNNN
""",
    "Tbilisi offers to host Armenian, Azerbaijani ministers",
    ("ZCZC", "GEORGIA-TALKS", "Reporting by", "2023-11-17", "(c)", "NNNN"),
    publisher="Steppe News Service",
    author="Oleg Marin",
    published="2023-11-17T18:40:12+00:00",
    story=WIRE_STORY,
)

TEASER_STORY = (
    "The ministry in Baku has cancelled the trip, and its reasons fill half a page.",
    "It says the mediator has made up its mind. It says visits in both directions are off. And it says that the"
    " road to peace needs no detour over the ocean.",
    "Officials in Washington replied that the offer stands.",
)
TEASERS_BELOW = Scrape(
    "teasers_with_sentences_below_the_story",
    f"""The Harbour Gazette
Menu
Sections
Subscribe
Cancelled trip leaves mediators guessing
By Mira Holloway and Tom Adeyemi
Updated 9:15 PM EST, Thu November 16, 2023
3 min read
{TEASER_STORY[0]}
Advertisement
{TEASER_STORY[1]}
{TEASER_STORY[2]}
MORE FROM THE HARBOUR GAZETTE
Storm closes the northern port
The harbour master said ships would wait until Monday at least.
Council votes on tram line
Members agreed on the route after nine hours of debate.
Five soups for cold days
Our cook explains how to make them with what is in the house.
Terms of Use  Privacy Policy  Ad Choices
© 2023 The Harbour Gazette. All Rights Reserved.
""",
    "Cancelled trip leaves mediators guessing",
    ("Menu", "Mira Holloway", "min read", "Advertisement", "MORE FROM", "Storm closes", "harbour master", "soups", "cook"),
    publisher="The Harbour Gazette",
    author="Mira Holloway and Tom Adeyemi",
    modified="2023-11-16T21:15-05:00",
    story=TEASER_STORY,
)

ALL = (
    TURKISH_IN_ENGLISH,
    AZERBAIJANI_IN_ENGLISH,
    ARMENIAN_IN_ENGLISH,
    RUSSIAN,
    PLAIN_NOTE,
    WRAPPED_WIRE,
    TEASERS_BELOW,
)
