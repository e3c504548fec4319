# Tests. tests/unit/*.c are cmocka programs, each linked against the archives it needs;
# tests/e2e/*.sh drive the real binaries. VARIANT picks the build they use.
UNITS := $(patsubst tests/unit/%.c,$(B)/unit/%,$(wildcard tests/unit/test_*.c))

$(B)/unit/%: tests/unit/%.c $(CORE) $(B)/libsim.a $(B)/libcli.a
	@mkdir -p $(@D)
	$(CC) $(CPPFLAGS) $(CFLAGS) -Itests/unit $(LDFLAGS) $< $(B)/libsim.a $(B)/libcli.a $(CORE) $(call PK,$(PKGS)) -lcsv -lcmocka -o $@

# These start the real worker.
$(B)/unit/test_modem_worker $(B)/unit/test_modem_faults: | $(B)/payung-modem

units: $(UNITS)
	@for t in $(UNITS); do echo "== $$t"; $$t || exit 1; done
