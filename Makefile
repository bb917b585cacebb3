# Two commands matter: `make run` and `make test`. They need Python 3.11 or newer, git and make; all else they bring.

PYTHON ?= $(shell command -v python3.11 || command -v python3.12 || command -v python3.13 || command -v python3)
VENV ?= .venv
IN := $(VENV)/bin
UV := $(VENV)/uv/bin/uv
LOCK_OPTIONS := -q --generate-hashes --no-emit-index-url --no-emit-find-links --universal --python-version 3.11

export PYTHONPATH := $(CURDIR)/src
export UV_PYTHON_DOWNLOADS := never
# Compiled modules are what makes a second start quick; some machines switch them off for everybody.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: help run test quick check fix screens pictures build lock messages bench load environment dev-environment frontend catalogues browser
.DEFAULT_GOAL := help

help:
	@echo "make run       Suhui with the demo company on http://127.0.0.1:8000/"
	@echo "make test      everything CI runs, the browser included"
	@echo "make quick     the tests without browser, processes and long trials, under a minute"
	@echo "make check     format, lint, types, import contracts, templates, catalogues, scripts"
	@echo "make fix       mend what can be mended by machine"
	@echo "make screens   a screenshot of every page into screens-out/"
	@echo "make pictures  the pictures of the README anew"
	@echo "make load      a company for the bench: ARGS=\"--cases 1000000\""
	@echo "make bench     measure pages, searches, reports and pushes on what is loaded, and write it down"
	@echo "make build     a wheel into dist/"
	@echo "make lock      write the lock files anew from requirements*.in"
	@echo "make openapi   write docs/openapi.json anew"
	@echo "make messages  bring the message catalogues up to date with the sources"

run: environment frontend catalogues
	@$(IN)/python -m suhui.config.cli run $(ARGS)

test: dev-environment browser frontend catalogues
	@$(IN)/python -m tools.check
	@$(IN)/pytest -n 2 --dist loadfile -m "not browser and not house"
	@$(IN)/pytest -p no:xdist -m "browser or house" || { echo "Once more, those that failed:"; \
		$(IN)/pytest -p no:xdist -m "browser or house" --last-failed --last-failed-no-failures none; }

# Nothing of these is in the quick part, and importing them takes four seconds.
UNUSED = --ignore=tests/browser --ignore=tests/house --ignore=tests/screens/test_api_schemathesis.py -p no:schemathesis

quick: dev-environment frontend catalogues
	@$(IN)/pytest -n 2 --dist worksteal -m "not browser and not house and not long" $(UNUSED)

check: dev-environment catalogues
	@$(IN)/python -m tools.check

fix: dev-environment
	@$(IN)/python -m tools.check --fix

screens: dev-environment browser frontend catalogues
	@$(IN)/python -m tools.screens $(ARGS)

pictures: dev-environment browser frontend catalogues
	@$(IN)/python -m tools.pictures

load: dev-environment
	@$(IN)/python -m bench.load $(ARGS)

bench: dev-environment frontend catalogues
	@$(IN)/python -m bench --write $(ARGS)

build: dev-environment
	@$(IN)/python -m hatchling build -t wheel

lock: $(UV)
	$(UV) pip compile $(LOCK_OPTIONS) requirements.in -o requirements.lock
	$(UV) pip compile $(LOCK_OPTIONS) requirements-dev.in -o requirements-dev.lock

messages: dev-environment
	@$(IN)/python -m tools.messages

openapi: dev-environment catalogues
	@$(IN)/python -m tools.openapi

frontend:
	@$(IN)/python -m tools.frontend

catalogues:
	@$(IN)/python -m tools.messages --compile

browser:
	@$(IN)/python -m tools.browser

# What `make test` has installed serves `make run` too.
environment:
	@if [ ! -e $(VENV)/dev.stamp ] || [ requirements-dev.lock -nt $(VENV)/dev.stamp ]; then \
		$(MAKE) -s --no-print-directory $(VENV)/run.stamp; fi

dev-environment: $(VENV)/dev.stamp

$(VENV)/run.stamp: requirements.lock $(UV)
	@echo "Installing what Suhui needs …"
	@$(UV) pip sync -q --python $(IN)/python --require-hashes requirements.lock
	@rm -f $(VENV)/dev.stamp && touch $@

$(VENV)/dev.stamp: requirements-dev.lock $(UV)
	@echo "Installing what Suhui and its tests need …"
	@$(UV) pip sync -q --python $(IN)/python --require-hashes requirements-dev.lock
	@touch $@

# uv itself comes by pip, in the version and with the hashes of the lock file, and stands apart from what it installs.
$(UV):
	@test -n "$(PYTHON)" || { echo "Suhui needs Python 3.11 or newer: install it, for example with apt-get install python3.11-venv"; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit("Suhui needs Python 3.11 or newer; this is " + sys.version.split()[0]) if sys.version_info < (3, 11) else None'
	@$(PYTHON) -m venv $(VENV)
	@awk '/^uv==/ { on = 1 } on { print } on && !/\\$$/ { exit }' requirements-dev.lock > $(VENV)/uv.txt
	@$(IN)/python -m pip install -q --disable-pip-version-check --require-hashes --no-deps --upgrade --target $(VENV)/uv -r $(VENV)/uv.txt
