/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * embed.bpf.c - what an object may share with the program that it is in: variables of all sections and of
 * awkward names and types, and maps with types.
 */
#include <cleat/bpf.h>

LICENSE("GPL");

enum mode {
	OFF,
	ON,
};

struct inner {
	u8 tag;
	u32 value;
} __attribute__((packed));

struct outer {
	struct inner inner[2];
	union {
		u64 whole;
		u32 half[2];
	};
	u32 low : 3;
	u32 high : 7;
	bool set;
};

const volatile u32 wanted = 1;
const volatile char text[6] = "abc";
const volatile enum mode mode = OFF;
const volatile u8 odd = 1; /* so that the section ends at no border */
struct outer both = { .whole = 7, .low = 5, .high = 100 };
int class = 3, private = 4; /* words of C++ */
u64 calls;
char last;
u64 apart SEC(".data.my-own") = 9;

struct key {
	u32 a;
	u8 b[4];
};

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 4);
	__type(key, struct key);
	__type(value, struct outer);
} table SEC(".maps");

SEC("raw_tp/sys_enter")
int counts(void *ctx)
{
	static int inside;

	if ((bpf_get_current_pid_tgid() >> 32) != wanted)
		return 0;
	calls++;
	inside++;
	last = text[1];
	both.half[1] = mode == ON ? 1 : 2;
	both.set = true;
	apart += class + private + odd + inside - inside;
	return 0;
}
