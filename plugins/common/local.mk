# SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
#
# What plugins share stands in their own SOURCES; this header has no file of its own there.
EXTRA_DIST += %D%/targets.h
