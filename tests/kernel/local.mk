# SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
#
# Kernel tests that belong to no single plugin, and what all of them use. A
# script is one line, its BPF objects another:
#
# kernel_tests += %D%/run.sh
# test_bpf_sources += %D%/run.bpf.c

kernel_test_programs = %D%/bpf-ids %D%/hooks %D%/socksteps %D%/victim %D%/mapstress %D%/talker \
	%D%/logd
noinst_PROGRAMS += $(kernel_test_programs)
%C%_bpf_ids_SOURCES = %D%/bpf-ids.c
%C%_bpf_ids_LDADD =
%C%_hooks_SOURCES = %D%/hooks.c %D%/hooks-btf.c %D%/hooks-btf.h %D%/hooks-maps.c %D%/hooks-maps.h \
	%D%/hooks-netlink.c %D%/hooks-netlink.h
%C%_hooks_LDADD =
%C%_logd_SOURCES = %D%/logd.c
%C%_logd_LDADD =
%C%_talker_SOURCES = %D%/talker.c
%C%_talker_LDADD =
%C%_socksteps_SOURCES = %D%/socksteps.c
%C%_socksteps_LDADD =
%C%_victim_SOURCES = %D%/victim.c
%C%_victim_CFLAGS = $(AM_CFLAGS) -pthread -fno-omit-frame-pointer
%C%_victim_LDFLAGS = $(AM_LDFLAGS) -pthread -rdynamic \
	-Wl,--version-script=$(srcdir)/%D%/victim.map
%C%_victim_LDADD =

# with USDT probes; once where the linker may put it anywhere, and once where it says
kernel_test_programs += %D%/probed %D%/probed-fixed
%C%_probed_SOURCES = %D%/probed.c %D%/sdt.h
%C%_probed_CFLAGS = $(AM_CFLAGS) -fPIE
%C%_probed_LDFLAGS = $(AM_LDFLAGS) -pie
%C%_probed_LDADD =
%C%_probed_fixed_SOURCES = %D%/probed.c %D%/sdt.h
%C%_probed_fixed_CFLAGS = $(AM_CFLAGS) -fno-pie
%C%_probed_fixed_LDFLAGS = $(AM_LDFLAGS) -no-pie
%C%_probed_fixed_LDADD =

kernel_tests += %D%/attach.sh %D%/dump.sh
test_bpf_sources += %D%/attach.bpf.c

kernel_tests += %D%/output.sh
test_bpf_sources += %D%/output.bpf.c

kernel_tests += %D%/refused.sh %D%/causes.sh
test_bpf_sources += %D%/causes.bpf.c
include %D%/refused/local.mk

kernel_test_programs += %D%/arenavars
%C%_arenavars_SOURCES = %D%/arenavars.c
%C%_arenavars_LDFLAGS = $(AM_LDFLAGS) -export-dynamic
%C%_arenavars_LDADD = $(libcleat_la_OBJECTS) $(CORE_LIBS)
%C%_arenavars_DEPENDENCIES = $(libcleat_la_OBJECTS)

kernel_test_programs += %D%/delegate
%C%_delegate_SOURCES = %D%/delegate.c
%C%_delegate_LDADD =
kernel_tests += %D%/token.sh
test_bpf_sources += %D%/token.bpf.c

kernel_test_programs += %D%/probes
%C%_probes_SOURCES = %D%/probes.c
%C%_probes_CPPFLAGS = $(CORE_CPPFLAGS)
%C%_probes_LDADD = libcleat-core.la
kernel_tests += %D%/probe.sh %D%/features.sh

kernel_tests += %D%/dispatcher.sh
test_bpf_sources += %D%/dispatcher.bpf.c %D%/dispatcher-many.bpf.c

kernel_tests += %D%/traced.sh %D%/swapped.sh
test_bpf_sources += %D%/swapped.bpf.c
kernel_test_programs += %D%/foreigner
%C%_foreigner_SOURCES = %D%/foreigner.c
%C%_foreigner_LDADD =
test_bpf_sources += %D%/traced.bpf.c

# Plugins of bad-input.sh; a path makes libtool build a module of what is not installed.
kernel_test_programs += %D%/bad-object
%C%_bad_object_SOURCES = %D%/bad-object.c
%C%_bad_object_LDADD =
bad_plugin_link = $(PLUGIN_LDFLAGS) -rpath /nowhere
noinst_LTLIBRARIES += %D%/bad-plugin.la %D%/bad-plugin-abi.la %D%/bad-plugin-symbol.la \
	%D%/bad-plugin-entry.la
