# SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
#
# awk -v to=DIRECTORY -f pages.awk PAGE: the literal blocks of a man page that have the comment
# '; file NAME' before them become files. It knows scdoc, and nothing of what is in the files.
/^; file / { name = $3; next }
/^```/ && out { close(out); out = ""; next }
/^```/ && name {
	out = to "/" name
	dir = out
	sub("/[^/]*$", "", dir)
	system("mkdir -p \"" dir "\"")
	name = ""
	next
}
out { print > out }
