# Two commands for a newcomer: make run, make test. Each installs what it lacks, saying why.
LODGE = .build/release/lodge

.PHONY: run test build setup bench mutation format lint clean

run: build
	@$(LODGE) run Matrices/debian.yaml; code=$$?; \
	 if [ $$code -eq 1 ]; then echo "(exit code 1: a cell is red; that is the answer, not an accident)"; \
	 elif [ $$code -ne 0 ]; then exit $$code; fi

test:
	@Scripts/setup test
	@Scripts/test

build: setup
	@swift build -c release --static-swift-stdlib --product lodge 2>&1 | grep -vE '^\[[0-9]+/[0-9]+\]|^$$|file.s. which are unhandled|/checkouts/.*/CMakeLists.txt$$' ; test -x $(LODGE)

setup:
	@Scripts/setup run

bench:
	@Scripts/setup bench
	@$(MAKE) --no-print-directory build
	@swift build -c release --static-swift-stdlib --product lodge-bench 2>&1 | grep -vE '^\[[0-9]+/[0-9]+\]|^$$|file.s. which are unhandled|/checkouts/.*/CMakeLists.txt$$' ; test -x .build/release/lodge-bench
	@Scripts/bench $(LODGE)

# Each contract catches what breaks it in real sets, and nothing else.
mutation:
	@Scripts/setup run
	@swift build -c release --static-swift-stdlib --product lodge-mutation 2>&1 | grep -vE '^\[[0-9]+/[0-9]+\]|^$$|file.s. which are unhandled|/checkouts/.*/CMakeLists.txt$$' ; test -x .build/release/lodge-mutation
	@.build/release/lodge-mutation

format:
	@swift format format --in-place --recursive Package.swift Sources Tests

lint:
	@swift format lint --strict --recursive Package.swift Sources Tests

clean:
	@swift package clean
