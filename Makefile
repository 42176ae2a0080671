# Two commands do all the set-up: `make demo` and `make test`. Everything they install goes into .venv.

.DEFAULT_GOAL := help
.PHONY: help demo test check bench clean

EXAMPLE := examples/annotation
DEMO := -e '.[postgres,redis,embedded]' -r $(EXAMPLE)/requirements.txt 'pytest>=8.3'
DEV := -e '.[all,embedded-pgcrypto,testing]' --group dev -r $(EXAMPLE)/requirements.txt

help:  ## say what there is
	@echo "make demo    run the example's suite against its real stack (web server, worker, PostgreSQL, Redis, ...)"
	@echo "make test    run the whole test suite of this project"
	@echo "make check   lint, types, import contracts"
	@echo "make bench   measure rewinds beside their peers, and the start of a stack; writes build/bench/"
	@echo "make clean   remove .venv, caches and what runs have left"
	@echo
	@echo "PYTHON=...   the interpreter to use (3.11 or newer)      ARGS=...   more arguments for pytest"

demo:  ## run the example's suite against its real stack
	@scripts/ensure-venv demo $(DEMO)
	@echo "== running $(EXAMPLE): its suite, through HTTP, against its real services"
	@cd $(EXAMPLE) && ../../.venv/bin/python -m pytest $(ARGS)

test:  ## run the whole test suite
	@scripts/ensure-venv dev $(DEV)
	@echo "== running the test suite"
	@.venv/bin/python -m pytest $(ARGS)

check:  ## lint, types, import contracts
	@scripts/ensure-venv dev $(DEV)
	@echo "== lint" && .venv/bin/ruff check && .venv/bin/ruff format --check
	@echo "== types" && .venv/bin/mypy
	@echo "== import contracts" && .venv/bin/lint-imports

bench:  ## measure rewinds beside their peers, and the start of a stack
	@scripts/ensure-venv dev $(DEV)
	@.venv/bin/python bench/rewind.py $(ARGS)
	@.venv/bin/python bench/lifecycle.py

clean:  ## remove .venv, caches and what runs have left
	@if [ -x .venv/bin/statusquo ]; then (cd $(EXAMPLE) && ../../.venv/bin/statusquo -q down) || true; fi
	rm -rf .venv build dist .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis $(EXAMPLE)/.statusquo
