# SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
#
# Unit tests: cmocka programs, one per idea, in test-NAME.c. They are linked
# with the library's objects, so they reach what it does not export. Two lines
# each:
#
# unit_tests += %D%/test-text
# %C%_test_text_CPPFLAGS = $(TEST_CPPFLAGS)

unit_tests += %D%/test-value
%C%_test_value_SOURCES = %D%/test-value.c %D%/btf-make.h
%C%_test_value_CPPFLAGS = $(TEST_CPPFLAGS)

unit_tests += %D%/test-header %D%/test-roundtrip
%C%_test_header_SOURCES = %D%/test-header.c %D%/btf-make.h
%C%_test_header_CPPFLAGS = $(TEST_CPPFLAGS)
%C%_test_roundtrip_CPPFLAGS = $(TEST_CPPFLAGS)

unit_tests += %D%/test-filter
%C%_test_filter_SOURCES = %D%/test-filter.c %D%/btf-make.h
%C%_test_filter_CPPFLAGS = $(TEST_CPPFLAGS)

unit_tests += %D%/test-state
%C%_test_state_CPPFLAGS = $(TEST_CPPFLAGS)

unit_tests += %D%/test-order
%C%_test_order_CPPFLAGS = $(TEST_CPPFLAGS)

unit_tests += %D%/test-rate
%C%_test_rate_CPPFLAGS = $(TEST_CPPFLAGS)

unit_tests += %D%/test-elf
%C%_test_elf_SOURCES = %D%/test-elf.c %D%/elf-image.h
%C%_test_elf_CPPFLAGS = $(TEST_CPPFLAGS)
# a function of its own is looked up in it, as a debugger would
%C%_test_elf_LDFLAGS = $(AM_LDFLAGS) -rdynamic

unit_tests += %D%/test-debugfile
%C%_test_debugfile_SOURCES = %D%/test-debugfile.c %D%/elf-image.h
%C%_test_debugfile_CPPFLAGS = $(TEST_CPPFLAGS)

unit_tests += %D%/test-inifile
%C%_test_inifile_CPPFLAGS = $(TEST_CPPFLAGS)

unit_tests += %D%/test-insn
%C%_test_insn_CPPFLAGS = $(TEST_CPPFLAGS)

unit_tests += %D%/test-reader
%C%_test_reader_CPPFLAGS = $(TEST_CPPFLAGS)
%C%_test_reader_CFLAGS = $(AM_CFLAGS) -pthread

unit_tests += %D%/test-report
%C%_test_report_CPPFLAGS = $(TEST_CPPFLAGS)

unit_tests += %D%/test-text
%C%_test_text_CPPFLAGS = $(TEST_CPPFLAGS)

unit_tests += %D%/test-vec
%C%_test_vec_CPPFLAGS = $(TEST_CPPFLAGS)

unit_tests += %D%/test-pattern %D%/test-trust %D%/test-descriptor %D%/test-index %D%/test-params %D%/test-plugin
%C%_test_pattern_CPPFLAGS = $(TEST_CPPFLAGS)
%C%_test_trust_SOURCES = %D%/test-trust.c %D%/plugin-fixture.h
%C%_test_trust_CPPFLAGS = $(TEST_CPPFLAGS)
%C%_test_descriptor_SOURCES = %D%/test-descriptor.c %D%/plugin-fixture.h
%C%_test_descriptor_CPPFLAGS = $(TEST_CPPFLAGS)
%C%_test_index_SOURCES = %D%/test-index.c %D%/plugin-fixture.h
%C%_test_index_CPPFLAGS = $(TEST_CPPFLAGS)
%C%_test_params_SOURCES = %D%/test-params.c %D%/plugin-fixture.h
%C%_test_params_CPPFLAGS = $(TEST_CPPFLAGS)
%C%_test_plugin_SOURCES = %D%/test-plugin.c %D%/plugin-fixture.h
%C%_test_plugin_CPPFLAGS = $(TEST_CPPFLAGS)

unit_tests += %D%/test-world
%C%_test_world_SOURCES = %D%/test-world.c %D%/plugin-fixture.h
%C%_test_world_CPPFLAGS = $(TEST_CPPFLAGS)

unit_tests += %D%/test-core %D%/test-core-errors %D%/test-core-kernel
%C%_test_core_SOURCES = %D%/test-core.c %D%/core-world.h
%C%_test_core_CPPFLAGS = $(TEST_CPPFLAGS)
%C%_test_core_errors_SOURCES = %D%/test-core-errors.c %D%/core-world.h
%C%_test_core_errors_CPPFLAGS = $(TEST_CPPFLAGS)
%C%_test_core_kernel_CPPFLAGS = $(TEST_CPPFLAGS)
test_bpf_sources += %D%/bpf/core.bpf.c

