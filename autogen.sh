#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
#
# Makes ./configure from configure.ac and the local.mk files. It knows where
# the sources are; it refuses to run configure, because options are the
# caller's business.
set -eu
cd "$(dirname "$0")"
mkdir -p m4
exec autoreconf --install --force "$@"
