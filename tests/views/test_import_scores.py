"""The offline card through HTTP: downloaded, filled in and brought back by the evaluator, and by nobody else."""

import re
from decimal import Decimal
from io import BytesIO
from typing import Any

from app.services.spreadsheets import to_csv
from tests.accounts import token_of
from tests.commission_scene import CANARY, Scene, enter
from tests.views import test_commission

scene = test_commission.scene


def filled(text: str, points: str) -> bytes:
    """The downloaded CSV with the same points and a reason in each row."""
    rows = [line.split(";") for line in text.strip().split("\r\n")]
    return to_csv([rows[0], *([*row[:5], points, "Uzasadnienie"] for row in rows[1:])])


def upload(client: Any, address: str, data: bytes) -> Any:
    token = token_of(client.get(address))
    return client.post(address, data={"csrf_token": token, "file": (BytesIO(data), "karty.csv")})


def test_the_cards_go_out_and_come_back_as_drafts(scene: Scene, client: Any) -> None:
    enter(scene, client, "evaluator")
    address = f"/imports/scores/{scene.call}"
    assert address in client.get(f"/evaluation/{scene.call}/summary").text
    assert address in client.get("/imports").text
    file = client.get(f"{address}/pattern.csv")
    assert CANARY not in file.text
    preview = upload(client, address, filled(file.data.decode("utf-8-sig"), "5,5"))
    assert preview.status_code == 200
    typed = dict(re.findall(r'name="(token|idempotency_key)" value="([^"]*)"', preview.text))
    taken = client.post(f"{address}/take", data={"csrf_token": token_of(preview), **typed})
    assert taken.status_code == 303
    assert taken.location.endswith(f"/evaluation/{scene.call}/summary")

    def look() -> None:
        own, other = scene.card_of("evaluator"), scene.card_of("chair")
        assert {score.points for score in own.scores} == {Decimal("5.5")}
        assert own.closed_at is None
        assert {score.reason for score in other.scores} == {CANARY}

    scene.change(look)


def test_too_many_points_are_refused_with_the_row_and_the_limit(scene: Scene, client: Any) -> None:
    enter(scene, client, "evaluator")
    address = f"/imports/scores/{scene.call}"
    file = client.get(f"{address}/pattern.csv").data.decode("utf-8-sig")
    page = upload(client, address, filled(file, "99"))
    assert page.status_code == 422
    assert "pkt" in page.text or "punktów" in page.text
    assert 'name="token"' not in page.text


def test_nobody_without_a_signed_seat_knows_of_the_file(scene: Scene, client: Any) -> None:
    enter(scene, client, "official")
    for address in (f"/imports/scores/{scene.call}", f"/imports/scores/{scene.call}/pattern.xlsx"):
        assert client.get(address).status_code == 404
    assert "/imports/scores/" not in client.get("/imports").text
