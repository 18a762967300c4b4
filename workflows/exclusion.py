"""Exclusion of whoever acts for the city (art. 24 KPA), for members of a commission by art. 15 ust. 2f UDPPiW.

A ground of § 1 or § 2 excludes by force of law from the moment in which it exists: the record of it only makes it
known, and nobody may lift it. A doubt of § 3 excludes nobody until it is decided, with a reason either way.
"""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from workflows import citations
from workflows.words import N_


class Ground(StrEnum):
    """Why a person is excluded."""

    PARTY = "party"
    FAMILY = "family"
    GUARDIANSHIP = "guardianship"
    WITNESS = "witness"
    LOWER_INSTANCE = "lower_instance"
    PROCEEDINGS = "proceedings"
    SUBORDINATION = "subordination"
    FORMER_TIES = "former_ties"
    STATED = "stated"
    DOUBT = "doubt"


@dataclass(frozen=True)
class GroundRow:
    """One ground of art. 24: what it says in short, where it stands, and from when it holds.

    A ground that is not `chosen` follows from something else: a statement of impartiality, or the decision on a doubt.
    """

    ground: Ground
    text: str
    citation: str
    valid_from: date
    by_law: bool = True
    chosen: bool = True


_CODE = date(1980, 9, 1)
_COMMISSIONS = date(2010, 3, 12)

# A table is read by rows, so the formatter leaves it alone.
# fmt: off
GROUNDS: tuple[GroundRow, ...] = (
    GroundRow(Ground.PARTY, N_("is a party, or the outcome may touch the person's own rights or duties"), "art. 24 § 1 pkt 1 KPA", _CODE),
    GroundRow(Ground.FAMILY, N_("case of the spouse, or of a relative or in-law to the second degree"), "art. 24 § 1 pkt 2 KPA", _CODE),
    GroundRow(Ground.GUARDIANSHIP, N_("case of somebody tied by adoption, care or guardianship"), "art. 24 § 1 pkt 3 KPA", _CODE),
    GroundRow(Ground.WITNESS, N_("was a witness or expert, or represents or represented a party; also when a close person does"),
             "art. 24 § 1 pkt 4 KPA", _CODE),
    GroundRow(Ground.LOWER_INSTANCE, N_("took part in the decision that is now contested"), "art. 24 § 1 pkt 5 KPA", _CODE),
    GroundRow(Ground.PROCEEDINGS, N_("official, disciplinary or criminal proceedings were opened against the person over this case"),
             "art. 24 § 1 pkt 6 KPA", _CODE),
    GroundRow(Ground.SUBORDINATION, N_("a party is the person's superior"), "art. 24 § 1 pkt 7 KPA", _CODE),
    GroundRow(Ground.FORMER_TIES, N_("the marriage, adoption, care or guardianship has ended, and the ground goes on"), "art. 24 § 2 KPA", _CODE),
    GroundRow(Ground.STATED, N_("named in the statement of impartiality"), citations.EXCLUSION, _COMMISSIONS, chosen=False),
    GroundRow(Ground.DOUBT, N_("a doubt about impartiality was found well-founded"), "art. 24 § 3 KPA", _CODE, by_law=False, chosen=False),
)
# fmt: on
BY_GROUND: dict[Ground, GroundRow] = {row.ground: row for row in GROUNDS}
BY_LAW: tuple[GroundRow, ...] = tuple(row for row in GROUNDS if row.by_law and row.chosen)
ON_DOUBT = BY_GROUND[Ground.DOUBT].citation


class Found(StrEnum):
    """How a ground came to be known."""

    DECLARED = "declared"
    ESTABLISHED = "established"
    DECIDED = "decided"


class Asker(StrEnum):
    """Who says that there is a doubt: § 3 knows the person's own demand, that of a party, and the office's own motion."""

    PERSON = "person"
    PARTY = "party"
    OFFICE = "office"


ASKER_NAMES: dict[Asker, str] = {
    Asker.PERSON: N_("the person concerned"),
    Asker.PARTY: N_("a party"),
    Asker.OFFICE: N_("the office"),
}

# The city's own rule: a reason in fewer characters says nothing.
LEAST_REASON = 20
