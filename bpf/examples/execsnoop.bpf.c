/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * execsnoop.bpf.c - a record for each program that is started: who, by whom, and with which arguments.
 * Unit: execsnoop.ini.
 *
 * Shows: a tracepoint with typed arguments (tp_btf), members of kernel structs through CO-RE, memory of a
 * process, records of a ring buffer that say their type. Linux 5.8.
 */
#include <cleat/bpf.h>

#define ARGS_BYTES 256

struct exec {
	u32 pid;
	u32 parent;
	u32 uid;
	char comm[16];
	char path[64];
	char args[ARGS_BYTES];
};

/* Everybody, or one user. */
const volatile s32 only_uid = -1;

struct {
	__uint(type, BPF_MAP_TYPE_RINGBUF);
	__uint(max_entries, 256 * 1024);
	__record(struct exec);
} execs SEC(".maps");

/* Records that found the ring full. */
u64 lost;

CLEAT_KERNEL_TYPES_BEGIN
struct mm_struct {
	unsigned long arg_start, arg_end;
};

struct task_struct {
	int tgid;
	struct task_struct *real_parent;
	struct mm_struct *mm;
};

struct linux_binprm {
	const char *filename;
};
CLEAT_KERNEL_TYPES_END

/* One after the other, each with a 0 at its end: with spaces between them they are a line. */
static __always_inline void read_args(struct exec *e, struct mm_struct *mm)
{
	u64 bytes = bpf_at_most(mm->arg_end - mm->arg_start, ARGS_BYTES - 1);
	u32 i;

	if (bpf_probe_read_user(e->args, bytes, (void *)mm->arg_start))
		bytes = 0;
	for (i = 0; i < ARGS_BYTES - 1; i++)
		if (i + 1 >= bytes)
			e->args[i] = '\0';
		else if (!e->args[i])
			e->args[i] = ' ';
	e->args[ARGS_BYTES - 1] = '\0';
}

SEC("tp_btf/sched_process_exec")
int BPF_PROG(on_exec, struct task_struct *task, int old_pid, struct linux_binprm *bprm)
{
	u32 uid = bpf_get_current_uid_gid();
	struct exec *e;

	if (only_uid >= 0 && uid != (u32)only_uid)
		return 0;
	e = bpf_ringbuf_reserve(&execs, sizeof(*e), 0);
	if (!e) {
		bpf_atomic_add(&lost, 1);
		return 0;
	}
	e->pid = task->tgid;
	e->parent = task->real_parent->tgid;
	e->uid = uid;
	bpf_get_current_comm(e->comm, sizeof(e->comm));
	bpf_probe_read_kernel_str(e->path, sizeof(e->path), bprm->filename);
	read_args(e, task->mm);
	bpf_ringbuf_submit(e, 0);
	return 0;
}

LICENSE("Dual BSD/GPL");
