# Tests. tests/unit/*.c are cmocka programs, each linked against the archives it needs;
# tests/e2e/ drives the real binaries. VARIANT picks the build they use.
UNITS := $(patsubst tests/unit/%.c,$(B)/unit/%,$(wildcard tests/unit/test_*.c))

$(B)/unit/%: tests/unit/%.c $(CORE) $(B)/libsim.a $(B)/libcli.a $(B)/libdaemon.a
	@mkdir -p $(@D)
	@echo "  LD $@"
	@$(CC) $(CPPFLAGS) $(CFLAGS) -Itests/unit $(LDFLAGS) $< $(B)/libdaemon.a $(B)/libsim.a $(B)/libcli.a $(CORE) $(call PK,$(PKGS)) -lcsv -lcmocka -o $@

# These start the real worker.
$(B)/unit/test_modem_worker $(B)/unit/test_modem_faults: | $(B)/payung-modem

# The longest first, so that none is left alone at the end.
LONG := $(B)/unit/test_store_faults $(B)/unit/test_oracle $(B)/unit/test_model
units: $(UNITS)
	@tests/units.sh $(filter $(LONG),$(UNITS)) $(filter-out $(LONG),$(UNITS))

# ---- whole programs on simulated modems; tests/e2e/test_X.py WORD runs the tests named so,
# E2E= the files to run instead of all ----
e2e: programs
	@tests/e2e/run.sh $(B) $(E2E)

# ---- stories of whole programmes; tests/scenarios/run.py WORD plays those named so ----
scenarios: programs
	@PAYUNG_BUILD=$(B) python3 tests/scenarios/run.py
# A generated year of money; its full size is in `soak`. YEAR= its options.
money-year: programs
	@PAYUNG_BUILD=$(B) python3 tests/scenarios/year.py --workers 1000 --sponsors 40 --kills 10 $(YEAR)
.PHONY: scenarios money-year

# ---- the main job, without hardware ----
demo: all
	@tests/demo.sh $(B)

# ---- fuzzing: libFuzzer, one target a parser; FUZZ_SECONDS each ----
FUZZ_SECONDS ?= 300
FUZZERS := $(patsubst tests/fuzz/%.c,$(B)/fuzz/%,$(wildcard tests/fuzz/fuzz_*.c))

$(B)/fuzz/%: tests/fuzz/%.c $(CORE)
	@mkdir -p $(@D)
	@echo "  LD $@"
	@$(CC) $(CPPFLAGS) $(CFLAGS) -fsanitize=fuzzer $(LDFLAGS) $< $(CORE) $(call PK,$(PKGS)) -lcsv -o $@

fuzz: deps-check
	@$(MAKE) --no-print-directory VARIANT=fuzz fuzz-run
fuzz-run: $(FUZZERS)
	@for f in $(FUZZERS); do mkdir -p $$f.corpus; echo "== $$f $(FUZZ_SECONDS) s"; \
		$$f -max_total_time=$(FUZZ_SECONDS) -timeout=10 -rss_limit_mb=1024 -verbosity=0 \
			-artifact_prefix=$$f. $$f.corpus > $$f.log 2>&1 || { tail -n 60 $$f.log; exit 1; }; done
.PHONY: fuzz-run

# ---- everything ----
# Each part prints its own closing lines; the last line counts the parts.
check: deps-check
	@tests/check.sh

# ---- faults: kill -9, power cuts, full and failing disks; `soak` is the long run ----
FAULTS := $(sort $(filter-out tests/fault/verdict.py tests/fault/crowd.py,$(wildcard tests/fault/*.py)))

# The real payungd on a disk that misbehaves when told to.
$(B)/payungd-faulty: $(call objs,daemon) $(B)/tests/fault/vfs.o $(CORE)
	@echo "  LD $@"
	@$(CC) $(LDFLAGS) $^ $(call PK,$(PKGS)) -lcsv -o $@

faults: programs $(B)/payungd-faulty
	@end=0; for t in $(FAULTS); do echo "== $$t"; PAYUNG_BUILD=$(B) python3 $$t || end=1; done; exit $$end
soak: deps-check
	@$(MAKE) --no-print-directory VARIANT=asan-clang units
	@$(MAKE) --no-print-directory VARIANT=asan-gcc e2e
	@$(MAKE) --no-print-directory programs
	@PAYUNG_BUILD=$(B) PAYUNG_CONVERSATIONS=10000 python3 tests/fault/kill.py
	@PAYUNG_BUILD=$(B) python3 tests/scenarios/year.py --workers 22000 --sponsors 400 --kills 200
	@$(MAKE) --no-print-directory $(B)/year
	@tests/year/run.sh $(B) --full
.PHONY: faults

# ---- bench: ratios side by side in one run, about five minutes; BENCH="a d" runs only these ----
BENCHERS := $(B)/bench/bare_sender $(B)/bench/registrations $(B)/bench/money_make $(B)/bench/bare_money \
	    $(B)/bench/reminders

$(B)/bench/bare_sender: tests/bench/bare_sender.c
	@mkdir -p $(@D)
	@echo "  LD $@"
	@$(CC) $(CPPFLAGS) $(CFLAGS) $(LDFLAGS) $< -o $@
$(B)/bench/registrations: $(B)/tests/bench/registrations.o $(B)/tests/bench/bare_rows.o $(B)/libdaemon.a $(CORE)
	@mkdir -p $(@D)
	@echo "  LD $@"
	@$(CC) $(LDFLAGS) $^ $(call PK,$(PKGS)) -lcsv -o $@

$(B)/bench/bare_money: tests/bench/bare_money.c
	@mkdir -p $(@D)
	@echo "  LD $@"
	@$(CC) $(CPPFLAGS) $(CFLAGS) $(LDFLAGS) $< -lsqlite3 -o $@
$(B)/bench/money_make: $(B)/tests/bench/money_make.o $(CORE)
	@mkdir -p $(@D)
	@echo "  LD $@"
	@$(CC) $(LDFLAGS) $^ $(call PK,$(PKGS)) -o $@

$(B)/bench/reminders: $(B)/tests/bench/reminders.o $(B)/tests/bench/crowd.o $(B)/libdaemon.a $(CORE)
	@mkdir -p $(@D)
	@echo "  LD $@"
	@$(CC) $(LDFLAGS) $^ $(call PK,$(PKGS)) -lcsv -o $@

bench: deps-check
	@.ci/deps packages-bench || echo 'payung: going on without the senders to compare with'
	@$(MAKE) --no-print-directory VARIANT=release bench-run
bench-run: programs $(BENCHERS)
	@PAYUNG_BUILD=$(B) python3 tests/bench/bench.py $(BENCH)
.PHONY: bench-run

# ---- a year of the scheme in seconds ----
YEARS := $(patsubst %.c,$(B)/%.o,$(wildcard tests/year/*.c))
$(B)/year: $(YEARS) $(B)/libdaemon.a $(CORE)
	@echo "  LD $@"
	@$(CC) $(LDFLAGS) $^ $(call PK,$(PKGS)) -lcsv -o $@
year: $(B)/year
	@tests/year/run.sh $(B)
.PHONY: year
