"""Organisations: the table of legal forms, people, invitations, the right to represent."""

from datetime import date, timedelta

import pytest
import sqlalchemy as sa

from app.errors import Hidden
from app.extensions import db as database
from app.models import Invitation, Membership, Organisation
from app.models.organisation import LegalForm, Register
from app.queries import offer_signing
from app.services import accounts, organisations
from app.services.legal_forms import FORM_RULES, check_number
from app.services.organisations import Ticks
from app.transaction import writing
from tests.accounts import PASSWORD, letters, link, person, send, sign_in
from workflows.engine import Refused
from workflows.identifiers import IdentifierFault

ALA, OLA, EWA = "ala@example.org", "ola@example.org", "ewa@example.org"
KRS, NIP, REGON = "0000123456", "5261040828", "000331501"
ACCOUNT = "61109010140000071219812874"
DATA = {
    "name": "Fundacja Przykład", "legal_form": "foundation", "parent": "", "register_number": KRS, "nip": NIP, "regon": REGON,
    "address": "ul. Przykładowa 1, 31-001 Kraków", "mail_address": "", "email": "biuro@example.org", "phone": "12 345 67 89",
    "website": "", "statute_goals": "",
}  # fmt: skip


def foundation(app, owner_id):
    with app.app_context(), writing():
        owner = database.session.get(accounts.User, owner_id)
        values = {"name": "Fundacja", "legal_form": LegalForm.FOUNDATION, "register_number": KRS, "nip": NIP}
        return organisations.register(owner, values).id


@pytest.fixture
def owner(app, client):
    user_id = person(app, ALA)
    sign_in(client, ALA)
    return user_id


# --- the legal form decides the register -----------------------------------------------------------------------------


def test_every_legal_form_has_a_row():
    assert set(FORM_RULES) == set(LegalForm)


@pytest.mark.parametrize(
    ("form", "register"),
    [
        ("foundation", "krs"), ("association", "krs"), ("social_cooperative", "krs"), ("non_profit_company", "krs"),
        ("association_of_communes", "krs"), ("ordinary_association", "county"), ("sports_club", "county"),
        ("church_entity", "church"), ("rural_womens_circle", "krkgw"), ("branch", "none"), ("other", "none"),
    ],
)  # fmt: skip
def test_the_legal_form_decides_the_register(form, register):
    assert FORM_RULES[LegalForm(form)].register is Register(register)


@pytest.mark.parametrize(
    "text", ["", "123", "00001234567", "０１２３４５６７８９", "0000000000", "OR.5421.12"]
)
def test_a_krs_number_has_ten_digits(text):
    with pytest.raises(IdentifierFault):
        check_number(LegalForm.FOUNDATION, text)


def test_other_registers_take_their_numbers_as_they_write_them_but_not_nothing():
    assert check_number(LegalForm.SPORTS_CLUB, "  OR.5421.12.2019 ") == (Register.COUNTY, "OR.5421.12.2019")
    for form in (LegalForm.SPORTS_CLUB, LegalForm.CHURCH_ENTITY, LegalForm.RURAL_WOMENS_CIRCLE):
        for text in ("", " ", "---", "x" * 200):
            with pytest.raises(IdentifierFault):
                check_number(form, text)


def test_without_a_register_no_number_is_kept():
    assert check_number(LegalForm.OTHER, "anything") == (Register.NONE, "")


# --- adding and changing, through HTTP ---------------------------------------------------------------------------------


def test_a_person_adds_an_organisation_and_owns_it(app, client, owner):
    answer = send(client, "/organisation/new", **DATA)
    assert answer.status_code == 303
    assert client.get(answer.location).status_code == 200
    with app.app_context():
        row = database.session.scalars(sa.select(Organisation)).one()
        assert (row.register, row.register_number, row.nip) == (Register.KRS, KRS, NIP)
        (membership,) = row.members
        assert (membership.user_id, membership.owner, membership.editor, membership.signatory) == (
            owner,
            True,
            True,
            False,
        )


def test_numbers_are_kept_as_digits_however_they_are_written(app, client, owner):
    typed = DATA | {"nip": "PL 526-10-40-828", "regon": "000 331 501", "register_number": "0000 123 456"}
    assert send(client, "/organisation/new", **typed).status_code == 303
    with app.app_context():
        row = database.session.scalars(sa.select(Organisation)).one()
        assert (row.nip, row.regon, row.register_number) == (NIP, REGON, KRS)


