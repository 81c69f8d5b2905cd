# SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
#
# One line per plugin; README.md in this folder says what a plugin's own
# local.mk holds.

include %D%/common/local.mk

include %D%/program/tracepoint/local.mk

include %D%/map/array/local.mk
include %D%/map/ringbuf/local.mk
