"""The browser of the tests: it sends forms as our pages make them, each under a key of its own."""

import uuid
from typing import Any

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

KEY = "idempotency_key"


class Browser(FlaskClient):
    """Adds the key of a form to what a test types, unless the test gives one (an empty one, to leave it out)."""

    def post(self, *args: Any, **kwargs: Any) -> TestResponse:
        data = kwargs.get("data")
        if data is None or (isinstance(data, dict) and KEY not in data):
            kwargs["data"] = {**(data or {}), KEY: uuid.uuid4().hex}
        return super().post(*args, **kwargs)
