# SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
#
# A header with its comments as Doxygen wants them: '/*' that stands before something becomes '/**', behind something
# '/**<', and what would be commands, tags or links in its language is text. Lines stay lines.
function text(s) {
	gsub(/\\/, "\\\\", s)
	gsub(/[@<>&#%"$]/, "\\\\&", s)
	return s
}
{
	line = $0
	out = ""
	while (line != "") {
		if (inside) {
			i = index(line, "*/")
			if (!i) { out = out text(line); line = ""; break }
			out = out text(substr(line, 1, i - 1)) "*/"
			line = substr(line, i + 2)
			inside = 0
			continue
		}
		i = index(line, "/*")
		if (!i) { out = out line; break }
		out = out substr(line, 1, i - 1)
		# of a file: what stands at its head, with its licence left out
		if (out ~ /^[ \t]*$/ && NR > 1 && NR < 4 && !head) { out = out "/** \\file\n"; head = 1; sub(/\n$/, "", out) }
		else if (out ~ /^[ \t]*$/ && line !~ /SPDX/) out = out "/**"
		else if (out ~ /[;,{]/ && out !~ /^#/) out = out "/**<"
		else out = out "/*"
		line = substr(line, i + 2)
		inside = 1
	}
	print out
}
