/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * probe-internal.h - what the probe files share: trying things, and judging the error.
 */
#ifndef KERNEL_PROBE_INTERNAL_H
#define KERNEL_PROBE_INTERNAL_H

#include <cleat/uapi.h>

#include "kernel/probe.h"

enum probe_blob {
	BLOB_INT,
	BLOB_FUNC,
	BLOB_GLOBAL_FUNC,
	BLOB_DATASEC,
	BLOB_QMARK,
	BLOB_FLOAT,
	BLOB_DECL_TAG,
	BLOB_TYPE_TAG,
	BLOB_ATTRIBUTE,
	BLOB_ENUM64,
	/* FUNC ids PROBE_CTX_MAIN, int (void *), and PROBE_CTX_SUB, whose argument has the tag */
	BLOB_ARG_CTX,
	BLOB_ARG_TRUSTED, /* and "arg:nullable" */
	BLOB_ARG_ARENA,
	BLOB_ARG_UNTRUSTED,
};

#define PROBE_CTX_MAIN 4
#define PROBE_CTX_SUB 5

/* A descriptor or -errno. */
int probe_load_btf(enum probe_blob blob);
int probe_load_insns(union bpf_attr *attr, const struct bpf_insn *insns, size_t n);
/* A program of @type that returns 0. */
int probe_load_trivial(uint32_t type, uint32_t attach_type);
int probe_create_array(uint32_t flags);

/* What a try tells: a descriptor (closed here) yes, an error that has other causes unknown. */
enum probe_answer probe_judge(int fd);

/* A call that had to fail, and failed so when the kernel knows what was asked of it; closes. */
enum probe_answer probe_judge_as(int fd, int wanted);

/* probe-type.c: as probe_program_flags() and probe_map_type(), without the cache. */
enum probe_answer probe_try_program(uint32_t type, uint32_t attach_type, uint32_t flags);
enum probe_answer probe_try_map(uint32_t type);
/* What programs of @type must say to be loaded at all. */
void probe_program_needs(uint32_t type, union bpf_attr *attr);

/* probe-attach.c: likewise. */
enum probe_answer probe_try_attach(struct prober *p, uint32_t attach_type);
enum probe_answer probe_try_link(struct prober *p, uint32_t type);

/* The id of a function or typedef of the kernel's, or 0. */
uint32_t probe_btf_id(struct prober *p, const char *name);

/* ENOTSUPP: the kernel's own, which is not for user space but reaches it. */
#define KERNEL_ENOTSUPP 524

#endif
