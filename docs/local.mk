# SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
#
# Pages that belong to no single folder.

dist_examples_DATA += %D%/examples/watch.h %D%/examples/watch.c %D%/examples/watch-uv.c \
	%D%/examples/watch-event.c %D%/examples/watch-glib.c %D%/examples/watch-sd-event.c \
	%D%/examples/watch-thread.c

man_scd += %D%/man/cleat.8.scd
man_scd += %D%/man/cleat-embed.7.scd
man_scd += %D%/man/cleat-log.7.scd
man_scd += %D%/man/cleat-map.7.scd
man_scd += %D%/man/cleat-new.7.scd
man_scd += %D%/man/cleat-plugin.3.scd
man_scd += %D%/man/cleat-plugin.5.scd
man_scd += %D%/man/cleat-unit.5.scd
man_scd += %D%/man/libcleat.3.scd

EXTRA_DIST += %D%/design.md %D%/engine.md %D%/maps.md %D%/testing.md %D%/kernels.md
