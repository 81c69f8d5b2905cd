# SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
#
# awk -v to=DIRECTORY -f pages.awk PAGE: what a man page (scdoc) or a guide (markdown) shows becomes files. A
# literal block after the comment '; file NAME', in markdown '<!-- file NAME -->', is that file. One after '; run', and
# each of markdown's for a shell, is a part of the file 'commands': lines to be typed. The comment '; not run: WHY',
# '<!-- not run: WHY -->', takes a block out of that; '; interrupted' is a Ctrl-C for what runs.
#
# awk -v unsaid=1 -f pages.awk PAGE: blocks that look like commands, and of which none of this is said. It knows
# nothing of what is in the files.
/^; file / || /^<!-- file [^ ]+ -->$/ { name = $3; next }
/^; run$/ { name = "commands"; next }
/^(;|<!--) interrupted( -->)?$/ { if (to) print "^C" >> (to "/commands"); next }
/^(;|<!--) not run: ./ { name = "-"; next }
/^```/ && inside {
	if (out) close(out)
	out = inside = ""
	next
}
/^```/ {
	if (!name && $0 == "```sh") name = "commands"
	if (name && name != "-" && to) {
		out = to "/" name
		dir = out
		sub("/[^/]*$", "", dir)
		system("mkdir -p \"" dir "\"")
	}
	said = name
	name = ""
	inside = 1
	next
}
inside && unsaid && !said && /^([#$] |(cleat|make|cc|gcc|clang|ln|ip|tc|cd|sudo|pkg-config|apt|systemctl) )/ {
	print FILENAME ":" FNR ": neither run nor said why not: " $0
	said = "yes"
}
out { print >> out }
