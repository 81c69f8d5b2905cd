/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * names.h - the kernel's names of its types by number: "sched_cls", "lpm_trie", "tcx_ingress".
 */
#ifndef KERNEL_NAMES_H
#define KERNEL_NAMES_H

#include "base/base.h"

/* NULL for numbers newer than these tables. */
const char *name_of_program_type(uint32_t number);
const char *name_of_map_type(uint32_t number);
const char *name_of_attach_type(uint32_t number);
const char *name_of_link_type(uint32_t number);
/* Without "bpf_": "map_lookup_elem". */
const char *name_of_helper(uint32_t number);

#endif