@pytest.mark.parametrize(
    "wrong",
    [
        {"nip": "0000000000"}, {"nip": "1111111111"}, {"nip": "5261040829"}, {"nip": "５２６１０４０８２８"}, {"nip": ""},
        {"regon": "000331502"}, {"regon": "000000000"}, {"register_number": "12"}, {"register_number": ""},
        {"legal_form": "party"}, {"legal_form": ""}, {"name": ""}, {"name": "a\x00b"}, {"email": "a@b"}, {"address": ""},
        {"website": "javascript://x"}, {"legal_form": "branch", "parent": "nobody"}, {"name": "x" * 301},
    ],
)  # fmt: skip
def test_wrong_data_is_refused_with_what_was_typed(app, client, owner, wrong):
    answer = send(client, "/organisation/new", **(DATA | wrong))
    assert answer.status_code == 422
    assert DATA["phone"] in answer.text
    with app.app_context():
        assert database.session.scalar(sa.select(sa.func.count(Organisation.id))) == 0


def test_a_second_click_adds_one_organisation(app, client, owner):
    typed = DATA | {"legal_form": "other", "nip": "", "regon": "", "idempotency_key": "0123456789abcdef"}
    first, second = send(client, "/organisation/new", **typed), send(client, "/organisation/new", **typed)
    assert first.location == second.location
    with app.app_context():
        assert database.session.scalar(sa.select(sa.func.count(Organisation.id))) == 1


def test_an_organisation_that_is_here_already_is_not_added_again(app, client, owner):
    foundation(app, person(app, OLA))
    answer = send(client, "/organisation/new", **(DATA | {"regon": ""}))
    assert answer.status_code == 422


def test_a_branch_applies_as_its_parent(app, client, owner):
    parent_id = foundation(app, owner)
    with app.app_context():
        parent = database.session.get(Organisation, parent_id).public_id
    typed = DATA | {
        "name": "Koło terenowe",
        "legal_form": "branch",
        "parent": parent,
        "nip": "",
        "regon": "",
        "register_number": "",
    }
    assert send(client, "/organisation/new", **typed).status_code == 303
    with app.app_context():
        branch = database.session.scalars(
            sa.select(Organisation).where(Organisation.parent_id.is_not(None))
        ).one()
        assert branch.applicant.id == parent_id
        assert branch.register is Register.NONE


def test_nobody_adds_a_branch_of_an_organisation_of_others(app, client, owner):
    parent_id = foundation(app, person(app, OLA))
    with app.app_context():
        parent = database.session.get(Organisation, parent_id).public_id
    typed = DATA | {"legal_form": "branch", "parent": parent, "nip": "", "regon": "", "register_number": ""}
    assert send(client, "/organisation/new", **typed).status_code == 422


def test_a_form_opened_before_anothers_change_is_answered_with_both_texts(app, client, owner):
    url = send(client, "/organisation/new", **DATA).location
    assert send(client, f"{url}/edit", **(DATA | {"version": "1", "phone": "111"})).status_code == 303
    late = send(client, f"{url}/edit", **(DATA | {"version": "1", "phone": "222"}))
    assert late.status_code == 409
    assert "111" in late.text
    assert "222" in late.text
    assert send(client, f"{url}/edit", **(DATA | {"version": "2", "phone": "222"})).status_code == 303


@pytest.mark.parametrize(
    "page", ["", "/edit", "/people", "/representation", "/representation/new", "/accounts", "/people/1"]
)
def test_a_stranger_learns_nothing_of_an_organisation(app, client, owner, page):
    organisation_id = foundation(app, person(app, OLA))
    with app.app_context():
        public_id = database.session.get(Organisation, organisation_id).public_id
    assert client.get(f"/organisation/{public_id}{page}").status_code == 404
    token = {"csrf_token": "x"}
    assert client.post(f"/organisation/{public_id}{page}", data=token).status_code in (400, 404, 405)


