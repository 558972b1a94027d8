# SPDX-License-Identifier: MIT
# The whole build. Sources are found by wildcard, so a new driver, part, test or example needs no line here.
# Everything lands in $(BUILD), and each sanitizer has a directory of its own below it, so that no build clobbers another.

VERSION := 0.1.0
BUILD := build
CROSS :=

ifeq ($(origin CC),default)
CC := $(if $(filter thread fuzz,$(SAN)),clang,cc)
endif
CFLAGS ?= -O2 -g
CPPFLAGS ?=
LDFLAGS ?=
PKG_CONFIG ?= pkg-config
PREFIX ?= /usr/local
DESTDIR ?=
CAPTURES ?= ../shared/captures
EXAMPLE ?= station
FUZZ_SECONDS ?= 60
TEST_SECONDS ?= 300
SETUP ?= tools/setup
WITHOUT ?=
SAN ?=
CORO ?=
ARCH ?= aarch64
DEPTH ?= uml
KERNEL ?= 6.1
GPIOD ?= 2
J ?= $(shell nproc 2>/dev/null || echo 1)

.DEFAULT_GOAL := all
.DELETE_ON_ERROR:
.SECONDARY:
.SUFFIXES:
MAKEFLAGS += -r --no-print-directory
ifeq ($(MAKELEVEL),0)
MAKEFLAGS += -j$(J)
endif
Q := $(if $(V),,@)
quiet = $(findstring s,$(firstword -$(MAKEFLAGS)))
say = $(if $(or $(V),$(quiet)),@:,@printf '  %-6s %s\n' $1 '$(patsubst $(BUILD)/%,%,$2)')

# Variants -------------------------------------------------------------------------------------------------------------

B := $(BUILD)$(CROSS:%=/%)
ifeq ($(SAN),)
else ifeq ($(SAN),1)
B := $(B)/san
SAN_FLAGS := -fsanitize=address,undefined -fno-sanitize-recover=undefined
else ifeq ($(SAN),thread)
B := $(B)/tsan
SAN_FLAGS := -fsanitize=thread
else ifeq ($(SAN),fuzz)
B := $(B)/fuzz
SAN_FLAGS := -fsanitize=fuzzer-no-link,address,undefined -fno-sanitize-recover=undefined
else
$(error SAN=$(SAN) is unknown: say SAN=1 (address and undefined behaviour) or SAN=thread (clang))
endif

