# Payung: build, test and install. `make help` lists the targets.
# VARIANT names a build: release (default), debug, clang, asan-gcc,
# asan-clang, ubsan-clang, cov, fuzz. All land in build/$(VARIANT)/.
VARIANT ?= release
PREFIX  ?= /usr
DESTDIR ?=
B       := build/$(VARIANT)

PKGS    := libevent_core sqlite3 libsodium libconfuse jansson
WARN    := -std=c17 -D_GNU_SOURCE -Wall -Wextra -Wpedantic -Wshadow -Wstrict-prototypes \
	   -Wmissing-prototypes -Wvla -Wformat=2 -Werror
HARDEN  := -D_FORTIFY_SOURCE=2 -fstack-protector-strong -fstack-clash-protection -fPIE
LDHARD  := -pie -Wl,-z,relro,-z,now,-z,noexecstack
SAN     := -fsanitize=address,undefined -fno-sanitize-recover=undefined -fno-omit-frame-pointer

CC_release    := gcc
CC_debug      := gcc
CC_asan-gcc   := gcc
CC_asan-clang := clang
CC_ubsan-clang := clang
CC_cov        := gcc
CC_fuzz       := clang
CC_clang      := clang
CF_release    := -O2 -g $(HARDEN)
CF_debug      := -O0 -g3
CF_asan-gcc   := -O1 -g1 $(SAN)
CF_asan-clang := -O1 -g1 $(SAN)
CF_ubsan-clang := -O1 -g1 -fsanitize=undefined -fno-sanitize-recover=undefined
CF_cov        := -O0 -g --coverage
CF_fuzz       := -O1 -g1 $(SAN) -fsanitize=fuzzer-no-link
CF_clang      := -O2 -g $(HARDEN)
LF_release    := $(LDHARD)
LF_asan-gcc   := $(SAN)
LF_asan-clang := $(SAN)
LF_ubsan-clang := -fsanitize=undefined
LF_cov        := --coverage
LF_fuzz       := $(SAN)
LF_clang      := $(LDHARD)
ifeq ($(origin CC),default)
CC := $(CC_$(VARIANT))
endif

CFLAGS   += $(WARN) $(CF_$(VARIANT))
CPPFLAGS += -Iinclude -Igateway -MMD -MP -DPAYUNG_PREFIX='"$(PREFIX)"' -DPAYUNG_VERSION='"$(VERSION)"'
PKCFLAGS := $(shell pkg-config --cflags $(PKGS) gammu 2>/dev/null)
CPPFLAGS += $(PKCFLAGS)
LDFLAGS  += $(LF_$(VARIANT)) -Wl,--as-needed
VERSION  := 0.1

# One archive a folder, so that a program carries only what it uses (payung-modem: no store, no keys).
LIBS  := base os cover tables talk store link reconcile
PROGS := payungd payung payung-modem payung-sim
objs   = $(patsubst %.c,$(B)/%.o,$(wildcard gateway/$1/*.c))
arch   = $(foreach l,$1,$(B)/lib$l.a)

.PHONY: all programs clean help deps deps-check lint install demo check units e2e bench fuzz soak
# On all processors, unless -j says otherwise.
JOBS = $(if $(findstring -j,$(MAKEFLAGS)),,-j$(shell nproc))
all: deps
	@$(MAKE) --no-print-directory $(JOBS) programs
programs: $(addprefix $(B)/,$(PROGS))

$(B)/%.o: %.c
	@mkdir -p $(@D)
	@echo "  CC $<"
	@$(CC) $(CPPFLAGS) $(CFLAGS) -c $< -o $@
.SECONDARY:

define library
$(B)/lib$1.a: $$(call objs,$1)
	@mkdir -p $$(@D)
	@rm -f $$@
	@$$(AR) rcs $$@ $$^
endef
$(foreach l,$(LIBS) sim daemon modem cli,$(eval $(call library,$l)))

CORE := $(call arch,reconcile talk link store tables cover os base)
PK    = $(shell pkg-config --libs $1)
$(B)/payungd: $(call objs,daemon) $(CORE)
	@echo "  LD $@"
	@$(CC) $(LDFLAGS) $^ $(call PK,$(PKGS)) -lcsv -o $@
$(B)/payung: $(call objs,cli) $(CORE)
	@echo "  LD $@"
	@$(CC) $(LDFLAGS) $^ $(call PK,$(PKGS)) -lcsv -o $@
$(B)/payung-modem: $(call objs,modem) $(call arch,os base)
	@echo "  LD $@"
	@$(CC) $(LDFLAGS) $^ $(call PK,gammu) -Wl,--export-dynamic-symbol=usleep -o $@
$(B)/payung-sim: $(call objs,sim) $(call arch,os base)
	@echo "  LD $@"
	@$(CC) $(LDFLAGS) $^ $(call PK,libevent_core) -o $@

-include $(shell find $(B) -name '*.d' 2>/dev/null)
include tests/tests.mk

deps:
	@.ci/deps packages
deps-check: deps
	@.ci/deps packages-check

# Installs what is built; `payung init` and the user come after (README.md).
UNITDIR ?= $(PREFIX)/lib
install: all
	install -D -t $(DESTDIR)$(PREFIX)/sbin $(B)/payungd
	install -D -t $(DESTDIR)$(PREFIX)/bin $(B)/payung $(B)/payung-sim
	install -D -t $(DESTDIR)$(PREFIX)/lib/payung $(B)/payung-modem
	cd templates && find . -type f -exec install -D -m 644 {} $(DESTDIR)$(PREFIX)/share/payung/templates/{} \;
	@for page in $(wildcard docs/*.[1-8]); do \
		install -D -m 644 -t $(DESTDIR)$(PREFIX)/share/man/man$${page##*.} $$page || exit 1; done
	install -D -m 644 -t $(DESTDIR)$(PREFIX)/share/doc/payung README.md LICENSE docs/payung.conf.example
	@for unit in payungd.service payung-backup.service payung-backup.timer \
		payung-reconcile.service payung-reconcile.timer; do \
		install -d $(DESTDIR)$(UNITDIR)/systemd/system && sed 's|/usr/\(s\?bin\)/payung|$(PREFIX)/\1/payung|' \
		systemd/$$unit > $(DESTDIR)$(UNITDIR)/systemd/system/$$unit || exit 1; done
	install -D -m 644 systemd/payung.sysusers $(DESTDIR)$(UNITDIR)/sysusers.d/payung.conf
	install -D -m 644 systemd/payung.tmpfiles $(DESTDIR)$(UNITDIR)/tmpfiles.d/payung.conf
	@test -e $(DESTDIR)/etc/payung/payung.conf || sed 's|/usr/share/payung|$(PREFIX)/share/payung|' \
		docs/payung.conf.example | install -D -m 640 /dev/stdin $(DESTDIR)/etc/payung/payung.conf

lint: deps-check
	@tests/lint.sh

clean:
	rm -rf build

help:
	@echo 'make            build the four programs into $(B)/'
	@echo 'make demo       the main job on simulated modems, then exit (STAY=1: leave it running)'
	@echo 'make check      all tests, gcc and clang, with sanitizers'
	@echo 'make lint bench fuzz soak install clean'
