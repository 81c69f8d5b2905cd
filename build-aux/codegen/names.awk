# SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
#
# Makes core/kernel/names.c from include/cleat/uapi.h: the kernel's own names of program, map,
# attach and link types and of helpers, in lower case without their prefix. The tables hold strings, so that the
# core can print a type that it refuses to know. Run by build-aux/codegen/run.

BEGIN {
	table["bpf_prog_type"] = "program_types"; prefix["bpf_prog_type"] = "BPF_PROG_TYPE_"
	table["bpf_map_type"] = "map_types"; prefix["bpf_map_type"] = "BPF_MAP_TYPE_"
	table["bpf_attach_type"] = "attach_types"; prefix["bpf_attach_type"] = "BPF_"
	table["bpf_link_type"] = "link_types"; prefix["bpf_link_type"] = "BPF_LINK_TYPE_"
	table["bpf_func_id"] = "helpers"; prefix["bpf_func_id"] = "BPF_FUNC_"
	print "/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */"
	print "/*"
	print " * names.c - the kernel's names of its types, in lower case. Knows strings and numbers, nothing"
	print " * else. Generated from include/cleat/uapi.h by './dev codegen'; do not edit."
	print " */"
	print "#include \"kernel/names.h\"\n"
}

$1 == "enum" && ($2 in table) { current = $2; printf "static const char *const %s[] = {\n", table[$2]; next }

current && /^}/ { print "};\n"; current = "" }

current && $2 == "=" {
	name = $1; value = $3
	sub(/,.*/, "", value)
	if (name ~ /^__/) next
	if (value in seen_values && seen_for[value] == current) next   # an older name of the same number
	seen_values[value] = 1; seen_for[value] = current
	sub("^" prefix[current], "", name)
	sub(/_DEPRECATED$/, "", name) # still the name that people use
	printf "\t[%d] = \"%s\",\n", value, tolower(name)
}

END {
	print "static const char *look_up(const char *const *names, size_t n, uint32_t number)"
	print "{"
	print "\treturn number < n ? names[number] : NULL;"
	print "}"
	n = split("program_type map_type attach_type link_type helper", kinds, " ")
	for (i = 1; i <= n; i++) {
		printf "\nconst char *name_of_%s(uint32_t number)\n{\n", kinds[i]
		printf "\treturn look_up(%ss, ARRAY_SIZE(%ss), number);\n}\n", kinds[i], kinds[i]
	}
}
