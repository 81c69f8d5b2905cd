# SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
#
# What lands beside the program: pkg-config file, example units, services.

pkgconfigdir = $(libdir)/pkgconfig
pkgconfig_DATA = %D%/cleat.pc

examplesdir = $(docdir)/examples
dist_examples_DATA = %D%/examples/who.ini %D%/examples/blocklist.ini \
	%D%/examples/blocked.txt %D%/examples/egress.ini
EXTRA_DIST += %D%/examples/demo
