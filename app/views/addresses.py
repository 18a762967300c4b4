"""The parts of addresses that name a case type, read off the catalogue."""

from collections.abc import Iterable

from workflows.call import CALL
from workflows.catalogue import BY_PLURAL
from workflows.intake import INTAKE


def _one_of(plurals: Iterable[str]) -> str:
    return "<any({}):plural>/<public_id>".format(", ".join(f'"{plural}"' for plural in plurals))


CASE = _one_of(BY_PLURAL)
PROCEDURE = _one_of((CALL.plural, INTAKE.plural))
