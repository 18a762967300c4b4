"""Tables that people upload instead of typing them again: one mechanism, one declaration for each kind of table."""

from app.services.imports.case_marks import CASE_MARKS
from app.services.imports.city_grants import CITY_GRANTS
from app.services.imports.declaration import Import
from app.services.imports.organisations import ORGANISATIONS
from app.services.imports.past_agreements import PAST_AGREEMENTS
from app.services.imports.scores import SCORES

IMPORTS: dict[str, Import] = {
    declared.name: declared for declared in (SCORES, CASE_MARKS, PAST_AGREEMENTS, ORGANISATIONS, CITY_GRANTS)
}

__all__ = ["IMPORTS", "Import"]