unit_tests += %D%/test-calls
%C%_test_calls_CPPFLAGS = $(TEST_CPPFLAGS)

unit_tests += %D%/test-btf
%C%_test_btf_SOURCES = %D%/test-btf.c %D%/btf-make.h
%C%_test_btf_CPPFLAGS = $(TEST_CPPFLAGS)
unit_tests += %D%/test-btf-dedup
%C%_test_btf_dedup_SOURCES = %D%/test-btf-dedup.c %D%/btf-make.h %D%/object-file.h
%C%_test_btf_dedup_CPPFLAGS = $(TEST_CPPFLAGS)
unit_tests += %D%/test-btf-prune
%C%_test_btf_prune_SOURCES = %D%/test-btf-prune.c %D%/btf-make.h %D%/object-file.h
%C%_test_btf_prune_CPPFLAGS = $(TEST_CPPFLAGS)
unit_tests += %D%/test-btf-ext
%C%_test_btf_ext_SOURCES = %D%/test-btf-ext.c %D%/btf-make.h
%C%_test_btf_ext_CPPFLAGS = $(TEST_CPPFLAGS)
unit_tests += %D%/test-btf-argtags
%C%_test_btf_argtags_SOURCES = %D%/test-btf-argtags.c %D%/btf-make.h
%C%_test_btf_argtags_CPPFLAGS = $(TEST_CPPFLAGS)
unit_tests += %D%/test-btf-find
%C%_test_btf_find_SOURCES = %D%/test-btf-find.c %D%/btf-make.h
%C%_test_btf_find_CPPFLAGS = $(TEST_CPPFLAGS)
unit_tests += %D%/test-btf-fix
%C%_test_btf_fix_SOURCES = %D%/test-btf-fix.c %D%/btf-make.h
%C%_test_btf_fix_CPPFLAGS = $(TEST_CPPFLAGS)
unit_tests += %D%/test-btf-match
%C%_test_btf_match_SOURCES = %D%/test-btf-match.c %D%/btf-make.h
%C%_test_btf_match_CPPFLAGS = $(TEST_CPPFLAGS)
unit_tests += %D%/test-btf-rebase
%C%_test_btf_rebase_SOURCES = %D%/test-btf-rebase.c %D%/btf-make.h
%C%_test_btf_rebase_CPPFLAGS = $(TEST_CPPFLAGS)

unit_tests += %D%/test-decl
%C%_test_decl_SOURCES = %D%/test-decl.c %D%/btf-make.h
%C%_test_decl_CPPFLAGS = $(TEST_CPPFLAGS)

unit_tests += %D%/test-kernel %D%/test-verifier
%C%_test_kernel_CPPFLAGS = $(TEST_CPPFLAGS)
%C%_test_verifier_SOURCES = %D%/test-verifier.c %D%/verifier-logs.h
%C%_test_verifier_CPPFLAGS = $(TEST_CPPFLAGS)

unit_tests += %D%/test-unit-parse
%C%_test_unit_parse_SOURCES = %D%/test-unit-parse.c %D%/plugin-fixture.h
%C%_test_unit_parse_CPPFLAGS = $(TEST_CPPFLAGS)
unit_tests += %D%/test-unit-check
%C%_test_unit_check_SOURCES = %D%/test-unit-check.c %D%/plugin-fixture.h
%C%_test_unit_check_CPPFLAGS = $(TEST_CPPFLAGS)
# its plugins find the library's functions in it
%C%_test_unit_check_LDFLAGS = $(AM_LDFLAGS) -export-dynamic

unit_tests += %D%/test-object %D%/test-mapdef %D%/test-legacy %D%/test-link %D%/test-extern
%C%_test_object_SOURCES = %D%/test-object.c %D%/object-file.h %D%/elf-image.h
%C%_test_object_CPPFLAGS = $(TEST_CPPFLAGS)
%C%_test_mapdef_SOURCES = %D%/test-mapdef.c %D%/object-file.h %D%/elf-image.h %D%/btf-make.h
%C%_test_mapdef_CPPFLAGS = $(TEST_CPPFLAGS)
%C%_test_legacy_SOURCES = %D%/test-legacy.c %D%/object-file.h %D%/elf-image.h %D%/btf-make.h
%C%_test_legacy_CPPFLAGS = $(TEST_CPPFLAGS)
%C%_test_link_SOURCES = %D%/test-link.c %D%/object-file.h %D%/elf-image.h
%C%_test_link_CPPFLAGS = $(TEST_CPPFLAGS)

