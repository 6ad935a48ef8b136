"""Names of the months as newspapers write them, whole and cut, and in the case that a date has: in English,
Turkish, Azerbaijani, German, French, Spanish, Italian, Portuguese, Russian, Ukrainian, Armenian, Georgian and
Arabic. A `_` stands for a space.

A list of our own: a library that knows them takes half a second to come up, in every process that reads.
"""

from __future__ import annotations

from functools import cache

from index.text import fold

_NAMES = (
    """january jan ocak oca yanvar yan januar jänner janvier janv enero ene gennaio gen janeiro
    январь января янв січень січня січ հունվար հունվարի հնվ იანვარი იანვრის იან
    يناير كانون_الثاني جانفي""",
    """february feb şubat şub fevral fev februar feber février févr fév febrero febbraio fevereiro
    февраль февраля февр фев лютий лютого лют փետրվար փետրվարի փետր փտվ თებერვალი თებერვლის თებ
    فبراير شباط فيفري""",
    """march mar mart märz mär mrz mars marzo março
    март марта мар березень березня берез бер մարտ մարտի մրտ მარტი მარტის მარ
    مارس آذار""",
    """april apr nisan nis aprel avril avr abril abr aprile
    апрель апреля апр квітень квітня квіт кві ապրիլ ապրիլի ապր აპრილი აპრილის აპრ
    أبريل نيسان أفريل""",
    """may mayıs mai mayo maggio mag maio
    май мая травень травня трав тра մայիս մայիսի մյս მაისი მაისის მაი
    مايو أيار ماي""",
    """june jun haziran haz iyun iyn juni juin junio giugno giu junho
    июнь июня июн червень червня черв чер հունիս հունիսի հնս ივნისი ივნისის ივნ
    يونيو يونيه حزيران جوان""",
    """july jul temmuz tem iyul iyl juli juillet juil julio luglio lug julho
    июль июля июл липень липня лип հուլիս հուլիսի հլս ივლისი ივლისის ივლ
    يوليو يوليه تموز جويلية""",
    """august aug ağustos ağu avqust avq août aoû agosto ago
    август августа авг серпень серпня серп сер օգոստոս օգոստոսի օգս აგვისტო აგვისტოს აგვ
    أغسطس آب أوت غشت""",
    """september sep sept eylül eyl sentyabr sen septembre septiembre setiembre set settembre setembro
    septembro сентябрь сентября сент сен вересень вересня верес вер սեպտեմբեր սեպտեմբերի սեպտ սեպ
    სექტემბერი სექტემბრის სექ
    سبتمبر أيلول شتنبر""",
    """october oct ekim eki oktyabr okt oktober octobre octubre ottobre ott outubro out
    октябрь октября окт жовтень жовтня жовт жов հոկտեմբեր հոկտեմբերի հոկտ հոկ
    ოქტომბერი ოქტომბრის ოქტ
    أكتوبر تشرين_الأول""",
    """november nov kasım kas noyabr noy novembre noviembre novembro
    ноябрь ноября нояб ноя листопад листопада листоп лист лис նոյեմբեր նոյեմբերի նոյ
    ნოემბერი ნოემბრის ნოე
    نوفمبر تشرين_الثاني نونبر""",
    """december dec aralık ara dekabr dek dezember dez décembre déc diciembre dic dicembre dezembro
    декабрь декабря дек грудень грудня груд гру դեկտեմբեր դեկտեմբերի դեկտ դեկ
    დეკემბერი დეკემბრის დეკ
    ديسمبر كانون_الأول دجنبر""",
)


def month_number(name: str) -> int | None:
    """1 to 12 for a month's name, whole or cut, capitals and accents aside; None for any other word."""
    return _numbers().get(" ".join(fold(name).split()))


@cache
def _numbers() -> dict[str, int]:
    return {
        fold(name.replace("_", " ")): number
        for number, names in enumerate(_NAMES, 1)
        for name in names.split()
    }