ifeq ($(CORO),ucontext)
B := $(B)/ucontext
CORO_FLAGS := -DSB_CORO_UCONTEXT
else ifneq ($(CORO),)
$(error CORO=$(CORO) is unknown: say CORO=ucontext (the contexts of the C library), or nothing (the processor's own switch))
endif

# Cross builds: "make cross ARCH=NAME" starts another make with CROSS=NAME and the SYSROOT that tools/cross-sysroot made.
# A line here is the compiler's triple, the emulator, and flags; the compiler's package is in tools/setup. armhf is built
# as for every Raspberry Pi (ARMv6, VFP), though what Debian's armhf libraries and its compiler add is for ARMv7. What it
# has as armel is for ARMv5 without VFP: so this one can run on the processor of the first Raspberry Pi.
CROSS_aarch64 := aarch64-linux-gnu qemu-aarch64
CROSS_armhf := arm-linux-gnueabihf qemu-arm -march=armv6 -mfpu=vfp -mfloat-abi=hard -marm
CROSS_armel := arm-linux-gnueabi qemu-arm -march=armv6 -mfpu=vfp -mfloat-abi=softfp -marm
CROSS_riscv64 := riscv64-linux-gnu qemu-riscv64
CROSS_CPU_armel := arm1176
# The release that has it, where the system's own may not.
CROSS_SUITE_riscv64 := trixie

EMULATOR :=
ifneq ($(CROSS),)
TRIPLE := $(firstword $(CROSS_$(CROSS)))
SYSROOT ?=
CROSS_LIBDIR := $(SYSROOT)/usr/lib/$(TRIPLE)
# All of this, since the compiler prefers the C library that came with it, which may be another version.
CC := $(TRIPLE)-gcc --sysroot=$(SYSROOT) -isystem $(SYSROOT)/usr/include/$(TRIPLE) -isystem $(SYSROOT)/usr/include \
  -B $(CROSS_LIBDIR) -L $(CROSS_LIBDIR)
AR := $(TRIPLE)-ar
PKG_CONFIG := env PKG_CONFIG_SYSROOT_DIR=$(SYSROOT) PKG_CONFIG_LIBDIR=$(CROSS_LIBDIR)/pkgconfig pkg-config
CROSS_FLAGS := $(wordlist 3,99,$(CROSS_$(CROSS)))
EMULATOR := $(word 2,$(CROSS_$(CROSS))) $(CROSS_CPU_$(CROSS):%=-cpu %) -L $(SYSROOT)
endif

# Optional libraries ---------------------------------------------------------------------------------------------------
# The goals below only start another make after tools/setup has run, since what pkg-config says before that is stale.

front := help run test test-kernel test-pi bench check check-tools fuzz planted cross sizes clean uninstall
ifneq ($(filter-out $(front),$(or $(MAKECMDGOALS),all)),)
has = $(if $(filter $1,$(WITHOUT)),0,$(shell $(PKG_CONFIG) --exists $1 2>/dev/null && echo 1 || echo 0))
HAVE_UV := $(call has,libuv)
HAVE_GPIOD := $(call has,libgpiod)
HAVE_SDL2 := $(call has,sdl2)
HAVE_SDL2_TTF := $(if $(filter 1,$(HAVE_SDL2)),$(call has,SDL2_ttf),0)
HAVE_YAML := $(call has,yaml-0.1)
HAVE_ZIP := $(call has,libzip)
HAVE_PNG := $(call has,libpng)
HAVE_DW := $(call has,libdw)
HAVE_CMOCKA := $(call has,cmocka)
ifeq ($(HAVE_GPIOD),1)
HAVE_GPIOD := $(firstword $(subst ., ,$(shell $(PKG_CONFIG) --modversion libgpiod)))
endif

pick = $(if $(filter-out 0,$(HAVE_$1)),$2)
PACKAGES := $(strip $(call pick,UV,libuv) $(call pick,GPIOD,libgpiod) $(call pick,SDL2,sdl2) \
  $(call pick,SDL2_TTF,SDL2_ttf) $(call pick,YAML,yaml-0.1) $(call pick,ZIP,libzip) $(call pick,PNG,libpng) \
  $(call pick,DW,libdw))
ifneq ($(PACKAGES),)
PACKAGE_CFLAGS := $(patsubst -I%,-isystem %,$(shell $(PKG_CONFIG) --cflags $(PACKAGES)))
PACKAGE_LIBS := $(shell $(PKG_CONFIG) --libs $(PACKAGES))
endif
CMOCKA_LIBS := $(call pick,CMOCKA,$(shell $(PKG_CONFIG) --libs cmocka 2>/dev/null))
endif

# Flags ----------------------------------------------------------------------------------------------------------------
# lib/, drivers/ and examples/ are plain C11: no feature macro and no header of another library. Private, since make hands a
# target's variables down to its prerequisites.

WARNINGS := -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wstrict-prototypes -Wmissing-prototypes -Wvla
ifneq ($(filter true 1,$(CI) $(WERROR)),)
WARNINGS += -Werror
endif
# Pairs of pointers moved as one vector, then read one by one, stall: lists get a third slower by it.
BASE_FLAGS = -std=c11 -fno-tree-slp-vectorize $(WARNINGS) -fno-omit-frame-pointer $(CROSS_FLAGS) $(CORO_FLAGS) \
  -I. -Iinclude -I$(B)
COMPILE = $(CC) $(BASE_FLAGS) $(FOLDER_FLAGS) $(SAN_FLAGS) $(CPPFLAGS) $(CFLAGS)
LINK = $(CC) $(CROSS_FLAGS) $(CFLAGS) $(SAN_FLAGS) -Wl,--as-needed $(LDFLAGS)
LIBS = $(PACKAGE_LIBS) -pthread -lm

on_host = $(foreach folder,sim hal-linux tools tests,$(B)/$1/$(folder)/%)
$(call on_host,obj) $(call on_host,tidy): private FOLDER_FLAGS = -D_GNU_SOURCE $(LARGE_FILES) $(PACKAGE_CFLAGS) -pthread
# Where a long has 32 bits, folders of large disks could not be read otherwise. hal-linux reads /dev, as libgpiod does; what it
# reads elsewhere may be large.
$(foreach folder,sim tools tests hal-linux/iio_channel hal-linux/tty_user,$(B)/obj/$(folder)% $(B)/tidy/$(folder)%): private LARGE_FILES = -D_FILE_OFFSET_BITS=64
$(B)/obj/tests/linux/gpiofake% $(B)/tidy/tests/linux/gpiofake%: private LARGE_FILES =
$(B)/obj/tests/linux/nomem% $(B)/tidy/tests/linux/nomem%: private LARGE_FILES =
$(B)/obj/tests/fuzz/% $(B)/tidy/tests/fuzz/%: private WARNINGS += -Wno-missing-prototypes

# Sources --------------------------------------------------------------------------------------------------------------

found = $(sort $(wildcard $1))
objects = $(addprefix $(B)/obj/,$(patsubst %.c,%.o,$(1:.S=.S.o)))

# The simulated board: the core of its world, and what stands in folders of its own.
SIM_FOLDERS := sim sim/bus sim/files sim/parts sim/scenario sim/testing sim/trace sim/draw

LIB_SOURCES := $(call found,lib/*.c lib/*.S lib/hal/*.c drivers/*.c $(foreach d,$(SIM_FOLDERS),$d/*.c) hal-linux/*.c \
  tools/app/*.c)
PART_SOURCES := $(call found,sim/parts/part_*.c)
LIB_OBJECTS := $(call objects,$(if $(filter fuzz,$(SAN)),$(filter-out tools/app/main.c,$(LIB_SOURCES)),$(LIB_SOURCES)))
ifneq ($(call found,sim/part.h sim/parts/part_*.c),)
LIB_OBJECTS += $(B)/obj/gen/part_list.o
endif
COMMAND_SOURCES := $(call found,tools/*.c tools/decode/*.c tools/gpio/*.c)

EXAMPLE_FILES := $(call found,examples/*.c)
EXAMPLE_FOLDERS := $(patsubst examples/%/,%,$(dir $(foreach folder,$(call found,examples/*/),\
  $(wildcard $(folder)$(notdir $(folder:/=)).c))))