def test_a_bank_account_is_checked_and_kept_once(app, client, owner):
    url = send(client, "/organisation/new", **DATA).location + "/accounts"
    assert send(client, url, number="61 1090 1014 0000 0712 1981 2875").status_code == 422
    assert send(client, url, number="PL61 1090 1014 0000 0712 1981 2874").status_code == 303
    assert send(client, url, number=ACCOUNT).status_code == 303
    with app.app_context():
        (account,) = database.session.scalars(sa.select(Organisation)).one().accounts
        assert account.number == ACCOUNT


# --- people ------------------------------------------------------------------------------------------------------------


def test_the_last_owner_stays(app):
    owner_id, ola_id = person(app, ALA), person(app, OLA)
    organisation_id = foundation(app, owner_id)
    with app.app_context():
        row = database.session.scalars(sa.select(Membership)).one()
        for attempt in (
            lambda: organisations.remove_member(row),
            lambda: organisations.set_ticks(row, Ticks(editor=True)),
        ):
            with pytest.raises(Refused) as refused, writing():
                attempt()
            assert [reason.code for reason in refused.value.reasons] == ["last_owner"]
        with writing():
            organisation = database.session.get(Organisation, organisation_id)
            organisations.add_member(
                organisation, database.session.get(accounts.User, ola_id), Ticks(owner=True)
            )
        with writing():
            organisations.remove_member(row)
        assert not organisations.has_membership(owner_id)
        assert organisations.has_membership(ola_id)


def invited(app, client, email=OLA, **ticks):
    url = send(client, "/organisation/new", **DATA).location
    answer = send(client, f"{url}/people", email=email, **(ticks or {"editor": "y"}))
    return url, answer


def test_an_invitation_looks_the_same_with_and_without_an_account_and_joins_once(app, client, owner):
    ola_id = person(app, OLA)
    url, known = invited(app, client)
    unknown = send(client, f"{url}/people", email=EWA, signatory="y")
    assert (known.status_code, known.location) == (unknown.status_code, unknown.location)
    path = link(letters(app, OLA)[0])
    ola = app.test_client()
    assert ola.get(path).status_code == 200
    sign_in(ola, OLA)
    assert ola.get(url).status_code == 404
    assert send(ola, path).location == url
    assert ola.get(url).status_code == 200
    assert ola.get(path).status_code == 410
    with app.app_context():
        row = database.session.scalars(sa.select(Membership).where(Membership.user_id == ola_id)).one()
        assert (row.owner, row.editor, row.signatory) == (False, True, False)
        assert ola.get(f"{url}/people/{ola_id}").status_code == 403


def test_an_invitation_opens_nothing_for_another_person(app, client, owner):
    person(app, OLA)
    person(app, EWA)
    _url, _answer = invited(app, client)
    path = link(letters(app, OLA)[0])
    ewa = app.test_client()
    sign_in(ewa, EWA)
    assert send(ewa, path, page="/account").status_code == 404
    with app.app_context():
        row = database.session.scalars(sa.select(Invitation)).one()
        with pytest.raises(Hidden):
            organisations.accept(row, accounts.find(EWA))


def test_an_invitation_that_was_withdrawn_or_is_old_no_longer_holds(app, client, owner):
    url, _answer = invited(app, client)
    path = link(letters(app, OLA)[0])
    assert send(client, f"{url}/people", email=OLA, editor="y").status_code == 409
    with app.app_context(), writing():
        row = database.session.scalars(sa.select(Invitation)).one()
        row.invited_at -= organisations.INVITATION_HOLDS
    assert client.get(path).status_code == 410
    assert send(client, f"{url}/people", email=OLA, editor="y").status_code == 303
    fresh = link(letters(app, OLA)[0])
    assert client.get(fresh).status_code == 200
    with app.app_context():
        row_id = database.session.scalars(sa.select(Invitation.id).order_by(Invitation.id.desc())).first()
    send(client, f"{url}/invitations/{row_id}/withdraw", page=f"{url}/people")
    assert client.get(fresh).status_code == 410


def test_at_least_one_right_is_ticked(app, client, owner):
    url = send(client, "/organisation/new", **DATA).location
    assert send(client, f"{url}/people", email=OLA).status_code == 422


def test_who_is_removed_is_a_stranger_at_once(app, client, owner):
    ola_id = person(app, OLA)
    url, _answer = invited(app, client)
    ola = app.test_client()
    sign_in(ola, OLA)
    send(ola, link(letters(app, OLA)[0]))
    send(client, f"{url}/people/{ola_id}/remove", page=f"{url}/people")
    assert ola.get(url).status_code == 404