%C%_bad_plugin_la_SOURCES = %D%/bad-plugin.c
%C%_bad_plugin_la_LDFLAGS = $(bad_plugin_link)
%C%_bad_plugin_la_LIBADD = $(PLUGIN_LIBADD)
%C%_bad_plugin_abi_la_SOURCES = %D%/bad-plugin.c
%C%_bad_plugin_abi_la_CPPFLAGS = $(AM_CPPFLAGS) -DBAD_ABI
%C%_bad_plugin_abi_la_LDFLAGS = $(bad_plugin_link)
%C%_bad_plugin_abi_la_LIBADD = $(PLUGIN_LIBADD)
%C%_bad_plugin_symbol_la_SOURCES = %D%/bad-plugin.c
%C%_bad_plugin_symbol_la_CPPFLAGS = $(AM_CPPFLAGS) -DBAD_SYMBOL
%C%_bad_plugin_symbol_la_LDFLAGS = $(bad_plugin_link)
%C%_bad_plugin_symbol_la_LIBADD = $(PLUGIN_LIBADD)
%C%_bad_plugin_entry_la_SOURCES = %D%/bad-plugin.c
%C%_bad_plugin_entry_la_CPPFLAGS = $(AM_CPPFLAGS) -DBAD_ENTRY
%C%_bad_plugin_entry_la_LDFLAGS = $(AM_LDFLAGS) -module -avoid-version -shared \
	-export-symbols-regex '^something_else$$' -rpath /nowhere
%C%_bad_plugin_entry_la_LIBADD = $(PLUGIN_LIBADD)
kernel_test_modules = %D%/.libs/bad-plugin.so %D%/.libs/bad-plugin-abi.so \
	%D%/.libs/bad-plugin-symbol.so %D%/.libs/bad-plugin-entry.so
# to preload: a kernel that lacks something
noinst_LTLIBRARIES += %D%/lacking.la
%C%_lacking_la_SOURCES = %D%/lacking.c
%C%_lacking_la_LDFLAGS = $(AM_LDFLAGS) -module -avoid-version -shared -rpath /nowhere
%C%_lacking_la_LIBADD = -ldl
kernel_test_modules += %D%/.libs/lacking.so
# to preload: another loader that comes in between
noinst_LTLIBRARIES += %D%/late-pin.la
%C%_late_pin_la_SOURCES = %D%/late-pin.c
%C%_late_pin_la_LDFLAGS = $(AM_LDFLAGS) -module -avoid-version -shared -rpath /nowhere
%C%_late_pin_la_LIBADD = -ldl
kernel_test_modules += %D%/.libs/late-pin.so
kernel_tests += %D%/pins.sh
kernel_test_programs += %D%/loglevels
# as mapstress: plugins find the library's functions in the program
%C%_loglevels_SOURCES = %D%/loglevels.c
%C%_loglevels_LDFLAGS = $(AM_LDFLAGS) -export-dynamic
%C%_loglevels_LDADD = $(libcleat_la_OBJECTS) $(CORE_LIBS)
%C%_loglevels_DEPENDENCIES = $(libcleat_la_OBJECTS)
kernel_tests += %D%/ownlog.sh
test_bpf_sources += %D%/ownlog.bpf.c
kernel_tests += %D%/exclusive.sh
test_bpf_sources += %D%/exclusive.bpf.c
kernel_tests += %D%/guess.sh
kernel_tests += %D%/peer.sh
kernel_test_data += tests/corpus/peer.c tests/corpus/judge.awk tests/corpus/expected.tsv
test_bpf_sources += %D%/guess.bpf.c
kernel_tests += %D%/module.sh
test_bpf_sources += %D%/module.bpf.c
kernel_tests += %D%/btf.sh
test_bpf_sources += %D%/btf.bpf.c
kernel_tests += %D%/bad-input.sh
test_bpf_sources += %D%/bad-input.bpf.c

%C%_mapstress_SOURCES = %D%/mapstress.c
%C%_mapstress_CFLAGS = $(AM_CFLAGS) -pthread
# the library is a part of it: plugins find its functions there, also those that it does not call
%C%_mapstress_LDFLAGS = $(AM_LDFLAGS) -pthread -export-dynamic
%C%_mapstress_LDADD = $(libcleat_la_OBJECTS) $(CORE_LIBS)
%C%_mapstress_DEPENDENCIES = $(libcleat_la_OBJECTS)

