/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * who.bpf.c - who runs what and opens what: a record for each program that is started and each file
 * that is opened, through one ring buffer. Unit: who.ini.
 *
 * Which records there are is said by the globals, before the object is loaded: what is switched
 * off costs nothing. Kernel 5.8 and later.
 */
#include <cleat/bpf.h>

#define PATH_BYTES 128

enum action {
	EXEC,
	OPEN,
};

/* One record. The ring names this type, so that whoever reads it can decode it. */
struct event {
	enum action what;
	u32 pid;
	u32 parent;
	u32 uid;
	s32 result; /* OPEN: descriptor or negative errno */
	char comm[16];
	char path[PATH_BYTES];
};

/* Filters; 0 means everybody. */
const volatile u32 only_uid = 0;
const volatile u64 only_cgroup = 0; /* id of a cgroup (its directory's inode number) */
const volatile bool opens = true;
const volatile bool only_failed_opens = false;

struct {
	__uint(type, BPF_MAP_TYPE_RINGBUF);
	__uint(max_entries, 256 * 1024);
	__record(struct event);
} events SEC(".maps");

/* Records that found the ring full. */
u64 dropped;

/* The path of an open that is under way, by thread. */
struct {
	__uint(type, BPF_MAP_TYPE_LRU_HASH);
	__uint(max_entries, 4096);
	__type(key, u32);
	__type(value, u64);
} opening SEC(".maps");

CLEAT_KERNEL_TYPES_BEGIN
struct task_struct {
	int tgid;
	struct task_struct *real_parent;
};
CLEAT_KERNEL_TYPES_END

static __always_inline bool is_wanted(void)
{
	if (only_uid && (u32)bpf_get_current_uid_gid() != only_uid)
		return false;
	return !only_cgroup || bpf_get_current_cgroup_id() == only_cgroup;
}

static __always_inline struct event *new_event(enum action what)
{
	struct task_struct *task = (void *)bpf_get_current_task();
	struct event *e = bpf_ringbuf_reserve(&events, sizeof(*e), 0);

	if (!e) {
		__sync_fetch_and_add(&dropped, 1);
		return NULL;
	}
	e->what = what;
	e->pid = bpf_get_current_pid_tgid() >> 32;
	e->parent = CORE_READ(task, real_parent, tgid);
	e->uid = (u32)bpf_get_current_uid_gid();
	e->result = 0;
	bpf_get_current_comm(e->comm, sizeof(e->comm));
	return e;
}

/* Format of the tracepoint: events/sched/sched_process_exec/format. */
struct exec_record {
	u64 common;
	u32 filename; /* where it is: offset from here in the lower 16 bits */
};

SEC("tp/sched/sched_process_exec")
int on_exec(struct exec_record *ctx)
{
	struct event *e;

	if (!is_wanted())
		return 0;
	e = new_event(EXEC);
	if (!e)
		return 0;
	bpf_probe_read_kernel_str(e->path, sizeof(e->path), (void *)ctx + (ctx->filename & 0xffff));
	bpf_ringbuf_submit(e, 0);
	return 0;
}

/* Format of the tracepoints: events/syscalls/sys_{enter,exit}_openat/format. */
struct open_record {
	u64 common;
	u64 number;
	u64 directory;
	u64 path;
};

struct open_done_record {
	u64 common;
	u64 number;
	s64 result;
};

SEC("tp/syscalls/sys_enter_openat")
int on_open(struct open_record *ctx)
{
	u32 thread = bpf_get_current_pid_tgid();
	u64 path = ctx->path;

	if (opens && is_wanted())
		bpf_map_update_elem(&opening, &thread, &path, BPF_ANY);
	return 0;
}

/* Only now it is known whether it worked, and the path is in memory for certain. */
SEC("tp/syscalls/sys_exit_openat")
int on_opened(struct open_done_record *ctx)
{
	u32 thread = bpf_get_current_pid_tgid();
	u64 *path = bpf_map_lookup_elem(&opening, &thread);
	struct event *e;
	u64 from;

	if (!path)
		return 0;
	from = *path;
	bpf_map_delete_elem(&opening, &thread);
	if (only_failed_opens && ctx->result >= 0)
		return 0;
	e = new_event(OPEN);
	if (!e)
		return 0;
	e->result = ctx->result;
	bpf_probe_read_user_str(e->path, sizeof(e->path), (void *)from);
	bpf_ringbuf_submit(e, 0);
	return 0;
}

LICENSE("Dual BSD/GPL");
