"""What several tests need: how hypothesis searches, where the vectors are, which browser there is."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest
from hypothesis import settings

# No deadlines: on a shared machine they fail for what another process does. In CI the examples are the same
# in every run, so that a submission fails only for what it changed; by hand they are new ones each time.
settings.register_profile("ci", deadline=None, derandomize=True, max_examples=50)
settings.register_profile("desk", deadline=None, max_examples=50)
settings.register_profile("thorough", deadline=None, max_examples=2000)  # pytest --hypothesis-profile=thorough
settings.load_profile("ci" if os.environ.get("CI") else "desk")

BROWSERS = ("chromium", "chromium-browser", "google-chrome")


@pytest.fixture(scope="session")
def shared() -> Path:
    """Return the folder `shared`, which stands beside the repository and holds the vectors."""
    folder = Path(__file__).resolve().parents[1].parent / "shared"
    if not folder.is_dir():
        pytest.skip("no folder `shared` beside the repository: the vectors that it holds are not tested")
    return folder


@pytest.fixture(scope="session")
def chromium() -> str:
    """Return the path of the browser that drives the pages."""
    for name in BROWSERS:
        if found := shutil.which(name):
            return found
    pytest.skip(f"no Chromium on this machine: none of {', '.join(BROWSERS)} is on PATH")
