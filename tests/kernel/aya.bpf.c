// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * aya.bpf.c - an object of the shape that Aya's toolchain makes: maps of 28 bytes in section "maps"
 * with an id that is always 0, the log ring and its level, memory routines and the panic handler as
 * global functions in .text, program sections without a target. Written in C, since the tests need
 * no Rust compiler; section names, symbols and layouts are what bpf-linker leaves.
 */
#include <cleat/bpf.h>

LICENSE("Dual MIT/GPL");

struct bpf_map_def {
	u32 type, key_size, value_size, max_entries, map_flags, id, pinning;
};

struct bpf_map_def AYA_LOGS SEC("maps") = {
	.type = BPF_MAP_TYPE_RINGBUF,
	.max_entries = 128 * 1024,
};
struct bpf_map_def EVENTS SEC("maps") = {
	.type = BPF_MAP_TYPE_PERF_EVENT_ARRAY,
	.key_size = 4,
	.value_size = 4,
};
struct bpf_map_def COUNTS SEC("maps") = {
	.type = BPF_MAP_TYPE_HASH,
	.key_size = 4,
	.value_size = 16,
	.max_entries = 16,
	.pinning = 1, /* ByName */
};

/* Everything, unless user space says otherwise before loading. */
const volatile u8 AYA_LOG_LEVEL = 0xff;

struct pair {
	u64 first, second;
};

/*
 * As aya-ebpf has them: they take any pointers, so they cannot be judged alone. The 0 keeps a pointer
 * to the caller's stack out of what they return, which the verifier would refuse.
 */
int own_memset(void *to, int byte, unsigned long n) __asm__("memset");
int own_memcpy(void *to, const void *from, unsigned long n) __asm__("memcpy");

SEC(".text") __noinline int own_memset(void *to, int byte, unsigned long n)
{
	u8 *at = to;

	for (unsigned long i = 0; i < n && i < 64; i++)
		at[i] = (u8)byte;
	return 0;
}

SEC(".text") __noinline int own_memcpy(void *to, const void *from, unsigned long n)
{
	u8 *at = to;
	const u8 *src = from;

	for (unsigned long i = 0; i < n && i < 64; i++)
		at[i] = src[i];
	return 0;
}

/* Nobody calls it and no verifier would take it: it stays out. */
SEC(".text") __noinline void rust_begin_unwind(void *info)
{
	for (;;)
		barrier_var(info);
}

/* Else clang would put stores in their place. */
__attribute__((no_builtin)) SEC("raw_tracepoint") int sched_exec(void *ctx)
{
	struct pair zero, copy;
	u32 key = 0;
	u8 *record;

	own_memset(&zero, 0, sizeof(zero));
	zero.second = 1;
	own_memcpy(&copy, &zero, sizeof(copy));
	bpf_map_update_elem(&COUNTS, &key, &copy, 0);
	if (AYA_LOG_LEVEL < 3)
		return 0;
	record = bpf_ringbuf_reserve(&AYA_LOGS, 8, 0);
	if (!record)
		return 0;
	own_memset(record, 0x41, 8);
	bpf_ringbuf_submit(record, 0);
	return 0;
}
