# shellcheck shell=bash
# SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
#
# Completion for bash: the program says what may stand next, so there is no list here that could be out of date.
_cleat() {
	local typed=${COMP_LINE:0:COMP_POINT} word before candidate
	local -a words
	COMPREPLY=()
	# bash splits words at '=' and ':', which belong to ours
	read -ra words <<<"$typed"
	case $typed in *[[:space:]]) words+=("") ;; esac
	word=${words[${#words[@]} - 1]}
	before=${word%"${word##*[=:]}"}
	while IFS= read -r candidate; do
		if [ "$candidate" = :files ]; then
			compopt -o filenames 2>/dev/null
			while IFS= read -r candidate; do COMPREPLY+=("$candidate"); done \
				< <(compgen -f -- "${word#"$before"}")
			continue
		fi
		case $candidate in *=) compopt -o nospace 2>/dev/null ;; esac
		COMPREPLY+=("${candidate#"$before"}")
	done < <("${words[0]}" complete -- "${words[@]:1}" 2>/dev/null)
}
complete -F _cleat cleat
