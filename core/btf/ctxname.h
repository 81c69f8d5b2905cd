/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * ctxname.h - what a kernel calls the context of its programs.
 */
#ifndef BTF_CTXNAME_H
#define BTF_CTXNAME_H

#include "btf/btf.h"

/*
 * The name by which the kernel with the types @kernel knows the context of programs of type number
 * @type, or NULL when it has none. Lives as long as @kernel.
 */
const char *btf_ctx_name(struct btf *kernel, uint32_t type);

#endif
