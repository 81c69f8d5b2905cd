/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * audit.bpf.c - a record for what a machine's owner wants to know of: programs that are started, file
 * systems that are mounted, processes that look into others. Refuses nothing. Unit: audit.ini.
 *
 * Shows: hooks of the kernel's security modules (lsm), which see arguments after the kernel has copied
 * them, so that nobody can change them in between; one function for the records of several programs.
 * Linux 5.8, and "bpf" among the security modules (/sys/kernel/security/lsm).
 */
#include <cleat/bpf.h>

enum what {
	STARTED,
	MOUNTED,
	TRACED,
};

struct event {
	enum what what;
	u32 pid;
	u32 uid;
	u32 other; /* TRACED: the process that is looked into */
	char comm[16];
	char detail[96]; /* STARTED: the program; MOUNTED: the type of the file system */
};

struct {
	__uint(type, BPF_MAP_TYPE_RINGBUF);
	__uint(max_entries, 256 * 1024);
	__record(struct event);
} events SEC(".maps");

/* Records that found the ring full. */
u64 lost;

CLEAT_KERNEL_TYPES_BEGIN
struct task_struct {
	int tgid;
};

struct linux_binprm {
	const char *filename;
};
CLEAT_KERNEL_TYPES_END

struct path;

static __always_inline void report(enum what what, u32 other, const char *detail)
{
	struct event *e = bpf_ringbuf_reserve(&events, sizeof(*e), 0);

	if (!e) {
		bpf_atomic_add(&lost, 1);
		return;
	}
	e->what = what;
	e->pid = bpf_get_current_pid_tgid() >> 32;
	e->uid = bpf_get_current_uid_gid();
	e->other = other;
	bpf_get_current_comm(e->comm, sizeof(e->comm));
	e->detail[0] = '\0';
	if (detail)
		bpf_probe_read_kernel_str(e->detail, sizeof(e->detail), detail);
	bpf_ringbuf_submit(e, 0);
}

/* The last argument is what programs before this one decided: it stays so. */
SEC("lsm/bprm_check_security")
int BPF_PROG(on_start, struct linux_binprm *bprm, int decided)
{
	report(STARTED, 0, bprm->filename);
	return decided;
}

SEC("lsm/sb_mount")
int BPF_PROG(on_mount, const char *device, const struct path *path, const char *type,
	     unsigned long flags, void *data, int decided)
{
	report(MOUNTED, 0, type);
	return decided;
}

SEC("lsm/ptrace_access_check")
int BPF_PROG(on_trace, struct task_struct *child, unsigned int mode, int decided)
{
	report(TRACED, child->tgid, NULL);
	return decided;
}

LICENSE("GPL"); /* the kernel asks for it here */
