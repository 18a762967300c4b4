"""Packages of closed stages: what was issued until then, and what the city's file system is told of it."""

import json
from typing import Any
from xml.etree import ElementTree as ET

import sqlalchemy as sa

from app.extensions import db as database
from app.models import Document, Promise
from app.services import keeping, packages
from tests import call_course
from tests.agreement_cases import contracting
from tests.offer_cases import NOW, world
from tests.package_cases import asked, documents_made, files_of, manifest_of, packed


def test_a_stage_holds_what_was_issued_until_it_was_closed(db: Any) -> None:
    course = call_course.whole(title='Kurs <języka> & "rozmów" \u00a0')
    documents_made()
    offer = course.offers["full"]
    assert packages.on_offer(offer) == ["offer.submitted", "offer.decided"]
    early, late = files_of(packed("offer.submitted", offer)), files_of(packed("offer.decided", offer))
    told = json.loads(early["metadata.json"])
    assert [row["kind"] for row in told["documents"]] == ["offer", "submission_confirmation"]
    kinds = [row["kind"] for row in json.loads(late["metadata.json"])["documents"]]
    assert kinds.count("scoring_card") == 2
    assert kinds[-1] == "results_letter"
    assert told["case"]["mark"] == "SP.1"
    assert told["case"]["title"] == offer.title
    first = told["documents"][0]
    row = database.session.scalars(sa.select(Document).where(Document.code == first["code"])).one()
    assert (first["sha256"], first["date"], first["number"]) == (row.sha256, "2027-03-10", row.case_number)
    root = ET.fromstring(early["metadata.xml"])  # noqa: S314 - we wrote it ourselves
    assert root.findtext("case/mark") == "SP.1"
    assert [node.findtext("sha256") for node in root.iter("document")] == [
        row["sha256"] for row in told["documents"]
    ]
    assert root.findtext("case/title") == offer.title


def test_a_later_step_changes_nothing_in_the_package_of_a_closed_stage(db: Any) -> None:
    course = call_course.whole()
    documents_made()
    offer = course.offers["full"]
    before = packed("offer.submitted", offer), packed("call.decided", course.call)
    course.take(offer, "start_contracting", "official")
    assert (packed("offer.submitted", offer), packed("call.decided", course.call)) == before
    assert packages.on_offer(course.call) == ["decision", "call.decided"]
    assert manifest_of(before[1])["covers"]["entries"] < len(
        json.loads(
            b"["
            + b",".join(files_of(packed("decision", course.call))["history/entries.jsonl"].splitlines())
            + b"]"
        )
    )


def test_an_open_stage_has_no_package(db: Any) -> None:
    offering = world()
    offer = offering.written()
    assert packages.on_offer(offer) == []
    promise_id = asked("offer.submitted", offer)
    assert keeping.keep(promise_id) == "broken"
    assert "LookupError" in (database.session.get_one(Promise, promise_id).error or "")
    offering.take(offer, "submit", "first", NOW)
    assert packages.on_offer(offer) == ["offer.submitted"]


def test_an_agreement_and_its_settlement_have_packages_of_their_own(db: Any) -> None:
    case = contracting()
    case.sign()
    documents_made()
    assert packages.on_offer(case.agreement) == ["agreement.signed"]
    told = json.loads(files_of(packed("agreement.signed", case.agreement))["metadata.json"])
    assert {row["kind"] for row in told["documents"]} == {"agreement"}
    assert told["documents"][-1]["number"] == case.agreement.number
