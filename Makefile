# The flow of khichdi on one page. `make demo` and `make test` need Python 3.11+, git and make, and nothing else.
PYTHON ?= python3
BIN := .venv/bin
STAMP := .venv/.core
DEV := .venv/.dev
TRAINING := .venv/.train
SCALE := .venv/.scale
PARTS ?= $(KHICHDI_REQUIRE)

.PHONY: demo demo-train test lint bench fast real review-env review-demo review-pictures clean

$(STAMP): pyproject.toml constraints.txt
	@$(PYTHON) -c 'import sys; sys.exit("khichdi needs Python 3.11 or newer; this is " + sys.version.split()[0] + ". Try: make PYTHON=python3.11 demo") if sys.version_info < (3, 11) else None'
	$(PYTHON) -m venv .venv
	$(BIN)/pip install --quiet --disable-pip-version-check -e . -c constraints.txt
	@touch $@

$(DEV): $(STAMP) # with `serve`, whose tests and types need what it needs, and no torch
	$(BIN)/pip install --quiet --disable-pip-version-check -e '.[dev,serve]' -c constraints.txt
	@touch $@

$(TRAINING): $(DEV) # torch by itself and first: with the others pip may take another build of it
	$(BIN)/pip install --quiet --disable-pip-version-check torch==2.13.0
	$(BIN)/pip install --quiet --disable-pip-version-check -e '.[dev,train]' -c constraints.txt
	@touch $@

$(SCALE): $(DEV)
	$(BIN)/pip install --quiet --disable-pip-version-check -e '.[dev,scale]' -c constraints.txt
	@touch $@

demo: $(STAMP) ## build a release with 1,000 labelled train messages into build/demo: checked, audited, with its card; then show some
	$(BIN)/khichdi release build data/specs/demo.toml --out build/demo --sample 8

demo-train: $(TRAINING) ## a release, a tiny random model trained on it in 4 bits, its answers and their figures; what it answers means nothing
	$(BIN)/khichdi release build data/specs/demo.toml --rows 300 --out build/demo-train
	$(BIN)/khichdi models tiny --release build/demo-train
	$(BIN)/khichdi train run data/runs/tiny.toml
	$(BIN)/khichdi predict run build/runs/tiny/adapter --release build/demo-train --tier test_seen --tier test_gold_dev --rows 200 --most 120
	$(BIN)/khichdi predict run build/runs/tiny/adapter --release build/demo-train --tier test_seen --tier test_gold_dev --rows 200 --most 120 --stage constrained
	$(BIN)/khichdi eval run build/runs/tiny/predictions/predictions.jsonl --release build/demo-train
	$(BIN)/khichdi eval report build/runs/tiny/predictions/predictions.jsonl --release build/demo-train --out build/runs/tiny/report.html

lint: $(DEV) ## code, types, lexicon, families
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/khichdi lexicon lint
	$(BIN)/khichdi templates lint

test: $(DEV) lint ## everything that must hold; reaches nothing past 127.0.0.1
	KHICHDI_REQUIRE=$(PARTS) $(BIN)/pytest

bench: $(DEV) $(if $(TRAIN),$(TRAINING)) ## speed beside the named peer, as a ratio in one run; make bench TRAIN=build/models/gemma adds training on that base; BENCH=--review measures the review on a real Argilla, BENCH=--serve the API
	$(BIN)/python tests/bench/bench.py $(if $(TRAIN),--train $(TRAIN)) $(BENCH)

fast: $(DEV) ## hot modules compiled into build/fast, held to the same bytes; `release build` uses them, others by PYTHONPATH=build/fast make bench
	$(BIN)/python tests/bench/fast.py

review-env: $(DEV) ## what the review's tests need beside Debian's chromium: Argilla's own environment (600 MB, once) and the browser's driver
	$(BIN)/pip install --quiet --disable-pip-version-check -e '.[dev,browser]' -c constraints.txt
	$(BIN)/python -c 'from curation.review_up import python; print(python())'

review-demo: $(STAMP) ## the whole round on a real Argilla by scripted annotators: push, pull, agree, settle, the next patch release and its diff
	KHICHDI_DECISIONS=build/review-demo/decisions $(BIN)/python -m curation.review_demo

review-pictures: $(DEV) ## docs/img from the running page; needs chromium and `make review-env`
	$(BIN)/python -m tests.review_pictures

real: $(STAMP) ## every measure on real people's text: make real REAL=DIR
	@test -d "$(REAL)" || { echo 'make real REAL=DIR: DIR is a folder with script_dev.tsv, romanisations_dev.tsv, numbers_dev.tsv, amounts_dev.tsv, jsontestsuite.tsv'; exit 2; }
	$(BIN)/khichdi eval language --script $(REAL)/script_dev.tsv --numbers $(REAL)/numbers_dev.tsv --amounts $(REAL)/amounts_dev.tsv --romanisations $(REAL)/romanisations_dev.tsv --jsonsuite $(REAL)/jsontestsuite.tsv
	@test ! -f "$(REAL)/injections_dev.jsonl" || $(BIN)/khichdi eval injections $(REAL)/injections_dev.jsonl

clean: ## what can be made again
	rm -rf build .venv *.egg-info