kernel_tests += %D%/bpf-examples.sh %D%/headers.sh
test_bpf_sources += %D%/headers.bpf.c
kernel_tests += %D%/harness.sh %D%/valgrind.sh
kernel_tests += %D%/cli.sh
test_bpf_sources += %D%/cli.bpf.c
kernel_tests += %D%/language.sh
test_bpf_sources += %D%/language.bpf.c
kernel_tests += %D%/policy.sh
test_bpf_sources += %D%/policy.bpf.c
kernel_tests += %D%/watch.sh %D%/service.sh %D%/seeing.sh
test_bpf_sources += %D%/watch.bpf.c
kernel_tests += %D%/apply.sh %D%/applyelse.sh %D%/applymany.sh %D%/applystream.sh %D%/applyunits.sh %D%/applyvars.sh %D%/applyways.sh
test_bpf_sources += %D%/apply.bpf.c %D%/applyelse.bpf.c
test_bpf_sources += %D%/applyvars.bpf.c %D%/applyvars-next.bpf.c
kernel_tests += %D%/argtags.sh
test_bpf_sources += %D%/argtags.bpf.c
kernel_test_programs += %D%/widen
%C%_widen_SOURCES = %D%/widen.c
%C%_widen_CPPFLAGS = $(CORE_CPPFLAGS)
%C%_widen_LDADD = libcleat-core.la $(CORE_LIBS)
kernel_tests += %D%/kinds.sh
test_bpf_sources += %D%/kinds.bpf.c
kernel_tests += %D%/types.sh
test_bpf_sources += %D%/types.bpf.c
kernel_tests += %D%/link.sh
test_bpf_sources += %D%/link-main.bpf.c %D%/link-part.bpf.c %D%/link-extra.bpf.c
test_bpf_sources += %D%/link-own.bpf.c %D%/link-own-too.bpf.c
test_bpf_sources += %D%/link-other.bpf.c %D%/link-alone.bpf.c %D%/link-twin.bpf.c
EXTRA_DIST += %D%/link.h
kernel_tests += %D%/unit.sh
test_bpf_sources += %D%/unit.bpf.c
kernel_tests += %D%/bulk.sh
test_bpf_sources += %D%/bulk.bpf.c
kernel_tests += %D%/maps.sh
test_bpf_sources += %D%/mapstress.bpf.c
# a consumer in a thread, a producer in another; as mapstress
kernel_test_programs += %D%/ringstress
%C%_ringstress_SOURCES = %D%/ringstress.c
%C%_ringstress_CFLAGS = $(AM_CFLAGS) -pthread
%C%_ringstress_LDFLAGS = $(AM_LDFLAGS) -pthread -export-dynamic
%C%_ringstress_LDADD = $(libcleat_la_OBJECTS) $(CORE_LIBS)
%C%_ringstress_DEPENDENCIES = $(libcleat_la_OBJECTS)
kernel_test_programs += %D%/mapcalls
%C%_mapcalls_SOURCES = %D%/mapcalls.c
%C%_mapcalls_LDFLAGS = $(AM_LDFLAGS) -export-dynamic
%C%_mapcalls_LDADD = $(libcleat_la_OBJECTS) $(CORE_LIBS)
%C%_mapcalls_DEPENDENCIES = $(libcleat_la_OBJECTS)
kernel_test_programs += %D%/ringwriter
%C%_ringwriter_SOURCES = %D%/ringwriter.c
%C%_ringwriter_CFLAGS = $(AM_CFLAGS) -pthread
%C%_ringwriter_LDFLAGS = $(AM_LDFLAGS) -pthread -export-dynamic
%C%_ringwriter_LDADD = $(libcleat_la_OBJECTS) $(CORE_LIBS)
%C%_ringwriter_DEPENDENCIES = $(libcleat_la_OBJECTS)
kernel_tests += %D%/events.sh
test_bpf_sources += %D%/ringstress.bpf.c
kernel_tests += %D%/legacy.sh %D%/aya.sh %D%/mapdef.sh %D%/externs.sh %D%/variables.sh %D%/gcc.sh
test_bpf_sources += %D%/legacy.bpf.c %D%/legacy-sample.bpf.c %D%/aya.bpf.c %D%/mapdef.bpf.c \
	%D%/externs.bpf.c %D%/variables.bpf.c %D%/lacking-values.bpf.c %D%/lacking.bpf.c \
	%D%/constant.bpf.c
