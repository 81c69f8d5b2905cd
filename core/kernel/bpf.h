/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * bpf.h - bpf(2), one thin function per command.
 *
 * The only file that makes this system call. Functions return what the kernel gave (a descriptor,
 * 0) or a negative errno; descriptors are close-on-exec and never 0, 1 or 2. Modern arguments are
 * sent first; where an older kernel refuses them for a field it does not know, the call is repeated
 * without that field when it is only decoration (names).
 */
#ifndef KERNEL_BPF_H
#define KERNEL_BPF_H

#include <cleat/uapi.h>

#include "base/base.h"

/* The call itself: zeroes nothing, retries nothing. */
int sys_bpf(int cmd, union bpf_attr *attr, size_t size);

int sys_map_create(union bpf_attr *attr);
/* The same for the kernel's words: "" where it has none (before 7.1). No retries. */
int sys_map_create_log(union bpf_attr *attr, char *log, size_t size);
int sys_map_lookup(int fd, const void *key, void *value, uint64_t flags);
int sys_map_update(int fd, const void *key, const void *value, uint64_t flags);
int sys_map_delete(int fd, const void *key);
int sys_map_lookup_delete(int fd, const void *key, void *value, uint64_t flags);
/* @key NULL: the first. -ENOENT at the end. */
int sys_map_next_key(int fd, const void *key, void *next);
/*
 * @cmd: BPF_MAP_LOOKUP_BATCH ...; *count in: room, out: done (also with -ENOENT at the end,
 * -ENOSPC).
 */
int sys_map_batch(int cmd, int fd, const void *in, void *out, void *keys, void *values,
		  uint32_t *count, uint64_t elem_flags);
int sys_map_freeze(int fd);

/* Tries five times on -EAGAIN. @attr holds log settings: when to ask for a log the caller knows. */
int sys_prog_load(union bpf_attr *attr);
int sys_prog_bind_map(int prog_fd, int map_fd);
int sys_prog_test_run(union bpf_attr *attr);
/* @token_fd: -1 without one. */
int sys_btf_load(const void *data, size_t size, int token_fd);
/* @bpffs_fd: the root of a BPF file system that has something delegated to it. */
int sys_token_create(int bpffs_fd);

int sys_obj_pin(int fd, const char *path);
int sys_obj_get(const char *path, unsigned int file_flags);

int sys_link_create(union bpf_attr *attr);
int sys_link_update(union bpf_attr *attr);
int sys_link_detach(int link_fd);
int sys_iter_create(int link_fd);
int sys_raw_tracepoint_open(const char *name, int prog_fd, uint64_t cookie);
int sys_prog_attach(union bpf_attr *attr);
int sys_prog_detach(union bpf_attr *attr);
int sys_prog_query(union bpf_attr *attr);

/* @cmd: BPF_PROG_GET_NEXT_ID ...; -ENOENT at the end. */
int sys_next_id(int cmd, uint32_t start, uint32_t *next);
/* @cmd: BPF_PROG_GET_FD_BY_ID ... */
int sys_fd_by_id(int cmd, uint32_t id);
/* *size in: room (zeroed here beyond what the kernel wrote), out: what the kernel knows. */
int sys_obj_info(int fd, void *info, uint32_t *size);
/* The id of a program, map, link or BTF: the answer about each of them begins alike. 0 or -errno. */
int sys_obj_id(int fd, uint32_t *id);
int sys_enable_stats(void);

#endif
