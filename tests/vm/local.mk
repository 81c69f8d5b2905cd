# SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
#
# Other kernels, in virtual machines. Nothing here is compiled.
EXTRA_DIST += %D%/fetch %D%/cross %D%/run %D%/init %D%/tools %D%/matrix %D%/table
