# SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
#
# Makes core/btf/uapi-names.h from include/cleat/uapi.h: the structs, unions and enums with a name that
# are defined there, so that a header of types knows which ones stand there already. Run by
# build-aux/codegen/run.

BEGIN {
	print "/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */"
	print "/*"
	print " * uapi-names.h - the types that <cleat/uapi.h> defines, sorted. Generated from it by"
	print " * './dev codegen'; do not edit."
	print " */"
	fflush()
}

/^(struct|union|enum) [a-z_0-9]+ \{/ { printf "\"%s %s\",\n", $1, $2 | "LC_ALL=C sort" }