# --- the right to represent --------------------------------------------------------------------------------------------

TODAY = date(2026, 12, 15)


@pytest.fixture
def three(app):
    return [person(app, email) for email in (ALA, OLA, EWA)]


def right(organisation, user_id, since=TODAY, until=None, alone=False):
    values = {
        "user_id": user_id, "person_name": "Ktoś", "function": "członek zarządu", "valid_from": since, "valid_to": until,
        "source": "KRS", "alone": alone,
    }  # fmt: skip
    return organisations.record_right(organisation, values)


def test_two_members_of_the_board_sign_jointly_and_one_of_them_does_not_suffice(app, three):
    ala, ola, ewa = three
    organisation_id = foundation(app, ala)
    with app.app_context(), writing():
        organisation = database.session.get(Organisation, organisation_id)
        organisations.set_rule(organisation, "dwóch członków zarządu łącznie", 2)
        right(organisation, ala)
        right(organisation, ola)
        assert not offer_signing.satisfied(organisation, {ala}, TODAY)
        assert not offer_signing.satisfied(organisation, {ala, ewa}, TODAY)
        assert offer_signing.missing_signatures(organisation, {ala}, TODAY) == 1
        assert offer_signing.satisfied(organisation, {ala, ola}, TODAY)
        assert offer_signing.missing_signatures(organisation, {ala, ola}, TODAY) == 0


def test_a_person_who_may_sign_alone_suffices_and_two_rights_of_one_person_do_not(app, three):
    ala, _ola, ewa = three
    organisation_id = foundation(app, ala)
    with app.app_context(), writing():
        organisation = database.session.get(Organisation, organisation_id)
        organisations.set_rule(organisation, "prezes samodzielnie albo dwóch członków zarządu", 2)
        right(organisation, ala)
        right(organisation, ala)
        right(organisation, ewa, alone=True)
        assert not offer_signing.satisfied(organisation, {ala}, TODAY)
        assert offer_signing.satisfied(organisation, {ewa}, TODAY)


def test_a_right_holds_from_its_first_to_its_last_day(app, three):
    ala = three[0]
    organisation_id = foundation(app, ala)
    with app.app_context(), writing():
        organisation = database.session.get(Organisation, organisation_id)
        organisations.set_rule(organisation, "prezes", 1)
        right(organisation, ala, since=TODAY, until=TODAY + timedelta(days=1))
        days = [TODAY + timedelta(days=number) for number in (-1, 0, 1, 2)]
        assert [offer_signing.satisfied(organisation, {ala}, day) for day in days] == [
            False,
            True,
            True,
            False,
        ]


def test_a_member_whose_right_is_recorded_is_a_signatory(app, client, owner):
    url = send(client, "/organisation/new", **DATA).location
    fields = {
        "member": str(owner), "person_name": "Ala Nowak", "function": "prezes", "valid_from": "2026-01-01", "valid_to": "",
        "source": "KRS", "idempotency_key": "b" * 32,
    }  # fmt: skip
    assert send(client, f"{url}/representation/new", **fields).status_code == 303
    assert send(client, f"{url}/representation/new", **fields).status_code == 303
    assert (
        send(client, f"{url}/representation/new", **(fields | {"valid_to": "2025-01-01"})).status_code == 422
    )
    assert send(client, f"{url}/representation/new", **(fields | {"member": "999999"})).status_code == 422
    with app.app_context():
        organisation = database.session.scalars(sa.select(Organisation)).one()
        assert organisation.members[0].signatory
        assert len(organisation.rights) == 1
    assert client.get(f"{url}/representation").status_code == 200


def test_the_rule_of_representation_is_kept_in_words_and_as_a_number(app, client, owner):
    url = send(client, "/organisation/new", **DATA).location + "/representation"
    for count in ("0", "10", "two", "1_0", ""):
        assert (
            send(client, url, text="dwóch członków zarządu łącznie", count=count, version="1").status_code
            == 422
        )
    assert send(client, url, text="dwóch członków zarządu łącznie", count="2", version="1").status_code == 303
    assert send(client, url, text="ktokolwiek", count="1", version="1").status_code == 409
    assert PASSWORD not in client.get(url).text
