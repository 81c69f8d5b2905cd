# shellcheck shell=bash disable=SC2034
# SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
#
# Sessions at a terminal, as pages show them: what is typed after '# ', and what then comes. Names that a
# page cannot know are replaced as aim() was told.

aims=()
# aim WORD OURS...: these words of units and of what is typed are ours here
aim() { aims=("$@"); }
aimed() {
	local text i
	text=$(cat)
	for ((i = 0; i < ${#aims[@]}; i += 2)); do text=${text//"${aims[i]}"/"${aims[i + 1]}"}; done
	printf '%s\n' "$text"
}

# looks_like WANTED: a pattern. Whoever reads knows that numbers of more than two digits are
# other ones elsewhere, as are the values of all CPUs; "..." is anything.
looks_like() {
	printf '%s' "$1" | sed -E 's/[][\\.^$*+?(){}|]/\\&/g
		s/\\\[ [0-9, ]+ \\\]/\\[ [0-9, ]+ \\]/g
		s/[0-9]{3,}/[0-9]+/g
		s/\\\.\\\.\\\./.*/g'
}

# shown PAGE SESSION: what the page shows to be typed, in that file, each with what is to come of it
shown() {
	local session=$2 line command='' wanted='' prefix=() got
	if [ ! -e "$session" ]; then return; fi
	if [ -n "${IN_NS-}" ]; then prefix=(nsenter --net="/run/netns/$IN_NS" --); fi
	while IFS= read -r line; do
		if [[ $line != '# '* ]]; then
			wanted+=${wanted:+$'\n'}$line
			continue
		fi
		if [ -n "$command" ]; then
			got=$("${prefix[@]}" bash -c "$command" 2>&1) || true
			like "$got" "^$(looks_like "$wanted")\$" "$1: $command"
		fi
		command=${line#'# '} wanted=
	done < <(aimed <"$session"; echo '# ')
}
