# SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
#
# Objects of others: `./dev corpus` compiles what it needs itself, since it needs libbpf.

# What whole objects become by accident, with the fuzz target's eyes; a small share is checked always.
noinst_PROGRAMS += %D%/mangle
%C%_mangle_SOURCES = %D%/mangle.c tests/fuzz/object.c tests/fuzz/fuzz.h
%C%_mangle_CPPFLAGS = $(CORE_CPPFLAGS) $(DIR_CPPFLAGS) -I$(top_srcdir)/tests
%C%_mangle_LDADD = libcleat-core.la
if HAVE_BPF_CLANG
TESTS += %D%/spoiled
endif

EXTRA_DIST += %D%/run %D%/vm %D%/spoiled %D%/fetch %D%/judge.awk %D%/packages %D%/expected.tsv %D%/carve.c %D%/peer.c %D%/memory.c
