# SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
#
# The public headers, the contract with programs and plugins.

cleatincludedir = $(includedir)/cleat
cleatinclude_HEADERS =
nodist_cleatinclude_HEADERS = %D%/cleat/version.h
cleatinclude_HEADERS += %D%/cleat/cleat.h
cleatinclude_HEADERS += %D%/cleat/btf.h
cleatinclude_HEADERS += %D%/cleat/code.h
cleatinclude_HEADERS += %D%/cleat/error.h
cleatinclude_HEADERS += %D%/cleat/event.h
cleatinclude_HEADERS += %D%/cleat/export.h
cleatinclude_HEADERS += %D%/cleat/facts.h
cleatinclude_HEADERS += %D%/cleat/features.h
cleatinclude_HEADERS += %D%/cleat/glib.h
cleatinclude_HEADERS += %D%/cleat/link.h
cleatinclude_HEADERS += %D%/cleat/linker.h
cleatinclude_HEADERS += %D%/cleat/logreader.h
cleatinclude_HEADERS += %D%/cleat/map.h
cleatinclude_HEADERS += %D%/cleat/object.h
cleatinclude_HEADERS += %D%/cleat/plugin.h %D%/cleat/plugin-host.h
cleatinclude_HEADERS += %D%/cleat/program.h
cleatinclude_HEADERS += %D%/cleat/reader.h
cleatinclude_HEADERS += %D%/cleat/registry.h
cleatinclude_HEADERS += %D%/cleat/sd-event.h
cleatinclude_HEADERS += %D%/cleat/symbols.h
cleatinclude_HEADERS += %D%/cleat/type.h
cleatinclude_HEADERS += %D%/cleat/uapi-defines.h
cleatinclude_HEADERS += %D%/cleat/uapi.h
cleatinclude_HEADERS += %D%/cleat/state.h
cleatinclude_HEADERS += %D%/cleat/unit.h
cleatinclude_HEADERS += %D%/cleat/uv.h
cleatinclude_HEADERS += %D%/cleat/watch.h
cleatinclude_HEADERS += %D%/cleat/writer.h
