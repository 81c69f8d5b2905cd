/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * many.h - fentry.multi, fexit.multi, fsession.multi: one program and one link for many functions of
 * the kernel.
 */
#ifndef TRACING_MANY_H
#define TRACING_MANY_H

#define CLEAT_ABI 1
#include <cleat/plugin.h>

/* Is it one of these forms. */
bool many_is(const struct cleat_section *section);
/* Callbacks of the same names. */
int many_check(struct cleat_program *prog, const struct cleat_params *p);
int many_prepare(struct cleat_program *prog, const struct cleat_params *p, struct cleat_load *load);
int many_attach(struct cleat_attach *a, const struct cleat_params *p);
int many_describe(struct cleat *c, const struct bpf_link_info *info, struct cleat_facts *out);

#endif
