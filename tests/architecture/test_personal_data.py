"""No column of text is added without saying whether it holds personal data."""

from app import models, personal_register
from app.cli.people import page
from app.extensions import db
from tests.architecture.source import ROOT

# Tables whose texts are about cases, law, money and machines. A table that is in neither place fails the test.
ABOUT_NOBODY = {
    *("audit_head", "audit_head_tip", "award", "award_round", "budget_entry", "call", "call_version", "cap_base", "case_mark"),
    *("commission", "document", "formal_criterion", "formal_mark", "grant_publication", "heartbeat", "import_run"),
    *("letter_template_version", "mail_hold", "merit_criterion", "offer", "office_closure", "other_grant", "publication"),
    *("register_view", "retention_rule", "role", "small_grant", "unit", "uploaded_file"),
}  # fmt: skip
# Columns of other tables that tell nothing about a person.
PLAIN = {
    *("agreement.number", "agreement.budget_classification", "agreement.special_terms", "agreement.ending_reason"),
    *("annex.subject", "annex.reason", "annex.answer", "organisation.name", "organisation.register_number", "organisation.nip"),
    *("organisation.regon", "organisation.statute_goals", "past_agreement.number", "past_agreement.organisation_name"),
    *("past_agreement.register_number", "past_agreement.nip", "promise.name", "promise.token", "public_comment.text"),
    *("public_comment.answer", "settlement.ineligible_reason", "settlement.excess_waived_reason"),
    *("settlement.decision_number", "audit_entry.trigger", "audit_entry.from_state", "audit_entry.to_state", "audit_entry.basis"),
    *("audit_entry.detail_sha256", "audit_entry.previous", "audit_entry.hash"),
}  # fmt: skip
NAMES = ("public_id", "case_kind")


def texts() -> set[str]:
    assert models
    return {
        f"{table.name}.{column.name}"
        for table in db.metadata.sorted_tables
        for column in table.columns
        if column.type.python_type in (str, dict, list)
        and not column.foreign_keys
        and column.name not in NAMES
        if not getattr(column.type, "enums", None)
    }


def test_every_column_of_text_is_in_the_register_or_about_nobody() -> None:
    registered = personal_register.columns()
    loose = {name for name in texts() - registered - PLAIN if name.split(".")[0] not in ABOUT_NOBODY}
    assert loose == set()
    assert registered <= {
        f"{table.name}.{column.name}" for table in db.metadata.sorted_tables for column in table.columns
    }


def test_nothing_is_called_plain_that_is_gone_or_registered() -> None:
    assert texts() >= PLAIN
    assert not PLAIN & personal_register.columns()


def test_the_written_register_is_fresh() -> None:
    """Write it anew with `flask --app wsgi draw-personal-data docs/personal-data.md`."""
    assert (ROOT / "docs" / "personal-data.md").read_text(encoding="utf-8") == page()
