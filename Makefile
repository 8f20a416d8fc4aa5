# Two commands do all set-up: `make demo` and `make test`. The others are for contributors.
.PHONY: demo test test-cpp test-python test-large python lint bench bench-full docs coverage sanitize clean

PYTHON ?= python3
venv := .venv/bin
jobs := $(shell nproc)

demo: ## install what is missing, build, run the main job on real data, say where the report is
	@PYTHON=$(PYTHON) scripts/setup.sh demo
	@$(MAKE) --no-print-directory python
	$(venv)/kedja demo

test: ## install what is missing, build, run all tests
	@PYTHON=$(PYTHON) scripts/setup.sh test
	@$(MAKE) --no-print-directory python
	@$(MAKE) --no-print-directory test-cpp
	@$(MAKE) --no-print-directory test-python

test-cpp:
	cmake --preset release -G Ninja > build-configure.tmp || (cat build-configure.tmp; exit 1)
	@rm -f build-configure.tmp
	cmake --build --preset release -j $(jobs)
	ctest --preset release

test-python:
	$(venv)/python -m pytest

test-large: python ## 10^7 links, once per release
	KEDJA_TEST_LARGE=1 $(venv)/python -m pytest tests/python/test_ten_million_links.py

# The package is built again only when a source changed: pip keeps the CMake build tree.
python:
	@$(venv)/python -m pip install -q --disable-pip-version-check --no-build-isolation \
	  --no-deps . || (echo "the package did not build; see the messages above" >&2; exit 1)

lint: ## formatting, types and layers
	@PYTHON=$(PYTHON) scripts/setup.sh test
	$(venv)/clang-format --dry-run -Werror $$(git ls-files '*.hpp' '*.cpp')
	$(venv)/ruff check .
	$(venv)/ruff format --check .
	$(venv)/mypy python/kedja
	$(PYTHON) tests/layering/check_layers.py .

bench: ## every kernel on quick sizes, ours beside the peers that are installed; at most three quarters of an hour
	@PYTHON=$(PYTHON) scripts/setup.sh test
	@$(MAKE) --no-print-directory python
	$(venv)/python -m pip install -q -r requirements/bench.txt
	$(venv)/python benchmarks/loading.py
	$(venv)/python benchmarks/first_look.py
	$(venv)/python benchmarks/kernels.py --limit 30 --patience 2
	$(venv)/python benchmarks/sizes.py --links 1000 10000 100000 1000000 --limit 20

bench-full: bench ## larger graphs too, and cost against size up to 10^7 links; three hours
	$(venv)/python benchmarks/kernels.py --full --limit 450 --patience 5 --out build/kernels_full.json
	$(venv)/python benchmarks/two_hop.py
	$(venv)/python benchmarks/null_models.py --full
	$(venv)/python benchmarks/sizes.py

docs: ## execute the notebooks in place
	@PYTHON=$(PYTHON) scripts/setup.sh test
	@$(MAKE) --no-print-directory python
	$(venv)/python -m nbconvert --to notebook --execute --inplace examples/notebooks/*.ipynb

coverage: ## line and branch coverage of the C++ code
	@PYTHON=$(PYTHON) scripts/setup.sh test
	cmake --preset coverage -G Ninja
	cmake --build --preset coverage -j $(jobs)
	find build/coverage -name '*.gcda' -delete
	ctest --preset coverage -E consumer
	$(venv)/gcovr --root . --filter include --filter src --exclude-throw-branches \
	  --merge-lines --print-summary build/coverage

sanitize: ## the C++ tests under ASan+UBSan and under TSan, no suppressions
	@PYTHON=$(PYTHON) scripts/setup.sh test
	for preset in asan tsan; do \
	  cmake --preset $$preset -G Ninja && cmake --build --preset $$preset -j $(jobs) && \
	  ctest --preset $$preset -E consumer || exit 1; done

clean:
	rm -rf build .venv
