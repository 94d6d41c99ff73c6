# Everything a fresh machine needs: Python 3.11+, make. `make demo` and `make test` set themselves up.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed

.PHONY: bench-guard demo test quick lint types fmt bench docs env clean

env: $(STAMP)

$(STAMP): pyproject.toml requirements/dev.txt
	@$(PYTHON) scripts/environment.py $(VENV) requirements/dev.txt
	@touch $@

demo: env
	@$(BIN)/goodword demo

test: env
	@$(BIN)/python scripts/chromium.py
	@$(BIN)/goodword models pull qwen2.5-coder-0.5b || echo "The tests of the embedded model will be skipped"
	$(BIN)/python -m pytest tests -n 2 --dist loadgroup

quick: env
	$(BIN)/python -m pytest tests -n 2 -m "not slow"

lint: env
	$(BIN)/ruff check . && $(BIN)/ruff format --check .

fmt: env
	$(BIN)/ruff format . && $(BIN)/ruff check --fix .

types: env
	$(BIN)/mypy

bench: env
	$(BIN)/python -m benchmarks.run

bench-guard: env
	$(BIN)/python -m benchmarks.speed.guard $(if $(DATA),--data $(DATA))
	$(BIN)/python -m benchmarks.quality.guard_rivals $(if $(DATA),--data $(DATA)) $(if $(VENV_RIVALS),--venv $(VENV_RIVALS))

docs: env
	$(BIN)/python scripts/reference.py && $(BIN)/python scripts/packs_reference.py

clean:
	rm -rf $(VENV) out dist build
