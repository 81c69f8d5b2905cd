# SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
#
# Makes bpf/include/cleat/bpf/helpers.h from include/cleat/uapi.h (the numbers) and helpers.proto
# (what is called with which arguments). A helper that one of them lacks, or that stands elsewhere,
# is an error: who adds a kernel adds its prototypes. Run by build-aux/codegen/run.

function fail(what) {
	print "helpers.awk: " what >"/dev/stderr"
	bad = 1
	exit 1
}

# The types as the kernel's headers have them, which every program has.
function kernel_types(text) {
	gsub(/[us](16|32|64)/, "__&", text)
	return text
}

# One line, or two where it is longer than the style allows.
function put(text,   at, head) {
	if (length(text) <= 98) { print text; return }
	for (at = 98; substr(text, at, 2) != ", "; at--) ;
	head = substr(text, 1, at)
	print head
	print "\t     " substr(text, at + 2)
}

FILENAME ~ /uapi\.h$/ {
	if ($1 == "enum") current = $2
	if (current == "bpf_func_id" && /BPF_FUNC_/ && $1 !~ /^__|unspec/) {
		name = $1
		sub(/^BPF_FUNC_/, "", name)
		number[name] = $3 + 0
		last = $3 + 0
	}
	next
}

/^$/ || /^# / || /^#$/ { next }

/^## / { since[count + 1] = $2; next }

{
	if (!match($0, /[a-z0-9_]+\(/)) fail("no prototype: " $0)
	name = substr($0, RSTART, RLENGTH - 1)
	if (number[name] != ++count) fail("'" name "' is not the helper " count)
	returns[count] = substr($0, 1, RSTART - 1)
	sub(/ $/, "", returns[count])
	names[count] = name
	args[count] = substr($0, RSTART + RLENGTH, length($0) - RSTART - RLENGTH)
	text = $0
	while (match(text, /struct [a-z0-9_]+/)) {
		type = substr(text, RSTART, RLENGTH)
		if (!(type in seen)) { seen[type] = 1; types[++ntypes] = type }
		text = substr(text, RSTART + RLENGTH)
	}
}

END {
	if (bad) exit 1
	if (count != last) fail("prototypes for " count " of " last " helpers")
	print "/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */"
	print "/*"
	print " * helpers.h - the kernel's helper functions as BPF programs call them, with the kernel that brought"
	print " * them. What each does is in bpf-helpers(7); 'cleat features' says which of them programs of a type"
	print " * may call on the kernel that runs. With libbpf's <bpf/bpf_helpers.h> before this, those are used."
	print " *"
	print " * Generated from include/cleat/uapi.h and build-aux/codegen/helpers.proto by './dev codegen'; do not"
	print " * edit."
	print " */"
	print "#ifndef CLEAT_BPF_H"
	print "#include <cleat/bpf.h> /* includes this, in its place */"
	print "#endif"
	print "#ifndef CLEAT_BPF_HELPERS_H"
	print "#define CLEAT_BPF_HELPERS_H\n"
	print "#ifndef __BPF_HELPERS__\n"
	print "/* By number: older headers of the kernel do not have all of enum bpf_func_id. */"
	print "#if CLEAT_HAS_ATTRIBUTE(kernel_helper) /* gcc */"
	print "#define CLEAT_HELPER(number, ret, name, ...) \\"
	print "\textern ret bpf_##name(__VA_ARGS__) __attribute__((kernel_helper(number)))"
	print "#else"
	print "#define CLEAT_HELPER(number, ret, name, ...) \\"
	print "\tstatic ret (*const bpf_##name)(__VA_ARGS__) __attribute__((unused)) = (void *)number"
	print "#endif\n"
	for (i = 1; i <= ntypes; i++) print types[i] ";"
	for (i = 1; i <= count; i++) {
		if (i in since) print "\n/* Linux " since[i] " */"
		put("CLEAT_HELPER(" i ", " kernel_types(returns[i]) ", " names[i] ", " kernel_types(args[i]) ");")
	}
	print "\n#undef CLEAT_HELPER"
	print "\n#endif"
	print "#endif"
}