unit_tests += %D%/test-log
%C%_test_log_SOURCES = %D%/test-log.c %D%/object-file.h %D%/elf-image.h
%C%_test_log_CPPFLAGS = $(TEST_CPPFLAGS)
test_bpf_sources += %D%/bpf/gate.bpf.c

unit_tests += %D%/test-linker %D%/test-linker-types
linker_bench = %D%/linker-bench.h %D%/object-file.h %D%/btf-make.h
%C%_test_linker_SOURCES = %D%/test-linker.c $(linker_bench)
%C%_test_linker_CPPFLAGS = $(TEST_CPPFLAGS)
%C%_test_linker_types_SOURCES = %D%/test-linker-types.c $(linker_bench)
%C%_test_linker_types_CPPFLAGS = $(TEST_CPPFLAGS)
%C%_test_extern_SOURCES = %D%/test-extern.c %D%/object-file.h %D%/elf-image.h %D%/btf-make.h
%C%_test_extern_CPPFLAGS = $(TEST_CPPFLAGS)
test_bpf_sources += %D%/bpf/object.bpf.c %D%/bpf/mapdef.bpf.c %D%/bpf/link.bpf.c \
	%D%/bpf/extern.bpf.c
EXTRA_DIST += %D%/bpf/defs.h

# the library is a part of it: the real plugins find its functions there
unit_tests += %D%/test-entries
%C%_test_entries_SOURCES = %D%/test-entries.c %D%/plugin-fixture.h
%C%_test_entries_CPPFLAGS = $(TEST_CPPFLAGS)
%C%_test_entries_LDFLAGS = $(AM_LDFLAGS) -export-dynamic
%C%_test_entries_LDADD = $(libcleat_la_OBJECTS) $(CORE_LIBS) $(CMOCKA_LIBS)
%C%_test_entries_DEPENDENCIES = $(libcleat_la_OBJECTS)
unit_tests += %D%/test-map-text
%C%_test_map_text_SOURCES = %D%/test-map-text.c %D%/plugin-fixture.h
%C%_test_map_text_CPPFLAGS = $(TEST_CPPFLAGS)
%C%_test_map_text_LDFLAGS = $(AM_LDFLAGS) -export-dynamic
%C%_test_map_text_LDADD = $(libcleat_la_OBJECTS) $(CORE_LIBS) $(CMOCKA_LIBS)
%C%_test_map_text_DEPENDENCIES = $(libcleat_la_OBJECTS)
test_bpf_sources += %D%/bpf/map-text.bpf.c

# what the usdt plugin reads, without the plugin around it
unit_tests += %D%/test-usdt
%C%_test_usdt_SOURCES = %D%/test-usdt.c %D%/plugin-fixture.h tests/kernel/sdt.h \
	plugins/program/usdt/args.c plugins/program/usdt/args.h \
	plugins/program/usdt/notes.c plugins/program/usdt/notes.h \
	plugins/program/usdt/registers.c plugins/program/usdt/registers.h \
	plugins/program/usdt/specs.c plugins/program/usdt/specs.h
%C%_test_usdt_CPPFLAGS = $(TEST_CPPFLAGS) -I$(top_srcdir)/tests

# what the xdp plugin writes down
unit_tests += %D%/test-dispatcher
%C%_test_dispatcher_SOURCES = %D%/test-dispatcher.c %D%/plugin-fixture.h \
	plugins/program/xdp/dispatchprog.c plugins/program/xdp/dispatchprog.h
%C%_test_dispatcher_CPPFLAGS = $(TEST_CPPFLAGS)
%C%_test_dispatcher_LDADD = $(libcleat_la_OBJECTS) $(CORE_LIBS) $(CMOCKA_LIBS)
%C%_test_dispatcher_DEPENDENCIES = $(libcleat_la_OBJECTS)

# the command, as it is run by anybody
TESTS += %D%/cli
EXTRA_DIST += %D%/cli
EXTRA_DIST += %D%/refusals/5.10.txt %D%/refusals/6.1.txt %D%/refusals/6.12.txt %D%/refusals/7.3.txt

unit_tests += %D%/test-packet
%C%_test_packet_CPPFLAGS = $(TEST_CPPFLAGS)

# the headers for BPF programs, with all compilers that are there
TESTS += %D%/bpf-headers/run
EXTRA_DIST += %D%/bpf-headers/run %D%/bpf-headers/everything.bpf.c %D%/bpf-headers/registers.h