kernel_tests += %D%/sections.sh %D%/attached.sh %D%/repeat.sh
test_bpf_sources += %D%/sections.bpf.c %D%/foreign.bpf.c
kernel_test_programs += %D%/attachloop
# as mapstress: plugins find the library's functions in the program
%C%_attachloop_SOURCES = %D%/attachloop.c %D%/complain.h
%C%_attachloop_LDFLAGS = $(AM_LDFLAGS) -export-dynamic
%C%_attachloop_LDADD = $(libcleat_la_OBJECTS) $(CORE_LIBS)
%C%_attachloop_DEPENDENCIES = $(libcleat_la_OBJECTS)
kernel_test_programs += %D%/pinlink
%C%_pinlink_SOURCES = %D%/pinlink.c %D%/complain.h
%C%_pinlink_LDFLAGS = $(AM_LDFLAGS) -export-dynamic
%C%_pinlink_LDADD = $(libcleat_la_OBJECTS) $(CORE_LIBS)
%C%_pinlink_DEPENDENCIES = $(libcleat_la_OBJECTS)
kernel_test_programs += %D%/lateattach
%C%_lateattach_SOURCES = %D%/lateattach.c %D%/complain.h
%C%_lateattach_LDFLAGS = $(AM_LDFLAGS) -export-dynamic
%C%_lateattach_LDADD = $(libcleat_la_OBJECTS) $(CORE_LIBS)
%C%_lateattach_DEPENDENCIES = $(libcleat_la_OBJECTS)
kernel_tests += %D%/gone.sh %D%/wrong.sh %D%/linkpins.sh %D%/testrun.sh
kernel_tests += %D%/mapcreate.sh
test_bpf_sources += %D%/testrun.bpf.c %D%/testrun-ops.bpf.c
kernel_test_programs += %D%/replaceloop
%C%_replaceloop_SOURCES = %D%/replaceloop.c %D%/complain.h %D%/sdt.h
%C%_replaceloop_CFLAGS = $(AM_CFLAGS) -pthread
%C%_replaceloop_LDFLAGS = $(AM_LDFLAGS) -pthread -export-dynamic
%C%_replaceloop_LDADD = $(libcleat_la_OBJECTS) $(CORE_LIBS)
%C%_replaceloop_DEPENDENCIES = $(libcleat_la_OBJECTS)
kernel_tests += %D%/structs.sh %D%/older.sh %D%/lacking.sh
test_bpf_sources += %D%/structs.bpf.c
kernel_tests += %D%/examples.sh %D%/mapexamples.sh
kernel_test_data += %D%/pages.awk
kernel_test_data += %D%/shared/keyless.sh %D%/shared/devmaps.sh %D%/shared/mapofmaps.sh %D%/shared/lru.sh \
	%D%/shared/examples.sh %D%/shared/shown.sh
EXTRA_DIST += %D%/shared/mapofmaps.bpf.h %D%/shared/lru.bpf.h %D%/shared/keyless.bpf.h %D%/shared/devmaps.bpf.h
EXTRA_DIST += %D%/shared/signals.bpf.h %D%/shared/entries.bpf.h %D%/shared/kill.bpf.h
kernel_test_data += %D%/lib.sh %D%/gcc.c %D%/sections.list %D%/sections.inc
EXTRA_DIST += %D%/run %D%/README.md %D%/victim.map $(kernel_tests) $(kernel_test_data)

kernel_tests += %D%/header.sh
kernel_tests += %D%/log.sh
test_bpf_sources += %D%/log.bpf.c %D%/log-max.bpf.c %D%/aya-log.bpf.c %D%/aya-log-perf.bpf.c

# What a load costs, in figures that do not depend on the machine's mood; tests/bench times it, too.
kernel_test_programs += %D%/loads
%C%_loads_SOURCES = %D%/loads.c %D%/tag.h
%C%_loads_LDFLAGS = $(AM_LDFLAGS) -export-dynamic
%C%_loads_LDADD = $(libcleat_la_OBJECTS) $(CORE_LIBS)
%C%_loads_DEPENDENCIES = $(libcleat_la_OBJECTS)
kernel_tests += %D%/gates.sh
kernel_test_data += %D%/gates.tsv
test_bpf_sources += %D%/gates-plain.bpf.c %D%/gates-maps.bpf.c %D%/gates-core.bpf.c
EXTRA_DIST += %D%/gates.sh %D%/gates.tsv
