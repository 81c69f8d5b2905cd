# SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
#
# Fuzz targets: libFuzzer programs, built by a clang that has its runtime
# (configure CC=clang --enable-fuzzers --enable-sanitizers) and run by
# `./dev fuzz`. A target is a name here and its line of flags; its seeds are
# in tests/fuzz/run.

fuzz_cppflags = $(CORE_CPPFLAGS) $(DIR_CPPFLAGS)
fuzz_link = $(AM_LDFLAGS) -fsanitize=fuzzer
fuzz_targets = %D%/object %D%/btf %D%/value %D%/unit %D%/descriptor %D%/log %D%/link \
	%D%/filter %D%/core %D%/binary %D%/args %D%/text %D%/entries %D%/ringbuf %D%/perf %D%/logrecord

if FUZZERS
noinst_PROGRAMS += $(fuzz_targets) %D%/seeds
endif
EXTRA_PROGRAMS = $(fuzz_targets) %D%/seeds

%C%_object_SOURCES = %D%/object.c %D%/fuzz.h
%C%_object_CPPFLAGS = $(fuzz_cppflags)
%C%_object_LDFLAGS = $(fuzz_link)
%C%_object_LDADD = libcleat-core.la
%C%_btf_SOURCES = %D%/btf.c %D%/fuzz.h
%C%_btf_CPPFLAGS = $(fuzz_cppflags)
%C%_btf_LDFLAGS = $(fuzz_link)
%C%_btf_LDADD = libcleat-core.la
%C%_value_SOURCES = %D%/value.c %D%/fuzz.h
%C%_value_CPPFLAGS = $(fuzz_cppflags)
%C%_value_LDFLAGS = $(fuzz_link)
%C%_value_LDADD = libcleat-core.la
%C%_unit_SOURCES = %D%/unit.c %D%/fuzz.h
%C%_unit_CPPFLAGS = $(fuzz_cppflags)
# its plugins find the library's functions in it
%C%_unit_LDFLAGS = $(fuzz_link) -export-dynamic
%C%_unit_LDADD = libcleat-core.la
%C%_descriptor_SOURCES = %D%/descriptor.c %D%/fuzz.h
%C%_descriptor_CPPFLAGS = $(fuzz_cppflags)
%C%_descriptor_LDFLAGS = $(fuzz_link)
%C%_descriptor_LDADD = libcleat-core.la
%C%_log_SOURCES = %D%/log.c %D%/fuzz.h
%C%_log_CPPFLAGS = $(fuzz_cppflags)
%C%_log_LDFLAGS = $(fuzz_link)
%C%_log_LDADD = libcleat-core.la
%C%_filter_SOURCES = %D%/filter.c %D%/fuzz.h
%C%_filter_CPPFLAGS = $(fuzz_cppflags)
%C%_filter_LDFLAGS = $(fuzz_link)
%C%_filter_LDADD = libcleat-core.la
%C%_link_SOURCES = %D%/link.c %D%/fuzz.h
%C%_link_CPPFLAGS = $(fuzz_cppflags)
%C%_link_LDFLAGS = $(fuzz_link)
%C%_link_LDADD = libcleat-core.la
%C%_core_SOURCES = %D%/core.c %D%/fuzz.h
%C%_core_CPPFLAGS = $(fuzz_cppflags)
%C%_core_LDFLAGS = $(fuzz_link)
%C%_core_LDADD = libcleat-core.la
%C%_binary_SOURCES = %D%/binary.c %D%/fuzz.h \
	plugins/program/usdt/args.c plugins/program/usdt/args.h \
	plugins/program/usdt/notes.c plugins/program/usdt/notes.h \
	plugins/program/usdt/registers.c plugins/program/usdt/registers.h
%C%_binary_CPPFLAGS = $(fuzz_cppflags)
%C%_binary_LDFLAGS = $(fuzz_link)
%C%_binary_LDADD = libcleat-core.la
%C%_args_SOURCES = %D%/args.c %D%/fuzz.h \
	plugins/program/usdt/args.c plugins/program/usdt/args.h \
	plugins/program/usdt/registers.c plugins/program/usdt/registers.h \
	plugins/program/usdt/specs.c plugins/program/usdt/specs.h
%C%_args_CPPFLAGS = $(fuzz_cppflags)
%C%_args_LDFLAGS = $(fuzz_link)
%C%_args_LDADD = libcleat-core.la
%C%_text_SOURCES = %D%/text.c %D%/fuzz.h
%C%_text_CPPFLAGS = $(fuzz_cppflags)
%C%_text_LDFLAGS = $(fuzz_link)
%C%_text_LDADD = libcleat-core.la
%C%_entries_SOURCES = %D%/entries.c %D%/fuzz.h
%C%_entries_CPPFLAGS = $(fuzz_cppflags)
# as that of unit
%C%_entries_LDFLAGS = $(fuzz_link) -export-dynamic
%C%_entries_LDADD = libcleat-core.la
%C%_ringbuf_SOURCES = %D%/ringbuf.c %D%/fuzz.h
%C%_ringbuf_CPPFLAGS = $(fuzz_cppflags)
%C%_ringbuf_LDFLAGS = $(fuzz_link)
%C%_ringbuf_LDADD = libcleat-core.la
%C%_perf_SOURCES = %D%/perf.c %D%/fuzz.h
%C%_perf_CPPFLAGS = $(fuzz_cppflags)
%C%_perf_LDFLAGS = $(fuzz_link)
%C%_perf_LDADD = libcleat-core.la

%C%_logrecord_SOURCES = %D%/logrecord.c %D%/fuzz.h
%C%_logrecord_CPPFLAGS = $(fuzz_cppflags)
%C%_logrecord_LDFLAGS = $(fuzz_link)
%C%_logrecord_LDADD = libcleat-core.la

%C%_seeds_SOURCES = %D%/seeds.c %D%/fuzz.h
%C%_seeds_CPPFLAGS = $(fuzz_cppflags)
%C%_seeds_LDADD = libcleat-core.la

# What `./dev fuzz` needs, and no more.
fuzzers: $(fuzz_targets) %D%/seeds $(test_bpf_objects) $(bpf_objects) plugins.d/.stamp
.PHONY: fuzzers

EXTRA_DIST += %D%/run %D%/README.md %D%/corpus %D%/descriptor.dict %D%/unit.dict %D%/value.dict \
	%D%/filter.dict %D%/entries.dict
