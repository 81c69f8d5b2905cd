# shellcheck shell=bash
# SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
#
# Packages of Debian's archive for tests that need them, in a cache, without
# installing any: sourced by scripts. It asks apt which mirror this machine uses
# and names no host; it refuses to know what the packages are for.
#
# CLEAT_CACHE     where (default: cleat in XDG_CACHE_HOME or ~/.cache)
# CLEAT_MIRROR    a Debian archive, where apt is configured for something else
#
# architecture    whose packages: what sources this may set it before with_suites

architecture=amd64
die() { printf '%s: %s\n' "${0##*/}" "$*" >&2; exit 1; }
note() { printf '%s: %s\n' "${0##*/}" "$*" >&2; }
cache=${CLEAT_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/cleat}
# Nothing is wrong with us: there is no archive, or it does not answer.
unreachable() { printf '%s: %s\n' "${0##*/}" "$*" >&2; exit 3; }

mkdir -p "$cache"
exec {lock}>"$cache/.lock"
flock "$lock"

# The archive that apt uses here: any mirror of Debian has all suites.
archive() {
	if [ -n "${CLEAT_MIRROR-}" ]; then echo "$CLEAT_MIRROR"; return; fi
	# shellcheck disable=SC2016 # apt's own placeholders
	APT_CONFIG='' apt-get indextargets --format '$(REPO_URI)' 'Created-By: Packages' |
		grep -m1 '/debian/*$'
}

# use_suites NAME: that private apt again. Sets root.
use_suites() {
	root=$cache/apt/$1
	if [ "$architecture" != amd64 ]; then root=$root-$architecture; fi
	export APT_CONFIG=$root/apt.conf
}

# with_suites NAME [source:]SUITE...: a private apt, reading these suites
with_suites() {
	local root s kind uri try
	use_suites "$1"
	shift
	if [ -e "$root/.done" ] && [ -n "$(find "$root/.done" -mmin -720)" ]; then return; fi
	uri=$(archive) || unreachable "apt knows no Debian archive here: set CLEAT_MIRROR"
	mkdir -p "$root"/etc/{apt.conf.d,preferences.d,sources.list.d,trusted.gpg.d} \
		"$root"/state/lists/partial "$root"/cache/archives/partial
	if [ ! -e "$root/status" ]; then : >"$root/status"; fi
	cat >"$root/apt.conf" <<-EOF
		Dir "$root"; Dir::Etc "$root/etc"; Dir::State "$root/state"; Dir::Cache "$root/cache";
		Dir::State::status "${APT_STATUS:-$root/status}";
		APT::Architectures { "$architecture"; }; APT::Architecture "$architecture"; APT::Sandbox::User "root";
		Acquire::Languages "none"; Acquire::GzipIndexes "true"; Dir::Cache::srcpkgcache ""; Acquire::IndexTargets::deb::DEP-11::DefaultEnabled "false";
		Acquire::Check-Valid-Until "false"; Acquire::Retries "2"; Debug::NoLocking "true";
	EOF
	for s in "$@"; do
		kind=deb
		if [[ $s = source:* ]]; then kind=deb-src; fi
		echo "$kind [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] $uri ${s#source:} main"
	done >"$root/etc/sources.list"
	# A mirror in the middle of a refresh answers with files that do not fit
	# together: a little later they do, and an older index does as well.
	for try in 1 2 3; do
		if apt-get -qq update >"$root/update.log" 2>&1 && ! grep -q '^[EW]:' "$root/update.log"; then
			break
		fi
		if [ $try = 3 ]; then note "not all of these indexes arrived: $*"; break; fi
		sleep $((try * 2))
	done
	touch "$root/.done"
}

# download DIR PACKAGE[=VERSION]...: unpacks them there. A directory that is a symbolic link in DIR stays one.
download() {
	local dir=$1 p debs
	shift
	debs=$(mktemp -d "$cache/.debs.XXXXXX")
	(cd "$debs" && apt-get -qq download "$@" >/dev/null 2>"$debs/err") ||
		{ cat "$debs/err" >&2; rm -rf "$debs"; unreachable "could not download $*"; }
	mkdir -p "$dir"
	for p in "$debs"/*.deb; do
		dpkg-deb --fsys-tarfile "$p" | tar -x --keep-directory-symlink -C "$dir"
	done
	rm -rf "$debs"
}
