# SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
#
# Pages that belong to no single folder.

# man_scd += %D%/cleat-plugin.3.scd
man_scd += %D%/man/cleat.8.scd
