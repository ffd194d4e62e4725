# smsmda: the targets that people and CI use. `make` alone lists them.

PREFIX ?= /usr/local
DESTDIR ?=
SWIFT ?= swift
# The runtime of Swift is linked in: a library that the loader misses is exit 127, which bounces mail.
# Without the build's own folders in a run path: the loader would try a dozen names in each, each time.
RELEASE = -c release --static-swift-stdlib --disable-local-rpath
STATIC_LIBRARIES = .build/static-libraries
BUILT = .build/release
SWIFT_FILES = Package.swift Sources Tests $(wildcard Fuzz bench)
MAN_PAGES = $(wildcard docs/man/*.[158])

.PHONY: help setup build test lint format install demo bench fuzz soak sanitized

help:
	@echo 'make demo       everything set up, one mail sent, the SMS shown; TO=+1... and real credentials: a real one'
	@echo 'make test       set-up and every test, with a summary at the end'
	@echo 'make setup      the Debian packages, Python packages and mail servers that building and testing need'
	@echo 'make build      the programs, as they ship, in $(BUILT)'
	@echo 'make install    what build made: DESTDIR= PREFIX=$(PREFIX)'
	@echo 'make lint       what the tests check about layout; make format mends it'
	@echo 'make bench      figures, side by side with what they are measured against'
	@echo 'make fuzz       fuzzing of everything that eats outsiders'"'"' bytes, DURATION=600 seconds each'
	@echo 'make sanitized  the tests of the journal and of lmtpd with the thread and address sanitizers'
	@echo 'make soak       N=10000 messages with kill -9 and every fault, each to arrive exactly once'

setup:
	@setup/packages
	@setup/python
	@setup/mail-servers
	@setup/senders
	@setup/postgresql
	@setup/milters

# libstdc++ alone in a folder that is searched first: see leanLoading in Package.swift.
build:
	@mkdir -p $(STATIC_LIBRARIES)
	@ln -sfn "$$(g++ -print-file-name=libstdc++.a)" $(STATIC_LIBRARIES)/libstdc++.a
	$(SWIFT) build $(RELEASE)

test:
	@Tests/run

lint:
	$(SWIFT) format lint --strict --recursive --parallel $(SWIFT_FILES)
ifneq ($(MAN_PAGES),)
	mandoc -T lint -W warning $(MAN_PAGES)
endif

format:
	$(SWIFT) format --in-place --recursive --parallel $(SWIFT_FILES)

# Does not build, so that `sudo make install` leaves no file of root's in the checkout.
install:
	@test -x $(BUILT)/sms-deliver || { echo 'nothing is built yet: run make build first' >&2; exit 1; }
	install -d $(DESTDIR)$(PREFIX)/sbin $(DESTDIR)$(PREFIX)/bin $(DESTDIR)$(PREFIX)/lib/smsmda
	install $(BUILT)/sms-deliver $(BUILT)/lmtpd $(BUILT)/smsmda $(DESTDIR)$(PREFIX)/sbin
	install $(BUILT)/twilio-sim $(DESTDIR)$(PREFIX)/bin
	install -m 644 $(BUILT)/libsmsmda-phonenumber.so $(DESTDIR)$(PREFIX)/lib/smsmda
	PREFIX='$(PREFIX)' DESTDIR='$(DESTDIR)' setup/install-texts $(MAN_PAGES)

demo: setup build
	@demo/run

bench: build
	@bench/run

fuzz:
	@Fuzz/run

sanitized:
	@Tests/sanitized

soak: build
	@.cache/venv/bin/python Tests/system/soak.py $(or $(N),10000)