EXAMPLES := $(patsubst examples/%.c,%,$(EXAMPLE_FILES)) $(EXAMPLE_FOLDERS)
EXAMPLE_DATA := $(shell find examples -type f ! -name '*.[ch]' ! -name '*.md' 2>/dev/null | sort)

TEST_SOURCES := $(call found,tests/test_*.c)
SUPPORT_SOURCES := $(filter-out $(TEST_SOURCES),$(call found,tests/*.c)) $(call found,tests/contract/*.c)
LINUX_TEST_SOURCES := $(call found,tests/linux/test_*.c)
GPIOFAKE_SOURCES := $(call found,tests/linux/gpiofake*.c)
NOMEM_SOURCES := $(call found,tests/linux/nomem.c)
WINDOWCLOSE_SOURCES := $(call found,tests/linux/windowclose.c)
LINUX_SUPPORT_SOURCES := $(filter-out $(LINUX_TEST_SOURCES) $(GPIOFAKE_SOURCES) $(NOMEM_SOURCES) \
  $(WINDOWCLOSE_SOURCES),$(call found,tests/linux/*.c))
PRELOADED := $(B)/tests/gpiofake.so $(B)/tests/nomem.so $(B)/tests/windowclose.so
KERNEL_TEST_SOURCES := $(call found,tests/kernel/test_*.c)
PI_TEST_SOURCES := $(call found,tests/pi/test_pi_*.c)
KERNEL_COST_SOURCES := $(call found,tests/kernel/cost_*.c)
KERNEL_SUPPORT_SOURCES := $(filter-out $(KERNEL_TEST_SOURCES) $(KERNEL_COST_SOURCES) tests/kernel/guest_init.c,$(call found,tests/kernel/*.c))
PROGRAM_SOURCES := $(call found,tests/programs/*.c)
BENCH_SOURCES := $(call found,tests/bench/*.c tests/bench/*.S)
FUZZ_SOURCES := $(call found,tests/fuzz/fuzz_*.c)
FUZZ_SUPPORT_SOURCES := $(filter-out $(FUZZ_SOURCES),$(call found,tests/fuzz/*.c))

LIB := $(B)/libsoftboard.a
COMMAND := $(if $(COMMAND_SOURCES),$(B)/softboard)
EXAMPLE_PROGRAMS := $(addprefix $(B)/examples/,$(EXAMPLES))
TESTS := $(if $(filter 1,$(HAVE_CMOCKA)),$(patsubst %.c,$(B)/%,$(TEST_SOURCES)))
LINUX_TESTS := $(if $(filter 1,$(HAVE_CMOCKA)),$(call pick,UV,$(call pick,GPIOD,$(patsubst %.c,$(B)/%,$(LINUX_TEST_SOURCES)))))
PROGRAMS := $(patsubst %.c,$(B)/%,$(PROGRAM_SOURCES))
FUZZ_TARGETS := $(patsubst tests/fuzz/%.c,$(B)/%,$(FUZZ_SOURCES))

# An example in a folder of its own keeps its data beside its program like any other.
data_target = $(B)/examples/$(patsubst examples/%,%,$(foreach f,$1,$(or $(strip $(foreach d,$(EXAMPLE_FOLDERS),\
  $(if $(filter examples/$d/%,$f),$(patsubst examples/$d/%,%,$f)))),$f)))
EXAMPLE_COPIES := $(foreach f,$(EXAMPLE_DATA),$(call data_target,$f))

# What tests and the command need to know about this build.
export CAPTURES := $(abspath $(CAPTURES))
export SOFTBOARD_BUILD := $(abspath $(B)$(CROSS:%=/run))
export SAN
export SOFTBOARD_EMULATOR := $(EMULATOR)

# Targets for people ---------------------------------------------------------------------------------------------------

.PHONY: all help run test test-kernel test-pi bench fuzz planted check cross sizes install uninstall clean FORCE
all: $(LIB) $(COMMAND) examples ## build the library, the softboard command and the examples

help: ## print this list
	@echo 'Softboard $(VERSION)'
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/  make \1|\2/p' $(firstword $(MAKEFILE_LIST)) | awk -F'|' '{ printf "%-18s %s\n", $$1, $$2 }'
	@echo 'Variants:    SAN=1 (address, undefined), SAN=thread (clang), CORO=ucontext, WERROR=1, V=1 (show commands)'
	@echo 'Variables:   CC CFLAGS PREFIX DESTDIR BUILD ARCH CAPTURES J EXAMPLE FUZZ_SECONDS TEST_SECONDS WITHOUT="sdl2 libpng"'
	@echo 'No packages: SETUP=true makes run and test build with what is already installed'

run: ## install what is missing, build, and run EXAMPLE on the simulated board
	@$(SETUP)
	@$(MAKE) run-built

test: ## install what is missing, build everything, run every test
	@$(SETUP)
	@$(MAKE) test-built

test-kernel: ## test real pins on a real kernel: User Mode Linux (DEPTH=qemu: Debian's for arm64; KERNEL=6.12; GPIOD=2.2)
	@$(SETUP) --kernel
	@BUILD='$(BUILD)' MAKE='$(MAKE)' KERNEL='$(KERNEL)' GPIOD='$(GPIOD)' tests/kernel/run $(DEPTH)

test-pi: ## test the real board and the station on an emulated Raspberry Pi 3 (QEMU 10, Debian's kernel)
	@$(SETUP) --kernel
	@BUILD='$(BUILD)' MAKE='$(MAKE)' KERNEL='$(KERNEL)' tests/pi/run

bench: ## build and run the benchmarks (BENCH="yield queue" chooses, or --json)
	@$(MAKE) bench-built

fuzz: ## run each fuzz target for FUZZ_SECONDS (clang)
	@$(MAKE) SAN=fuzz fuzz-built

planted: ## plant mistakes in a copy of the sources, one at a time, and tell which tests find them (WORD=queue chooses)
	@tests/planted/run -j $(J) -d $(BUILD)/planted $(WORD)

# Formatting, clang-tidy, cppcheck ... one after the other, so that each one's findings stand together.
CHECKS := format layers symbols docs hosts without cppcheck tidy install
check: check-tools ## format, clang-tidy, cppcheck, layers, symbols, documentation, absent libraries, installation
	@failed=; for c in $(CHECKS); do \
	    echo "check $$c"; $(MAKE) -k check-$$c || failed="$$failed $$c"; \
	done; \
	if [ -n "$$failed" ]; then echo "make check: failed:$$failed"; exit 1; fi; echo 'make check: all good'

cross: ## build for ARCH (aarch64, armhf, armel, riscv64) and run its tests in an emulator
	@[ -n '$(CROSS_$(ARCH))' ] || { echo 'make cross: ARCH=$(ARCH) is unknown: see make help'; exit 2; }
	@$(SETUP) --cross $(ARCH)
	@root=$$(tools/cross-sysroot $(ARCH) $(CROSS_SUITE_$(ARCH))) && $(MAKE) CROSS=$(ARCH) SYSROOT="$$root" cross-built

sizes: ## print the sizes of lib/ and drivers/ and of the public structs, and check their limits
	@tools/sizes $(BUILD)/sizes

install: all $(B)/softboard.pc ## install below PREFIX (and DESTDIR)
	$(Q)install -d '$(DEST)/lib/pkgconfig' '$(DEST)/bin' '$(DEST)/include/softboard'
	$(Q)install -m 644 $(LIB) '$(DEST)/lib/'
	$(Q)install -m 644 $(B)/softboard.pc '$(DEST)/lib/pkgconfig/'
	$(Q)$(if $(COMMAND),install -m 755 $(COMMAND) '$(DEST)/bin/')
	$(Q)for h in $(PUBLIC_HEADERS); do install -D -m 644 $$h "$(DEST)/include/softboard/$${h#include/}" || exit 1; done
	@echo 'Softboard $(VERSION) is installed below $(DEST)'

uninstall: ## remove what install put below PREFIX
	$(Q)rm -f '$(DEST)/lib/libsoftboard.a' '$(DEST)/lib/pkgconfig/softboard.pc' '$(DEST)/bin/softboard'
	$(Q)rm -rf '$(DEST)/include/softboard'
	@echo 'Softboard is removed from $(DEST)'

clean: ## remove every build
	$(Q)rm -rf '$(BUILD)'

# What they lead to ----------------------------------------------------------------------------------------------------

.PHONY: examples tests run-built test-built bench-built fuzz-built cross-built
examples: $(EXAMPLE_PROGRAMS) $(EXAMPLE_COPIES)
tests: $(TESTS) $(LINUX_TESTS) $(PROGRAMS)

run-built: all
	@[ -x $(B)/examples/$(EXAMPLE) ] || { echo 'make run: no example "$(EXAMPLE)"; there are: $(EXAMPLES)'; exit 2; }
	@$(B)/examples/$(EXAMPLE) --backend sim

scenarios = $(and $(COMMAND),$(filter 1,$(HAVE_YAML)),$(filter %.yaml,$(EXAMPLE_DATA)),-s '$(COMMAND) test examples')
test-built: all tests
	$(if $(TESTS),,@echo 'skipped: the unit tests, which need cmocka')
	$(if $(LINUX_TESTS),,@echo 'skipped: tests/linux, which needs libuv, libgpiod and cmocka')
	$(if $(scenarios),,@echo 'skipped: the scenarios of the examples, which need libyaml')
	@tools/run-tests -j $(J) -t $(TEST_SECONDS) $(scenarios) $(TESTS) $(LINUX_TESTS)

emulated = $(patsubst $(B)/%,$(B)/run/%,$1)
CROSS_PROGRAMS := $(COMMAND) $(EXAMPLE_PROGRAMS) $(PROGRAMS) $(TESTS) $(LINUX_TESTS)
cross-built: all tests check-symbols $(call emulated,$(CROSS_PROGRAMS) $(EXAMPLE_COPIES))
	@tools/run-tests -j $(J) -t $(TEST_SECONDS) $(and $(scenarios),-s '$(call emulated,$(COMMAND)) test examples') \
	  $(call emulated,$(TESTS) $(LINUX_TESTS))

# Under the name of a program what starts it in the emulator; so programs find each other, and the shell finds them.
$(call emulated,$(CROSS_PROGRAMS)): $(B)/run/%: $(B)/%
	@mkdir -p $(@D)
	@printf '#!/bin/sh\nexec %s -0 "$$0" %s "$$@"\n' '$(EMULATOR)' '$(abspath $<)' >$@
	@chmod +x $@

$(call emulated,$(EXAMPLE_COPIES)): $(B)/run/%: $(B)/%
	@mkdir -p $(@D)
	@ln -sf '$(abspath $<)' $@

# The tests of tests/kernel/run, once for each version of libgpiod: this system's, and the one that lies in OTHER_GPIOD.
OTHER_GPIOD ?=
KERNEL_GPIODS := $(strip $(filter-out 0,$(HAVE_GPIOD)) $(if $(OTHER_GPIOD),$(if $(filter 1,$(HAVE_GPIOD)),2,1)))
KERNEL_TESTS := $(if $(filter 1,$(HAVE_CMOCKA)),$(call pick,UV,$(foreach v,$(KERNEL_GPIODS),\
  $(patsubst tests/kernel/%.c,$(B)/kernel/v$v/%,$(KERNEL_TEST_SOURCES)))))
PI_TESTS := $(if $(KERNEL_TESTS),$(patsubst tests/pi/%.c,$(B)/kernel/v$(HAVE_GPIOD)/%,$(PI_TEST_SOURCES)))
KERNEL_COSTS := $(if $(KERNEL_TESTS),$(foreach v,$(KERNEL_GPIODS),\
  $(patsubst tests/kernel/%.c,$(B)/kernel/v$v/%,$(KERNEL_COST_SOURCES))))
.PHONY: kernel-programs kernel-costs pi-programs pi-seen
kernel-costs: $(B)/kernel/guest_init $(KERNEL_COSTS) $(B)/kernel/cost.programs
kernel-programs: $(B)/kernel/guest_init $(KERNEL_TESTS) $(B)/kernel/test.programs $(if $(CROSS),,$(COMMAND) $(EXAMPLE_PROGRAMS) $(B)/tests/gpiofake.so)
pi-programs: $(B)/kernel/guest_init $(PI_TESTS) $(B)/kernel/pi.programs $(COMMAND) $(addprefix $(B)/examples/,station thermometer blink gps_clock)

# What there is to run: beside these may lie what was built before a test had another name, or for another libgpiod.
$(B)/kernel/test.programs: FORCE
	$(call keep,$(KERNEL_TESTS))

$(B)/kernel/cost.programs: FORCE
	$(call keep,$(KERNEL_COSTS))

$(B)/kernel/pi.programs: FORCE
	$(call keep,$(PI_TESTS))

pi-seen: $(if $(CMOCKA_LIBS),$(B)/tests/pi/test_station_seen)

$(B)/tests/pi/test_station_seen: $(B)/obj/tests/pi/test_station_seen.o $(B)/obj/tests/pi/gpio_log.o $(LIB)
	$(call link,$(CMOCKA_LIBS))

bench-built: $(if $(BENCH_SOURCES),$(B)/bench)
	@[ -n '$(BENCH_SOURCES)' ] || { echo 'make bench: no sources in tests/bench'; exit 2; }
	@$(B)/bench $(BENCH)

fuzz-built: $(FUZZ_TARGETS)
	@[ -n '$(FUZZ_TARGETS)' ] || { echo 'make fuzz: no targets in tests/fuzz'; exit 2; }
	@tools/run-fuzz -j $(J) -t $(FUZZ_SECONDS) -d $(B) $(FUZZ_TARGETS)

# Rules ----------------------------------------------------------------------------------------------------------------

# $(call keep,TEXT) writes TEXT to the target only when it differs, so that what depends on it is not built again.
comma := ,
define keep
@mkdir -p $(@D)
@printf '%s\n' $1 >$@.new; cmp -s $@.new $@ && rm $@.new || mv $@.new $@
endef
define_have = '\#define SB_HAVE_$1 $(HAVE_$1)'
absent = $(if $(filter 0,$(HAVE_$1)),@echo '$2 absent: $3')

$(B)/config.h: FORCE
	$(call absent,UV,libuv,no real time; programs run on the simulated board only)
	$(call absent,GPIOD,libgpiod,no real pins)
	$(call absent,SDL2,sdl2,no window; the board is drawn in the terminal)
	$(call absent,SDL2_TTF,SDL2_ttf,labels use the glyphs of the LCD)
	$(call absent,YAML,yaml-0.1,no scenarios; boards in JSON only)
	$(call absent,ZIP,libzip,no .sr files)
	$(call absent,PNG,libpng,no --screenshot)
	$(call absent,DW,libdw,no file and line in backtraces)
	$(call absent,CMOCKA,cmocka,no unit tests)
	$(call keep,'/* Written by the Makefile: what this build found. */' '#define SB_VERSION "$(VERSION)"' \
	  $(foreach n,UV GPIOD SDL2 SDL2_TTF YAML ZIP PNG DW CMOCKA,$(call define_have,$n)))

$(B)/flags: FORCE
	$(call keep,'$(subst ','\'',$(COMPILE) $(PACKAGE_CFLAGS) | $(LINK) $(LIBS))')

$(B)/lib.list: FORCE
	$(call keep,'$(LIB_OBJECTS)')

# The registry of parts: each sim/parts/part_NAME.c defines sb_parts_NAME, itself ended by a null.
parts := $(patsubst sim/parts/part_%.c,sb_parts_%,$(PART_SOURCES))
$(B)/gen/part_list.c: FORCE
	$(call keep,'/* Written by the Makefile from the names of sim/parts/part_*.c. */' '#include "sim/part.h"' '' \
	  $(foreach p,$(parts),'extern const struct sb_part_type *const $p[];') \
	  'extern const struct sb_part_type *const *const sb_part_list[];' '' \
	  'const struct sb_part_type *const *const sb_part_list[] = {' $(foreach p,$(parts),'    $p$(comma)') '    0$(comma)' '};')

$(B)/obj/gen/%.o: $(B)/gen/%.c $(B)/flags | $(B)/config.h
	$(call say,CC,$@)
	@mkdir -p $(@D)
	$(Q)$(COMPILE) -MMD -MP -c $< -o $@

$(B)/obj/%.o: %.c $(B)/flags | $(B)/config.h
	$(call say,CC,$<)
	@mkdir -p $(@D)
	$(Q)$(COMPILE) -MMD -MP -c $< -o $@

$(B)/obj/%.S.o: %.S $(B)/flags | $(B)/config.h
	$(call say,AS,$<)
	@mkdir -p $(@D)
	$(Q)$(COMPILE) -MMD -MP -c $< -o $@

# "q" keeps members of the same file name apart (lib/x.o and sim/x.o), where "r" would replace one by the other.
$(LIB): $(LIB_OBJECTS) $(B)/lib.list
	$(call say,AR,$@)
	$(Q)rm -f $@
	$(Q)$(AR) qcsD $@ $(LIB_OBJECTS)

define link
$(call say,LD,$@)
@mkdir -p $(@D)
$(Q)$(LINK) $(filter %.o,$^) $(LIB) $1 $(LIBS) -o $@
endef

$(B)/softboard: $(call objects,$(COMMAND_SOURCES)) $(LIB)
	$(link)

example_objects = $(call objects,$(if $(filter $1,$(EXAMPLE_FOLDERS)),$(call found,examples/$1/*.c),examples/$1.c))
define example_rule
$(B)/examples/$1: $(call example_objects,$1) $(LIB)
	$$(link)
endef
$(foreach e,$(EXAMPLES),$(eval $(call example_rule,$e)))

define copy_rule
$(call data_target,$1): $1
	@mkdir -p $$(@D)
	$$(Q)cp $$< $$@
endef
$(foreach f,$(EXAMPLE_DATA),$(eval $(call copy_rule,$f)))

SUPPORT_OBJECTS := $(call objects,$(SUPPORT_SOURCES))
$(TESTS): $(B)/%: $(B)/obj/%.o $(SUPPORT_OBJECTS) $(LIB)
	$(call link,$(CMOCKA_LIBS))

$(LINUX_TESTS): $(B)/%: $(B)/obj/%.o $(SUPPORT_OBJECTS) $(call objects,$(LINUX_SUPPORT_SOURCES)) $(LIB) | $(PRELOADED)
	$(call link,$(CMOCKA_LIBS))

# Preloaded into programs of any kind, so without sanitizers.
$(B)/tests/gpiofake.so: $(GPIOFAKE_SOURCES) $(call found,tests/linux/gpiofake*.h)
$(B)/tests/nomem.so: $(NOMEM_SOURCES)
$(B)/tests/windowclose.so: $(WINDOWCLOSE_SOURCES)
$(PRELOADED): $(B)/flags
	$(call say,LD,$@)
	@mkdir -p $(@D)
	$(Q)$(CC) $(BASE_FLAGS) -D_GNU_SOURCE $(CPPFLAGS) $(CFLAGS) -shared -fPIC $(filter %.c,$^) -ldl -pthread -o $@

# Small programs with planted faults, for the tests that run programs.
$(PROGRAMS): $(B)/%: $(B)/obj/%.o $(LIB)
	$(link)

$(B)/bench: $(call objects,$(BENCH_SOURCES)) $(LIB)
	$(link)

$(FUZZ_TARGETS): $(B)/%: $(B)/obj/tests/fuzz/%.o $(call objects,$(FUZZ_SUPPORT_SOURCES)) $(LIB)
	$(call link,-fsanitize=fuzzer)

# Static, for a guest that has nothing else.
$(B)/kernel/guest_init: tests/kernel/guest_init.c $(B)/flags
	$(call say,CC,$<)
	@mkdir -p $(@D)
	$(Q)$(CC) $(BASE_FLAGS) -D_GNU_SOURCE $(CFLAGS) -static $< -o $@

define link_kernel_test
$(call say,LD,$@)
@mkdir -p $(@D)
$(Q)$(LINK) $(filter %.o,$^) $(LIB) $1 $(filter-out -lgpiod,$(LIBS)) $(CMOCKA_LIBS) -o $@
endef

# $(call kernel_tests,VERSION,FLAGS,OBJECTS,LIBRARY): what speaks to libgpiod is compiled for that version, and linked in
# front of what our own library has of it.
kernel_objects = $(patsubst %.c,$(B)/obj/kernel/v$1/%.o,$(KERNEL_SUPPORT_SOURCES) $(call found,hal-linux/gpiod_v*.c)) \
  $(call objects,tests/support.c tests/fake_log.c tests/linux/i2c_wires.c $(call found,tests/contract/*.c))
define kernel_tests
$(B)/kernel/v$1/config.h: $(B)/config.h FORCE
	@mkdir -p $$(@D)
	@sed 's#SB_HAVE_GPIOD .*#SB_HAVE_GPIOD $1 /* $2 */#' $$< >$$@.new; cmp -s $$@.new $$@ && rm $$@.new || mv $$@.new $$@

$(B)/obj/kernel/v$1/%.o: %.c $(B)/flags $(B)/kernel/v$1/config.h
	$$(call say,CC,$$@)
	@mkdir -p $$(@D)
	$(Q)$(CC) -I$(B)/kernel/v$1 $2 $(BASE_FLAGS) -D_GNU_SOURCE $(PACKAGE_CFLAGS) -pthread $(SAN_FLAGS) $(CPPFLAGS) $(CFLAGS) \
	  -MMD -MP -c $$< -o $$@

$(B)/kernel/v$1/test_kernel_%: $(B)/obj/kernel/v$1/tests/kernel/test_kernel_%.o $3 $(LIB)
	$$(call link_kernel_test,$4)

$(B)/kernel/v$1/test_kernel_endings: | $(B)/kernel/v$1/endings

$(B)/kernel/v$1/endings: $(B)/obj/tests/programs/endings.o $3 $(LIB)
	$$(call link_kernel_test,$4)

$(B)/kernel/v$1/cost_%: $(B)/obj/kernel/v$1/tests/kernel/cost_%.o $3 $(LIB)
	$$(call link_kernel_test,$4)

$(B)/kernel/v$1/test_pi_%: $(B)/obj/kernel/v$1/tests/pi/test_pi_%.o $3 $(LIB)
	$$(call link_kernel_test,$4)
endef
ifneq ($(filter-out 0,$(HAVE_GPIOD)),)
$(eval $(call kernel_tests,$(HAVE_GPIOD),,$(call kernel_objects,$(HAVE_GPIOD)),-lgpiod))
endif
ifneq ($(OTHER_GPIOD),)
other_gpiod := $(if $(filter 1,$(HAVE_GPIOD)),2,1)
$(eval $(call kernel_tests,$(other_gpiod),-I$(OTHER_GPIOD)/usr/include,$(call kernel_objects,$(other_gpiod)),\
  $(wildcard $(OTHER_GPIOD)/usr/lib/*/libgpiod.a)))
endif

# Installation ---------------------------------------------------------------------------------------------------------

DEST = $(DESTDIR)$(abspath $(PREFIX))
PUBLIC_HEADERS := $(call found,include/*.h lib/*.h lib/hal/*.h drivers/*.h sim/*.h sim/bus/*.h sim/files/*.h sim/parts/*.h sim/scenario/*.h sim/testing/*.h sim/trace/source.h)

$(B)/softboard.pc: FORCE
	$(call keep,'prefix=$(abspath $(PREFIX))' 'libdir=$${prefix}/lib' 'includedir=$${prefix}/include' '' \
	  'Name: softboard' 'Description: Async toolkit for programs that talk to pins and little devices' \
	  'Version: $(VERSION)' 'Cflags: -I$${includedir}/softboard' 'Libs: -L$${libdir} -lsoftboard $(LIBS)')

# Checks ---------------------------------------------------------------------------------------------------------------

.PHONY: check-tools check-format check-layers check-symbols check-docs check-hosts check-without check-cppcheck check-tidy check-install
C_FILES := $(call found,$(foreach d,include lib lib/hal drivers $(SIM_FOLDERS) hal-linux tools tools/app tools/decode tools/gpio tests \
  tests/contract tests/linux tests/kernel tests/pi tests/fuzz tests/bench tests/programs examples examples/*,$d/*.c $d/*.h))

check-tools:
	@for c in clang clang-format clang-tidy cppcheck $(PKG_CONFIG); do \
	    command -v $$c >/dev/null || { echo "make check: no $$c; run: tools/setup --check"; exit 3; }; done

check-format:
	@[ -z '$(C_FILES)' ] || printf '%s\n' $(C_FILES) | xargs -P $(J) -n 20 clang-format --dry-run -Werror

check-layers:
	@tools/check-layers

check-symbols: $(filter $(B)/obj/lib/% $(B)/obj/drivers/%,$(LIB_OBJECTS))
	@tools/check-symbols tools/allowed-symbols.txt $^

check-docs: $(B)/config.h
	@CC='$(CC)' tools/check-docs $(B)/docs $(filter-out -Werror,$(WARNINGS)) -Werror -I. -Iinclude

check-hosts:
	@tools/check-hosts

check-without: $(B)/config.h
	@tools/check-without $(B) '$(CC)' $(filter-out -Werror,$(BASE_FLAGS)) -Werror -D_GNU_SOURCE $(PACKAGE_CFLAGS) -pthread

check-cppcheck: $(B)/config.h
	@mkdir -p $(B)/cppcheck
	@[ -z '$(filter %.c,$(C_FILES))' ] || cppcheck --quiet -j $(J) --std=c11 --enable=warning,performance,portability \
	  --inline-suppr --error-exitcode=1 --suppress=missingIncludeSystem --suppress=unmatchedSuppression \
	  --library=posix --suppress=invalidFunctionArg:hal-linux/stacks_mmap.c \
	  --suppress=getcontextCalled:lib/coro_ucontext.c --suppress=autoVariables:lib/coro_ucontext.c \
	  --suppress=invalidFunctionArg:tools/app/signals.c --cppcheck-build-dir=$(B)/cppcheck -I. -Iinclude -I$(B) -D_GNU_SOURCE -D__linux__ -D__x86_64__ \
	  $(filter %.c,$(C_FILES))

# A stamp a file: only what changed, or includes what changed, is read again. The object stands for the headers.
check-tidy: $(patsubst %.c,$(B)/tidy/%.ok,$(filter %.c,$(C_FILES)))

$(B)/tidy/%.ok: %.c $(B)/obj/%.o .clang-tidy
	$(call say,TIDY,$<)
	@mkdir -p $(@D)
	$(Q)clang-tidy --quiet $< -- $(filter-out -Werror,$(BASE_FLAGS)) $(FOLDER_FLAGS) $(CPPFLAGS) >$@.log 2>&1 \
	  || { cat $@.log; exit 1; }
	@mv $@.log $@

check-install:
	@rm -rf $(B)/stage
	@$(MAKE) install PREFIX=$(abspath $(B)/stage) >/dev/null
	@tools/check-install $(abspath $(B)/stage) '$(CC)'
	@$(MAKE) uninstall PREFIX=$(abspath $(B)/stage) >/dev/null

-include $(shell find $(B)/obj -name '*.d' 2>/dev/null)
