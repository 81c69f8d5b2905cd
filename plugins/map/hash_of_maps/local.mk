# SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
#
# The hash_of_maps plugin.
plugin_LTLIBRARIES += %D%/hash_of_maps.la
%C%_hash_of_maps_la_SOURCES = %D%/hash_of_maps.c \
	plugins/common/mapref.c plugins/common/mapref.h \
	plugins/common/mapofmaps.c plugins/common/mapofmaps.h
%C%_hash_of_maps_la_LDFLAGS = $(PLUGIN_LDFLAGS)
%C%_hash_of_maps_la_LIBADD  = $(PLUGIN_LIBADD)
dist_plugin_DATA   += %D%/hash_of_maps.plugin
man_scd            += %D%/cleat-hash_of_maps.7.scd
kernel_tests       += %D%/test.sh
test_bpf_sources   += %D%/test.bpf.c %D%/example.bpf.c
