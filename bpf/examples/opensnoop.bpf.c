/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * opensnoop.bpf.c - a record for each file that a process opens, or wanted to: what came of it, and how
 * long it took. Unit: opensnoop.ini.
 *
 * Shows: two tracepoints of a system call and what is kept between them, by thread; filters that cost
 * nothing where they are not used. Linux 5.8.
 */
#include <cleat/bpf.h>

struct opened {
	u32 pid;
	u32 uid;
	s32 result; /* descriptor, or negative errno */
	u32 flags;
	u64 took_ns;
	char comm[16];
	char path[128];
};

/* 0: every process. */
const volatile u32 only_pid;
const volatile bool only_failed;

struct {
	__uint(type, BPF_MAP_TYPE_RINGBUF);
	__uint(max_entries, 256 * 1024);
	__record(struct opened);
} files SEC(".maps");

/* Records that found the ring full. */
u64 lost;

struct opening {
	const char *path;
	u64 since;
	u32 flags;
};

/* What is under way, by thread; the oldest ones go, should there be too many. */
struct {
	__uint(type, BPF_MAP_TYPE_LRU_HASH);
	__uint(max_entries, 8192);
	__type(key, u32);
	__type(value, struct opening);
} under_way SEC(".maps");

/* As in events/syscalls/sys_{enter,exit}_openat/format of tracefs. */
struct enter_openat {
	u64 common;
	s64 number;
	u64 directory;
	const char *path;
	u64 flags;
	u64 mode;
};

struct exit_openat {
	u64 common;
	s64 number;
	s64 result;
};

SEC("tp/syscalls/sys_enter_openat")
int on_open(struct enter_openat *ctx)
{
	u64 id = bpf_get_current_pid_tgid();
	struct opening o = { .path = ctx->path, .flags = ctx->flags };
	u32 thread = id;

	if (only_pid && id >> 32 != only_pid)
		return 0;
	o.since = bpf_ktime_get_ns();
	bpf_map_update_elem(&under_way, &thread, &o, BPF_ANY);
	return 0;
}

static __always_inline void report(const struct opening *o, s64 result)
{
	struct opened *f = bpf_ringbuf_reserve(&files, sizeof(*f), 0);

	if (!f) {
		bpf_atomic_add(&lost, 1);
		return;
	}
	f->pid = bpf_get_current_pid_tgid() >> 32;
	f->uid = bpf_get_current_uid_gid();
	f->result = result;
	f->flags = o->flags;
	f->took_ns = bpf_ktime_get_ns() - o->since;
	bpf_get_current_comm(f->comm, sizeof(f->comm));
	/* Now, not on the way in: the kernel has read it, so it is in memory. */
	bpf_probe_read_user_str(f->path, sizeof(f->path), o->path);
	bpf_ringbuf_submit(f, 0);
}

SEC("tp/syscalls/sys_exit_openat")
int on_opened(struct exit_openat *ctx)
{
	u32 thread = bpf_get_current_pid_tgid();
	struct opening *o = bpf_map_lookup_elem(&under_way, &thread);

	if (!o)
		return 0;
	if (!only_failed || ctx->result < 0)
		report(o, ctx->result);
	bpf_map_delete_elem(&under_way, &thread);
	return 0;
}

LICENSE("Dual BSD/GPL");
