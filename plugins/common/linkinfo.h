/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * linkinfo.h - asks the kernel again for a link's info, this time with room for its texts.
 */
#ifndef COMMON_LINKINFO_H
#define COMMON_LINKINFO_H

#define CLEAT_ABI 1
#include <cleat/plugin.h>

/* For 'describe': fills *info, whose buffer pointers the caller has set. Returns 0 or -errno. */
int linkinfo_again(struct cleat *c, struct bpf_link_info *info);

/* Is this a perf link of the given kind (BPF_PERF_EVENT_...). */
bool linkinfo_is_perf(const struct bpf_link_info *info, uint32_t kind);

#define LINKINFO_NAME 256

/* What -ENOENT means of a program that is bound by BTF: its trampoline is gone with its first link. */
#define LINKINFO_ONCE "this kernel lets a program be attached once: load it again"

/* Of a kprobe's link: all of it, the function's name ("": an address) and whether it is at the return. */
int linkinfo_kprobe(struct cleat *c, const struct bpf_link_info *info, struct bpf_link_info *full,
		    char name[static LINKINFO_NAME], bool *ret);

/* What the kernel knows of a program by its id, or by its descriptor. Returns 0 or -errno. */
int linkinfo_program(uint32_t id, struct bpf_prog_info *info);
int linkinfo_program_by_fd(int fd, struct bpf_prog_info *info);

/* The link after *id (0: the first), ours or not. Returns 0, or -errno at the end. */
int linkinfo_next(uint32_t *id, struct bpf_link_info *info);

/* BPF_PROG_TYPE_... of a program by its id; 0 when it cannot be had. */
uint32_t linkinfo_program_type(struct cleat *c, uint32_t id);

/*
 * Facts "target" ("[MODULE:]NAME", or a program's function) and, of the latter, "target-program"
 * (its id), of a link whose info.tracing is filled.
 */
void linkinfo_btf_target(struct cleat *c, const struct bpf_link_info *info,
			 struct cleat_facts *out);

/* "NAME" (and its cookie) of a raw tracepoint link as facts 'key' and "cookie". */
int linkinfo_raw_tracepoint(struct cleat *c, const char *key, struct cleat_facts *out);

#endif
