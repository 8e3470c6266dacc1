# The menu: `make help`. The work is done by CMakeLists.txt, cross/ and tools/.
NATIVE := $(patsubst amd64,x86_64,$(patsubst arm64,aarch64,$(shell dpkg --print-architecture)))
BOARDS := $(patsubst board/%/board,%,$(wildcard board/*/board))
TARGET := $(if $(filter $(BOARD),$(BOARDS)),$(shell sed -n 's/^target = //p' board/$(BOARD)/board),$(NATIVE))
BUILD := build
JOBS := $(shell nproc)
TESTS_AT_ONCE := $(shell expr $(JOBS) + 1)# a scenario waits for the next ten seconds more than it computes
FUZZ_SECONDS := $(if $(CI),20,3)
PREFIX := /usr/local
SYSCONFDIR := /etc
ARGS := daemon

# A musl toolchain that someone names, on make's command line only: CC in the environment is for other programs.
ifeq ($(origin CC) $(origin CXX),command line command line)
LIBC := ready
TOOLCHAIN := CC='$(CC)' CXX='$(CXX)'
else
LIBC := musl
COMPILER_PACKAGES := $(TARGET)
endif
unexport CC CXX CFLAGS CXXFLAGS LDFLAGS MAKEFLAGS

# $(call tree,FOLDER,TARGET,LIBC,CMake's arguments,what of it): makes the dependencies where they are missing, then the tree.
tree = deps=$$($(TOOLCHAIN) tools/dependencies $2 $3) && \
  { [ "$$(cat $(BUILD)/$1/dependencies 2>/dev/null)" = "$$deps" ] || rm -rf $(BUILD)/$1; } && \
  cmake --no-warn-unused-cli -G Ninja -S . -B $(BUILD)/$1 -DLIMPET_DEPS="$$deps" $4 >/dev/null && \
  echo "$$deps" >$(BUILD)/$1/dependencies && \
  cmake --build $(BUILD)/$1 -j $(JOBS) $(5:%=--target %)
cross = -DCMAKE_TOOLCHAIN_FILE=cross/$1.cmake -DLIMPET_LIBC=$2
release = $(call tree,$(TARGET),$(TARGET),$(LIBC),$(call cross,$(TARGET),$(LIBC)) -DLIMPET_CC='$(CC)' -DLIMPET_CXX='$(CXX)' \
  -DCMAKE_BUILD_TYPE=Release -DLIMPET_TESTS=scenario)
host = $(call tree,$1,host,glibc,-DCMAKE_CXX_COMPILER=$2 -DCMAKE_BUILD_TYPE=$3 -DLIMPET_TESTS=$4)
cross_tests = $(call tree,$(TARGET)-tests,$(TARGET),glibc,$(call cross,$(TARGET),glibc) -DCMAKE_BUILD_TYPE=Debug \
  -DLIMPET_TESTS=unit,$1)
debug = $(call host,debug,g++,Debug,unit)
asan = $(call host,asan,g++,Asan,unit)
# Debian 12 has a clang++-16 beside its too old clang++ (tools/install_packages).
fuzz = $(call host,fuzz,$$(command -v clang++-16 || command -v clang++),Fuzz,fuzz -DFUZZ_SECONDS=$(FUZZ_SECONDS))
ctest = ctest --output-on-failure --no-tests=error

IMAGE := $(BUILD)/image/limpet-$(BOARD).img

.PHONY: build run test debug asan fuzz test-cross check bench soak install image image-test board flash clean help
.DEFAULT_GOAL := build

build: ## the shipped binary: build/<target>/limpet
	@tools/install_packages build $(COMPILER_PACKAGES)
	@$(release)

run: build ## build it and start the daemon with its data in build/run (make run ARGS=status: another command)
	@mkdir -p $(BUILD)/run && printf '[limpet]\ndata_dir = %s\n' '$(abspath $(BUILD)/run)' >$(BUILD)/run/limpet.ini
	@env -u LIMPET_CACHE -u LIMPET_SUITES -u LIMPET_WITHOUT_SECURITY $(BUILD)/$(TARGET)/limpet $(ARGS) -c $(BUILD)/run/limpet.ini

test: ## everything: unit tests (also under sanitizers), scenarios with the shipped binary, fuzzing for seconds
	@tools/install_packages build test peers $(COMPILER_PACKAGES)
	@$(release)
	@$(debug)
	@$(asan)
	@$(fuzz)
	@mkdir -p $(BUILD)/all && printf 'subdirs("%s")\n' $(foreach t,debug asan $(TARGET) fuzz,$(abspath $(BUILD)/$t)) \
	  >$(BUILD)/all/CTestTestfile.cmake
	@$(ctest) --test-dir $(BUILD)/all -j $(TESTS_AT_ONCE)

debug: ## unit tests and daemon with this machine's compiler, for a debugger: build/debug
	@tools/install_packages build test
	@$(debug)

asan: ## the same under AddressSanitizer and UndefinedBehaviorSanitizer: build/asan
	@tools/install_packages build test
	@$(asan)

fuzz: ## every fuzz target, FUZZ_SECONDS each
	@tools/install_packages build test
	@$(fuzz)
	@$(ctest) --test-dir $(BUILD)/fuzz -j $(JOBS)

test-cross: ## unit tests of another TARGET under qemu-user; last, what that cannot run, and why
	@tools/install_packages build qemu $(COMPILER_PACKAGES)
	@$(call cross_tests)
	@$(ctest) --test-dir $(BUILD)/$(TARGET)-tests -j $(JOBS)
	@awk '/^TEST CASE: / { name = substr($$0, 13) } sub(/.*MESSAGE: skipped: /, "") { print "skipped:" name ": " $$0 }' \
	  $(BUILD)/$(TARGET)-tests/Testing/Temporary/LastTest.log

check: ## format, layers, linters
	@tools/install_packages build test check
	@deps=$$(tools/dependencies host glibc) && tools/check $(BUILD)/check "$$deps"

bench: build ## what it costs, beside what it may cost
	tests/bench/run $(BUILD)/$(TARGET)/limpet

soak: build ## eleven days of work in an hour or two, on a clock that runs fast (x86_64)
	@tools/install_packages soak
	@tests/soak/run $(BUILD)/$(TARGET)/limpet

install: ## to DESTDIR, PREFIX (/usr/local), SYSCONFDIR (/etc); an existing limpet.ini stays
	install -D -m 755 $(BUILD)/$(TARGET)/limpet $(DESTDIR)$(PREFIX)/bin/limpet
	tools/man_pages $(DESTDIR)$(PREFIX)/share/man
	install -D -m 644 rootfs/usr/share/doc/limpet/coming-from.md $(DESTDIR)$(PREFIX)/share/doc/limpet/coming-from.md
	[ -e $(DESTDIR)$(SYSCONFDIR)/limpet.ini ] || install -D -m 640 rootfs/etc/limpet.ini $(DESTDIR)$(SYSCONFDIR)/limpet.ini

image: board build ## an SD card's or disk's image for BOARD: build/image/limpet-BOARD.img
	@tools/install_packages image
	@tools/make_image $(BOARD) $(BUILD)/$(TARGET)/limpet $(IMAGE)

board:
	@[ -f board/$(BOARD)/board ] || { echo "Which board? make $(MAKECMDGOALS) BOARD=NAME, of: $(BOARDS)" >&2; exit 2; }

image-test: image ## that image in qemu: first start, power cuts, broken disks, watchdog (an hour; not part of make test)
	@tools/install_packages image-test
	@$(call cross_tests,os_tests heal_tests)
	@LIMPET_IMAGE=$(abspath $(IMAGE)) LIMPET_BOARD=$(BOARD) LIMPET_BIN=$(abspath $(BUILD)/$(TARGET)/limpet) \
	  LIMPET_UNIT_TESTS=$(abspath $(BUILD)/$(TARGET)-tests/tests) \
	  python3 -m unittest discover -v -s tests/image -p '*.py' $(TESTS:%=-k %)

flash: board ## write the image of BOARD to the card or stick DEV (make flash BOARD=rpi3 DEV=/dev/sdX), after asking
	@tools/flash $(IMAGE) $(DEV)

clean: ## remove build/ (the dependencies stay, in ~/.cache/limpet or LIMPET_CACHE)
	rm -rf $(BUILD)

help: ## this list
	@echo "TARGET is one of x86_64 aarch64 armhf armel (here: $(TARGET)), BOARD of $(BOARDS)."
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/  make \1\t\2/p' Makefile | expand -t 20
