# SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
#
# What distributions build packages from, and what tries these packages: none of it is installed.
EXTRA_DIST += %D%/build %D%/try %D%/tap.sh %D%/debian %D%/rpm \
	%D%/container %D%/kubernetes %D%/ansible
