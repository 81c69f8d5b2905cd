#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
#
# The inode_storage plugin: values live with files, whatever their names, and go
# with them. That LSM programs use them their plugin's test sees.
. "$TEST_LIB"
requires_hook map_inode_storage

unit=$(test_unit notes <<END
[object]
path = test-plain.bpf.o
END
)
run_unit "$unit" || bail "made"
echo one >"$TEST_TMP/one"
echo two >"$TEST_TMP/two"
ln "$TEST_TMP/one" "$TEST_TMP/other"
fails_with 1 "no entry" "no value yet" map get notes "$TEST_TMP/one"
succeeds "set" map set notes "$TEST_TMP/one" '{ opened = 3, color = 7 }'
is "$(map get notes "$TEST_TMP/other")" "$TEST_TMP/other -> { opened = 3, color = 7 }" \
	"another name of the file leads there"
fails_with 1 "no entry" "another file has none" map get notes "$TEST_TMP/two"
mv "$TEST_TMP/one" "$TEST_TMP/moved"
like "$(map get notes "$TEST_TMP/moved" --json)" '"opened":3,"color":7' "it goes where the file goes"
rm "$TEST_TMP/moved" "$TEST_TMP/other"
echo three >"$TEST_TMP/one"
fails_with 1 "no entry" "and with the file" map get notes "$TEST_TMP/one"
exec {fd}<"$TEST_TMP/two"
succeeds "by a descriptor" map set notes "fd:$fd" '{ opened = 1 }'
exec {fd}<&-
succeeds "deleted" map delete notes "$TEST_TMP/two"
fails_with 1 "no entry" "and gone" map delete notes "$TEST_TMP/two"
fails_with 1 "cannot open '.*/nowhere'" "no such file" map get notes "$TEST_TMP/nowhere"
fails_with 1 "no entries to walk" "nothing can be walked" map dump notes
stop_run
is $? 0 "ends well"

unit=$(test_unit untyped <<END
[object]
path = test.bpf.o
END
)
fails_with 1 "wants to know the types.*__type\(key, int\)" "refused: no types" cleat run "$unit"
done_testing
