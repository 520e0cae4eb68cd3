# Everything is made from the lock files; only Python 3.11+ and make are needed.
PYTHON ?= python3
PORT ?= 8000
BIN := .venv/bin
# who may do what; altering outside the journal; bodies, limits and locks; the clock; retries and races; kills and outages
ATTACKS := tests/access tests/journal tests/edge tests/fastpath tests/clients/test_fuzz.py tests/torture

.PHONY: install demo test test-long test-beyond fuzz attack torture mutants bench bench-large bench-lists bench-oversight bench-exports check lock clean

install: .venv/installed
demo: .venv/installed
	$(BIN)/duban demo --port $(PORT)
test: export PYTHONDONTWRITEBYTECODE := # empty, or tests are compiled anew by each worker and each run
test: .venv/dev-installed
	$(BIN)/pytest --numprocesses auto --dist worksteal
test-long: .venv/dev-installed # before an issue is called done: 400 random years instead of 14, and what else takes long
	$(BIN)/pytest --numprocesses auto --dist worksteal --long --histories 400 --kills 5 --outages 5
test-beyond: .venv/dev-installed # with other people's programs: those of docs/scaling.md, as far as they are installed
	$(BIN)/pytest tests/beyond --long
fuzz: .venv/dev-installed # 100,000 requests that nobody has tried yet; about half an hour
	FUZZ_REQUESTS=100000 $(BIN)/pytest tests/clients/test_fuzz.py --log-cli-level=INFO
attack: .venv/dev-installed # what reads, alters, floods, races or kills: about fifteen minutes; prints its seed for --seed
	FUZZ_REQUESTS=5000 $(BIN)/pytest --numprocesses auto --dist worksteal --long --kills 20 --outages 5 $(ATTACKS)
torture: .venv/dev-installed # kill -9 of the server and outages of the database, many times, under load; about forty minutes
	$(BIN)/pytest tests/torture --long --kills 200 --outages 20 --log-cli-level=INFO
mutants: .venv/dev-installed # changes the rules' code, one place at a time: does a test fail? Hours; a part by MUTANTS='app.workdays.*'
	$(BIN)/mutmut run $(MUTANTS)
	$(BIN)/mutmut results # those that no test noticed
bench: .venv/dev-installed # beside the limits of the framework and of the driver; three minutes, takes wrk
	$(BIN)/python -m benchmarks.small
bench-large: .venv/dev-installed # an overdue page at 1,000 and 3,000,000 obligations; eleven minutes, 12 GB in the temporary folder
	$(BIN)/python -m benchmarks.large --plot benchmarks/overdue.svg
bench-lists: .venv/dev-installed # each filter and sort of the lists at 1,000 and 3,000,000; about half an hour, 12 GB
	$(BIN)/python -m benchmarks.large --lists --sizes 1000 3000000
bench-oversight: .venv/dev-installed # the auditors' answers over 500,000 obligations; about ten minutes
	$(BIN)/python -m benchmarks.oversight
bench-exports: .venv/dev-installed # a working register of 10,000 and of 100,000 obligations on its way out; some minutes
	$(BIN)/python -m benchmarks.exports
check: .venv/dev-installed
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy
	$(BIN)/hadolint Dockerfile
	.ci/openapi/check

.venv/bin/python:
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Duban needs Python 3.11 or newer; make PYTHON=python3.12")'
	$(PYTHON) -m venv .venv

.venv/installed: .venv/bin/python requirements.lock pyproject.toml
	$(BIN)/python -m pip install --disable-pip-version-check --require-hashes -r requirements.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	touch $@

.venv/dev-installed: .venv/installed requirements-dev.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.lock
	touch $@

lock: # the newest versions that pyproject.toml allows, with hashes, for every platform; what runs is a part of what tests
	uv pip compile pyproject.toml --extra build --extra dev --universal --python-version 3.11 --upgrade \
		--generate-hashes --no-emit-index-url --no-header --quiet --output-file requirements-dev.lock
	uv pip compile pyproject.toml --extra build --universal --python-version 3.11 --upgrade --generate-hashes \
		--no-emit-index-url --no-header --constraint requirements-dev.lock --quiet --output-file requirements.lock

clean:
	rm -rf .venv demo.db demo.db-shm demo.db-wal demo.keys
