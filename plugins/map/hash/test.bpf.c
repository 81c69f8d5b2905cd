/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * test.bpf.c - counts by key in a hash table, and looks up what user space has put in.
 */
#include <cleat/bpf.h>

LICENSE("GPL");

u32 only_pid;

static bool is_ours(void)
{
	return bpf_get_current_pid_tgid() >> 32 == only_pid;
}

enum verdict { UNKNOWN, PASS, DROP };

struct who {
	__be32 addr;
	u16 port;
	u16 zero;
};

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 4);
	__type(key, struct who);
	__type(value, enum verdict);
} t_verdicts SEC(".maps");

/* The same sizes, but the bytes mean something else. */
struct other {
	u16 port;
	u16 zero;
	__be32 addr;
};

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 4);
	__type(key, struct other);
	__type(value, enum verdict);
} t_other SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 1024);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__type(key, u32);
	__type(value, u64);
	__uint(pinning, 1);
} t_seen SEC(".maps");

struct who ask;
u32 verdict, calls;

SEC("tp/syscalls/sys_enter_getppid")
int on_call(void *ctx)
{
	struct who key = ask;
	enum verdict *v;
	u32 n;
	u64 value;

	if (!is_ours())
		return 0;
	n = calls++;
	value = n * 10;
	bpf_map_update_elem(&t_seen, &n, &value, BPF_ANY);
	v = bpf_map_lookup_elem(&t_verdicts, &key);
	verdict = v ? *v : 99;
	return 0;
}
