# SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
#
# The public headers, the contract with programs and plugins.

cleatincludedir = $(includedir)/cleat
cleatinclude_HEADERS = 
cleatinclude_HEADERS += include/cleat/uapi.h include/cleat/uapi-defines.h
