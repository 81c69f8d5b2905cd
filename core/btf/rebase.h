/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * rebase.h - the types of a module that were built on an extract of a kernel's (".BTF.base", the
 * distilled base), put on the types of a kernel.
 */
#ifndef BTF_REBASE_H
#define BTF_REBASE_H

#include "btf/btf.h"

/*
 * @split stands on an extract: integers, floats, and the names and sizes of structs, unions and
 * enums that the module uses. Both have been checked when they were opened. Each type of the
 * extract is looked for in @onto by name and kind, and by size where the module's own layout
 * depends on it. One that is missing, or has another size, is an error that names it.
 *
 * *out is split from @onto, which must outlive it, and needs neither @split nor its base any more.
 * Reports; returns 0 or -errno.
 */
int btf_rebase(struct btf **out, const struct btf *split, struct btf *onto, struct report *r);

#endif
