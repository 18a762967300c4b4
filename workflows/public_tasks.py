"""Kinds of public tasks in the words of art. 4 ust. 1 UDPPiW, as far as the City's calls use them.

The words are the Act's own: they go into announcements and offers as they stand and are not translated.
"""

PUBLIC_TASKS: tuple[str, ...] = (
    "pomoc społeczna, w tym pomoc rodzinom i osobom w trudnej sytuacji życiowej",
    "wspieranie rodziny i systemu pieczy zastępczej",
    "udzielanie nieodpłatnej pomocy prawnej oraz zwiększanie świadomości prawnej społeczeństwa",
    "działalność na rzecz integracji i reintegracji zawodowej i społecznej osób zagrożonych wykluczeniem społecznym",
    "działalność na rzecz mniejszości narodowych i etnicznych oraz języka regionalnego",
    "działalność na rzecz integracji cudzoziemców",
    "ochrona i promocja zdrowia",
    "działalność na rzecz osób niepełnosprawnych",
    "działalność na rzecz równych praw kobiet i mężczyzn",
    "działalność na rzecz osób w wieku emerytalnym",
    "działalność wspomagająca rozwój wspólnot i społeczności lokalnych",
    "nauka, szkolnictwo wyższe, edukacja, oświata i wychowanie",
    "kultura, sztuka, ochrona dóbr kultury i dziedzictwa narodowego",
    "wspieranie i upowszechnianie kultury fizycznej",
    "ekologia i ochrona zwierząt oraz ochrona dziedzictwa przyrodniczego",
    "upowszechnianie i ochrona wolności i praw człowieka oraz swobód obywatelskich",
    "promocja i organizacja wolontariatu",
    "działalność na rzecz rodziny, macierzyństwa, rodzicielstwa, upowszechniania i ochrony praw dziecka",
)
