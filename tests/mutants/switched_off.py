"""A pytest plugin: the application under test without what $MUTANT names."""

import os
from typing import Any

import psycopg
import pytest
from flask import Flask

from config import Settings
from tests.mutants import catalogue, locks

KIND, _, NAME = os.environ["MUTANT"].partition(" ")


def pytest_configure() -> None:
    if KIND == "guard":
        catalogue.without_guard(*NAME.split(" ", 1))
    elif KIND == "lock":
        locks.without(NAME)


@pytest.fixture(scope="session", autouse=True)
def _database_without(settings: Settings) -> None:
    if KIND in catalogue.DROPS:
        url = settings.database_owner_url.replace("+psycopg", "")
        with psycopg.connect(url, autocommit=True) as owner:
            catalogue.drop(owner, KIND, *NAME.split(" ", 1))


@pytest.fixture(scope="session", autouse=True)
def _routes_without(application: Flask, _database_without: Any) -> None:
    if KIND == "policy":
        catalogue.without_policy(application, NAME)
