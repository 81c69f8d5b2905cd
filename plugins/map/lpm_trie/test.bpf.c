/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * test.bpf.c - looks addresses up in tries, and puts a prefix in.
 */
#include <cleat/bpf.h>

LICENSE("GPL");

u32 only_pid;

static bool is_ours(void)
{
	return bpf_get_current_pid_tgid() >> 32 == only_pid;
}

struct v4 {
	u32 length;
	u8 addr[4];
};

struct v6 {
	u32 length;
	u8 addr[16];
};

/* 4 bytes behind the length, but no address. */
struct service {
	u32 prefixlen;
	u8 proto;
	u8 zero;
	u16 port;
};

#define TRIE(key_type)                         \
	__uint(type, BPF_MAP_TYPE_LPM_TRIE);   \
	__uint(max_entries, 8);                \
	__uint(map_flags, BPF_F_NO_PREALLOC);  \
	__type(key, key_type);                 \
	__type(value, u32)

struct {
	TRIE(struct v4);
} t_v4 SEC(".maps");

struct {
	TRIE(struct v6);
} t_v6 SEC(".maps");

struct {
	TRIE(struct service);
} t_service SEC(".maps");

/* Without types and without the flag that the kernel wants. */
struct {
	__uint(type, BPF_MAP_TYPE_LPM_TRIE);
	__uint(max_entries, 8);
	__uint(key_size, 7);
	__uint(value_size, 4);
} t_bytes SEC(".maps");

struct v4 ask4 = { .length = 32 };
struct v6 ask6 = { .length = 128 };
u32 found4, found6;

SEC("tp/syscalls/sys_enter_getppid")
int on_call(void *ctx)
{
	struct v4 key4 = ask4, own = { 24, { 203, 0, 113, 0 } };
	struct v6 key6 = ask6;
	u32 *value, seven = 7;

	if (!is_ours())
		return 0;
	value = bpf_map_lookup_elem(&t_v4, &key4);
	found4 = value ? *value : 99;
	value = bpf_map_lookup_elem(&t_v6, &key6);
	found6 = value ? *value : 99;
	bpf_map_update_elem(&t_v4, &own, &seven, BPF_ANY);
	return 0;
}
