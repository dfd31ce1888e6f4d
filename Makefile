# The kit's commands. They need only Python and make; README.md gives the same ones for conda and for Windows.
#   make demo       the main job on the demonstration council; prints the path of the page to open
#   make test       every check: lint, types, tests, then the library's tests under the oldest versions
#   make check      says what is wrong in the parameter files and their sources; changes nothing
#   make proofs     attacks, interruptions and hostile files, the whole of them; make test tries a sample of each
#   make validate   remakes docs/validation.md: every method against known truth, in some minutes
#   make benchmark  remakes the figures on coverage, draws and allocation that docs/methods.md cites
#   make bench      a quarter against a plain loop of papermill and nbconvert, several councils, start-up times, a cluster
#   make lock       resolves the versions again (UPGRADE=--upgrade takes the newest)
#   make clean      removes environments and caches; never vault/, outputs/ or data/
# Another Python: make demo PYTHON=python3.12

PYTHON = python3
UPGRADE =
BIN = .venv/bin
OLDEST = .venv-oldest/bin
PIP = -m pip --disable-pip-version-check install --quiet
# One worker more than two cores, since tests wait for kernels and browsers; each file stays with one worker.
PYTEST = -m pytest -n 3 --dist loadfile
# Files are begun in the order of tests/conftest.py, the longest first, not by their number of tests.
LONGEST_FIRST = --no-loadscope-reorder
# Not run under the oldest versions: whole runs, a browser and attacks, whose parts tests/batch and others run there;
# and what no version changes: files of the repository, and the numbers that the shipped framework files hold, since
# what reads them runs there too (tests/test_strict_yaml.py, tests/frameworks/test_framework_files.py).
NOT_LIBRARY = --ignore=tests/whole --ignore=tests/proofs --ignore=tests/test_imports.py \
	--ignore=tests/test_notebooks_committed.py --ignore=tests/test_project_files.py \
	--ignore=tests/frameworks/test_durham.py --ignore=tests/frameworks/test_leeds.py \
	--ignore=tests/frameworks/test_lincolnshire.py --ignore=tests/frameworks/test_lists.py \
	--ignore=tests/frameworks/test_portsmouth.py --ignore=tests/frameworks/test_traceability.py
# The day as of which the oldest versions' own dependencies are resolved: newer ones warn about older callers.
OLDEST_DAY = 2025-07-01
COMPILE = UV_CUSTOM_COMPILE_COMMAND="make lock" .venv-lock/bin/uv pip compile --quiet $(UPGRADE) \
	--universal --python-version 3.11 --generate-hashes --no-strip-extras --no-emit-index-url --no-emit-find-links \
	--extra build --extra test pyproject.toml
CHECKERS = --no-emit-package axe-playwright-python --no-emit-package coverage --no-emit-package mypy \
	--no-emit-package playwright --no-emit-package ruff --no-emit-package types-pyyaml

.PHONY: demo test oldest check coverage proofs validate benchmark bench lock clean

demo: .venv/made data/demo
	$(BIN)/qaf run

test: .venv/made
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/python $(PYTEST) $(LONGEST_FIRST)
	$(MAKE) --no-print-directory oldest

oldest: .venv-oldest/made
	JUPYTER_PLATFORM_DIRS=1 $(OLDEST)/python $(PYTEST) --hypothesis-profile=oldest $(NOT_LIBRARY) qaf_lib tests

check: .venv/made data/demo
	for file in $$(grep -L '^region:' parameters/*.yml); do $(BIN)/qaf check "$$file" || exit; done

coverage: .venv/made
	$(BIN)/python -m coverage erase
	$(BIN)/python -m coverage run $(PYTEST) $(LONGEST_FIRST)
	$(BIN)/python -m coverage combine --quiet
	$(BIN)/python -m coverage report

proofs: .venv/made
	$(BIN)/python $(PYTEST) --proofs tests/proofs

validate: .venv/made
	$(BIN)/python benchmarks/validate.py

benchmark: .venv/made
	$(BIN)/python benchmarks/coverage_ilacs.py
	$(BIN)/python benchmarks/successive_draws.py
	$(BIN)/python benchmarks/draw_speed.py
	$(BIN)/python benchmarks/allocation_speed.py
	$(BIN)/python benchmarks/intake_speed.py
	$(BIN)/python benchmarks/scan_speed.py

bench: .venv/made
	$(BIN)/python benchmarks/quarter.py
	$(BIN)/python benchmarks/quarter.py 1 2 4 8
	$(BIN)/python benchmarks/cluster.py 1 2 14

data/demo: | .venv/made
	$(BIN)/qaf demo data/demo

.venv/made: requirements.lock pyproject.toml
	$(PYTHON) -c "import sys; sys.exit(sys.version_info < (3, 11) and 'The kit needs Python 3.11 or later: make PYTHON=python3.12')"
	$(PYTHON) -m venv --clear .venv
	$(BIN)/python $(PIP) --require-hashes -r requirements.lock
	$(BIN)/python $(PIP) --no-deps --no-build-isolation -e .
	touch .venv/made

.venv-oldest/made: tests/oldest.txt pyproject.toml
	$(PYTHON) -c "import sys; sys.exit(sys.version_info >= (3, 13) and 'The oldest versions need Python 3.11 or 3.12: make PYTHON=python3.11 oldest')"
	$(PYTHON) -m venv --clear .venv-oldest
	$(OLDEST)/python $(PIP) --require-hashes -r tests/oldest.txt
	$(OLDEST)/python $(PIP) --no-deps --no-build-isolation -e .
	touch .venv-oldest/made

.venv-lock/bin/uv:
	$(PYTHON) -m venv .venv-lock
	.venv-lock/bin/python $(PIP) uv

lock: .venv-lock/bin/uv
	$(COMPILE) --output-file requirements.lock
	$(COMPILE) $(CHECKERS) --resolution lowest-direct --exclude-newer $(OLDEST_DAY) --output-file tests/oldest.txt

clean:
	rm -rf .venv .venv-oldest .venv-lock build dist qaf_kit.egg-info .hypothesis .mypy_cache .ruff_cache
	find qaf_lib tests benchmarks -name __pycache__ -type d -prune -exec rm -rf {} +
