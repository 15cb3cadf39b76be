# The commands of the README. `make run` and `make test` work on a fresh machine.
.PHONY: run test test-unit test-integration test-yarn test-conformance test-random test-tsan fuzz fuzz-differential bench bench-check bench-instructions bench-s3 bench-spark setup-bench install wheel build-spark setup setup-test build check-format clean

PREFIX ?= dist/tarn
FUZZ_SECONDS ?= 60
RECORDS ?= 10000000
QUERIES ?= 20000
SEED ?= 1
PYTEST_ARGS ?=
BENCH_ARGS ?=
TARN := build/release/tarn
PYTHON := .venv/bin/python

run: setup build
	@$(TARN) run pipelines/sparkify
	@echo
	@$(TARN) show pipelines/sparkify

setup:
	@scripts/setup run

setup-test:
	@scripts/setup test

build: setup
	@scripts/build release tarn

# Also tarn-spark, the engine on Spark.
build-spark:
	@scripts/setup spark
	@scripts/build release tarn tarn-spark

test: setup-test test-unit test-integration

# Unit tests under the address and undefined-behaviour sanitizers, beside a real S3 server.
test-unit: setup-test
	@scripts/build asan-ubsan all
	@scripts/with-s3 scripts/ctest asan-ubsan

# The program as users run it: real files, three independent readers, real Spark as the oracle.
test-integration: setup-test build-spark
	@scripts/build asan-ubsan tarn_s3_test tarn_spark_launch_test tarn_spark_connect_test
	$(PYTHON) -m pytest tests -n 2 $(PYTEST_ARGS)

# Spark on a YARN cluster, as EMR has it: a ResourceManager, a NodeManager, executors that come, go and die.
test-yarn: setup-test build-spark
	@scripts/jars yarn
	@scripts/build asan-ubsan tarn_spark_launch_test
	$(PYTHON) -m pytest tests -m yarn -n 1 $(PYTEST_ARGS)

# Spark's own examples of its functions, TPC-H and TPC-DS, on tarn and on Spark: how many examples agree, by group; every query does.
test-conformance: setup-test
	@scripts/tpch
	@scripts/tpcds
	@scripts/build release tarn
	$(PYTHON) -m pytest tests/conformance -m conformance $(PYTEST_ARGS)

# As many random queries, on tarn and on Spark; `make test` runs 500 of them.
test-random: setup-test build
	$(PYTHON) -m pytest tests/differential --random-queries $(QUERIES) --random-seed $(SEED) $(PYTEST_ARGS)

# Operators and keys take about three minutes of it on two cores. Four tests, each of which repeats what others do with random rows for a
# minute or more, are left to `make test`.
SLOW_UNDER_TSAN = GivesTheRowsOfComparingEveryPair|ALimitKeepsTheFirstRows|SpilledGroupsTest\.MayHoldRows
# Arrow's threads read for them, which shows only where Arrow's locks are seen.
ARROW_READS = ReadRowsTest
test-tsan: setup-test
	@scripts/build tsan tarn_local_test tarn_local_batch_test tarn_local_scan_test tarn_local_keys_test tarn_local_operators_test tarn_lake_test \
	  tarn_run_test tarn_generate_test tarn_input_test tarn_infer_test tarn_s3_test tarn_session_test tarn_base_test
	@scripts/ctest tsan 'base|local|local_batch|local_scan|local_keys|local_operators|lake|run|generate|input|infer' '$(SLOW_UNDER_TSAN)|$(ARROW_READS)'
	@TSAN_SEES_ARROW=1 scripts/with-s3 scripts/ctest tsan 's3|session|lake\.S3[A-Za-z]*|lake\.$(ARROW_READS)'

fuzz: setup-test
	@scripts/build asan-ubsan input_fuzz json_fuzz sql_fuzz toml_fuzz
	@scripts/fuzz $(FUZZ_SECONDS) $(SEED)

# The scanner against another parser, on as many records made by chance.
fuzz-differential: setup-test
	@scripts/build dev json_differential
	build/dev/json_differential $(RECORDS) $(SEED)

# Many small objects, beside boto3 and, where it is installed, the AWS CLI.
bench-s3: setup-test build
	$(PYTHON) bench/s3.py

# tarn on Spark, beside a script for it written by hand, and estimates beside runs; BENCH_ARGS="--part warm --runs 3" measures less.
bench-spark: setup-test build-spark
	$(PYTHON) bench/spark.py $(BENCH_ARGS)

# All cases, beside DuckDB and Polars; BENCH_ARGS="--case nested --runs 3" measures less, --large the ones of several GB too.
bench: setup-bench
	$(PYTHON) bench/run.py --output bench/results/$$(date +%F).json $(BENCH_ARGS)

# The same cases as the last committed result: fails when tarn lost 10 % beside the peers.
bench-check: setup-bench
	$(PYTHON) bench/run.py --check $(BENCH_ARGS)

# Instructions of small runs against bench/instructions.json: the same on every machine, so CI can compare them.
bench-instructions: setup-test build
	$(PYTHON) bench/instructions.py

setup-bench: setup-test build
	@scripts/tpch
	@scripts/build bench tarn_json_bench

install: build
	@cmake --install build/release --prefix $(PREFIX)
	@if [ -x build/release/tarn-spark ]; then cmake --install build/release --prefix $(PREFIX) --component spark; fi
	@echo "installed $(PREFIX)/bin/tarn"

# dist/tarn-*.whl for pip, and dist/tarn_*.deb.
wheel: build-spark
	@scripts/package dist

check-format: setup-test
	@clang-format-14 --dry-run -Werror $$(git ls-files 'src/*.h' 'src/*.cc' 'fuzz/*.cc' 'bench/*.cc')

clean:
	rm -rf build lake
