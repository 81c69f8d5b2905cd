# SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
#
# What is installed, seen by strangers.
kernel_tests += %D%/stranger.sh %D%/plugins.sh %D%/selftest.sh %D%/completion.sh %D%/adapters.sh %D%/embed.sh %D%/templates.sh \
	%D%/documents.sh
kernel_test_data += %D%/stranger.c %D%/stranger.plugin %D%/program.c %D%/stranger.inc %D%/embed.c %D%/projects \
	%D%/abi/cleat/plugin.h %D%/breaches.c
# what documents.sh types
kernel_test_data += README.md bpf/examples/README.md $(guides)
test_bpf_sources += %D%/embed.bpf.c
EXTRA_DIST += %D%/abi/members
