# SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
#
# Holds the verdicts of 'cleat verify --json' against those of libbpf on the same
# objects in the same run. Lines: LOST (libbpf loads it, cleat does not), OTHER
# (both load it, with other instructions: the tag differs), GAINED; then tables
# by folder and by cause. It refuses to know any object by name: exceptions are
# in the file EXPECTED, each with its reason.
#
# awk -v root=DIR -v expected=FILE -v kernel=RELEASE -v verbose=0 -f judge.awk PEER.jsonl CLEAT.jsonl

# The value of @key, a string, in a line of JSON; "" when it is null or absent.
function text(line, key,    at, c, out) {
	at = index(line, "\"" key "\":\"")
	if (!at) return ""
	at += length(key) + 4
	for (out = ""; (c = substr(line, at, 1)) != "\"" && c != ""; at++) {
		if (c == "\\") c = substr(line, ++at, 1)
		out = out c
	}
	return out
}

function loaded(line) { return index(line, "\"loaded\":true") > 0 }

function short(path) { return index(path, root) == 1 ? substr(path, length(root) + 1) : path }

function folder(object) { return object ~ /\// ? substr(object, 1, match(object, /\/[^\/]*$/) - 1) : "." }

# What is the same in many messages: names and numbers out.
function cause(error) {
	if (sub(/^the verifier said no: .*/, "the verifier said no", error)) return error
	sub(/; .*/, "", error)
	sub(/^[^ ]*\.o is for/, "the object is for", error)
	gsub(/'[^']*'/, "'...'", error)
	gsub(/[0-9]+/, "N", error)
	return substr(error, 1, 100)
}

function is_number(wanted, n) { return wanted == "-" || wanted == n }

function is_expected(what, object, program,    k) {
	for (k = 1; k <= n_exceptions; k++)
		if (exception[k, 1] == what && object ~ ("(^|/)" exception[k, 2] "$") &&
		    (exception[k, 3] == "*" || exception[k, 3] == program)) {
			met[k] = 1
			return 1
		}
	return 0
}

function differ(what, object, program, why) {
	known = is_expected(what, object, program)
	count[what]++
	if (known) count["known"]++
	if (!known || verbose) printf "%s\t%s\t%s\t%s%s\n", what, object, program, why, known ? " (known)" : ""
}

BEGIN {
	FS = "\t"
	while ((getline row < expected) > 0) {
		if (row == "" || row ~ /^#/) continue
		split(row, cell, "\t")
		if (cell[1] == "floor") {
			floor[cell[2], cell[3]] = cell[4] "\t" cell[5] "\t" cell[6] "\t" cell[7]
			continue
		}
		n_exceptions++
		for (i = 1; i <= 4; i++) exception[n_exceptions, i] = cell[i]
	}
}

{ object = short(text($0, "object")); program = text($0, "program") }

FNR == NR {
	if (object != "") peer_lines++
	if (loaded($0)) { peer[object, program] = text($0, "tag"); peer_loads++ }
	else if (program != "") peer_refuses[object, program] = 1
	peer_programs[object] += program != ""
	peer_refused[object] += !loaded($0)
	next
}

{
	part = folder(object)
	key = object SUBSEP program
	if (!(object in objects)) { objects[object] = 1; n_objects[part]++ }
	seen[key] = 1
	if (!loaded($0)) refused[object]++
	if (program == "") {
		if (!loaded($0)) causes[cause(text($0, "error"))]++
		next
	}
	n_programs[part]++
	if (loaded($0)) {
		n_loads[part]++
		loads++
		if (!(key in peer)) {
			count["GAINED"]++
			if (verbose) printf "GAINED\t%s\t%s\t%s\n", object, program, text($0, "note")
		} else if (peer[key] != text($0, "tag")) {
			differ("OTHER", object, program, text($0, "tag") " for " peer[key])
		}
	} else {
		error = text($0, "error")
		causes[cause(error)]++
		if (key in peer) differ("LOST", object, program, error)
	}
}

END {
	for (key in peer) {
		split(key, cell, SUBSEP)
		if (!(key in seen)) differ("LOST", cell[1], cell[2], "no verdict")
	}
	for (key in peer_refuses) {
		split(key, cell, SUBSEP)
		# a verdict on the object as a whole is one on each of its programs
		if (!(key in seen) && !refused[cell[1]]) differ("LOST", cell[1], cell[2], "no verdict")
	}
	for (object in objects) {
		if (!refused[object]) whole[folder(object)]++
		if (peer_lines && !peer_refused[object]) peer_whole[folder(object)]++
	}

	printf "%-42s %8s %8s %8s %8s %8s\n", "folder", "objects", "whole", "libbpf", "programs", "load"
	sorter = "sort"
	for (part in n_objects) {
		printf "%-42s %8d %8d %8d %8d %8d\n", part, n_objects[part], whole[part], peer_whole[part],
			n_programs[part], n_loads[part] | sorter
		all_objects += n_objects[part]; all_whole += whole[part]; all_peer += peer_whole[part]
		all_programs += n_programs[part]
		which = (kernel, part) in floor ? kernel : "any"
		if ((which, part) in floor) {
			split(floor[which, part], cell, "\t")
			# another version of the package has other objects: then nothing was promised
			if (is_number(cell[1], n_objects[part]) && is_number(cell[2], n_programs[part]) &&
			    (whole[part] < cell[3] || n_loads[part] < cell[4])) {
				fewer = fewer sprintf("FEWER\t%s\t%d whole, %d programs; expected %d, %d\n", part,
					whole[part], n_loads[part], cell[3], cell[4])
			}
		}
		if (floors != "")
			printf "floor\t%s\t%s\t%d\t%d\t%d\t%d\n", kernel, part, n_objects[part],
				n_programs[part], whole[part], n_loads[part] >floors
	}
	close(sorter)
	printf "%-42s %8d %8d %8d %8d %8d\n\n", "all", all_objects, all_whole, all_peer, all_programs, loads

	print "why programs do not load:"
	sorter = "sort -rn | head -n 25"
	for (c in causes) printf "%8d  %s\n", causes[c], c | sorter
	close(sorter)
	printf "%s", fewer
	for (i = 1; i <= n_exceptions; i++)
		if (verbose && !met[i])
			printf "note: not met: %s %s %s\n", exception[i, 1], exception[i, 2], exception[i, 3]
	printf "\ncorpus: %d programs load (%d with libbpf): %d lost, %d other, %d gained; %d of these are known\n",
		loads, peer_loads, count["LOST"], count["OTHER"], count["GAINED"], count["known"]
	exit count["LOST"] + count["OTHER"] > count["known"] || fewer != ""
}
