# SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
#
# What is installed, seen by strangers.
kernel_tests += %D%/stranger.sh %D%/adapters.sh
kernel_test_data += %D%/stranger.c %D%/stranger.plugin %D%/program.c
