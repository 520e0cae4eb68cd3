"""Strangers' clients, made from the OpenAPI document alone, and the short stories that they tell."""

import importlib
import json
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.document import document

Story = Callable[[str, str], dict[str, Any]]
HERE = Path(__file__).parent
OPENAPI = HERE.parents[1] / ".ci" / "openapi"
TRANSPILE = """
import { readFileSync, writeFileSync } from "node:fs";
import ts from "typescript";
const [from, to] = process.argv.slice(2);
const compilerOptions = { target: "es2022", module: "esnext" };
writeFileSync(to, ts.transpileModule(readFileSync(from, "utf8"), { compilerOptions }).outputText);
"""
TELL = """
import { story } from "./story.mjs";
const [url, key] = process.argv.slice(2);
console.log(JSON.stringify(await story(url, key)));
"""


@pytest.fixture(scope="session")
def client_code(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder into which the package `generated_client` is written; a warning of the generator fails."""
    folder = tmp_path_factory.mktemp("clients")
    openapi, config = folder / "openapi.json", OPENAPI / "client.json"
    openapi.write_text(json.dumps(document()))
    words = ["--path", openapi, "--config", config, "--output-path", folder / "generated_client", "--meta", "none"]
    done = run(sys.executable, "-m", "openapi_python_client", "generate", "--fail-on-warning", *map(str, words))

    assert "Warning" not in done
    return folder


@pytest.fixture(scope="session")
def frontend(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with story.ts as JavaScript, and what it imports. `make check` holds it against its types."""
    if shutil.which("node") is None or not (OPENAPI / "node_modules" / "openapi-fetch").is_dir():
        pytest.skip("takes Node and its packages, which `make check` installs")
    folder = tmp_path_factory.mktemp("frontend")
    (folder / "node_modules").symlink_to(OPENAPI / "node_modules")
    (folder / "transpile.mjs").write_text(TRANSPILE)
    (folder / "tell.mjs").write_text(TELL)
    run("node", str(folder / "transpile.mjs"), str(HERE / "story.ts"), str(folder / "story.mjs"))
    return folder


@pytest.fixture(params=["python", "typescript"])
def story(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Story:
    """`story(url, key)`: what story.py and story.ts tell of a server."""
    if request.param == "python":
        monkeypatch.syspath_prepend(request.getfixturevalue("client_code"))
        told: Story = importlib.import_module("tests.clients.story").story
        return told
    program = request.getfixturevalue("frontend") / "tell.mjs"
    return lambda url, key: json.loads(run("node", str(program), url, key))


def run(*command: str) -> str:
    done = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603  our own words
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout + done.stderr
