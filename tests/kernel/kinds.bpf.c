// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * kinds.bpf.c - types of every kind that kernels came to know one after the other. widen.c makes an
 * ENUM64 of the enum of 8 bytes, whose upper half must therefore be 1, and attributes of the tags that
 * say so.
 */
#include <cleat/bpf.h>

#define TYPE_TAG(name) __attribute__((btf_type_tag(name)))
#define DECL_TAG(name) __attribute__((btf_decl_tag(name)))

enum bpf_map_type___wide {
	BPF_MAP_TYPE_HASH___wide = 1ull << 32 | 77,
	BPF_MAP_TYPE_OF_NO_KERNEL___wide = 1ull << 32 | 78,
};

struct kinds_value {
	__u64 seen;
	enum bpf_map_type___wide wide;
	float half;
	int TYPE_TAG("user") * tagged;
	int TYPE_TAG("attribute of a type") * with_attribute;
	int member DECL_TAG("of a member");
} DECL_TAG("of a struct") DECL_TAG("attribute of a struct");

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 2);
	__type(key, __u32);
	__type(value, struct kinds_value);
} kinds_seen SEC(".maps");

double kinds_double SEC(".data.kinds.double");
enum bpf_map_type___wide kinds_wide DECL_TAG("of a variable");

__noinline int global_function(int number DECL_TAG("of an argument"))
{
	return number + 1;
}

static __noinline int local_function(int number)
{
	return global_function(number) + 1;
}

SEC("raw_tp/sched_process_exec")
int kinds(void *ctx)
{
	struct kinds_value value = { 0 };
	__u32 key = 0;

	value.seen = core_enum_value(enum bpf_map_type___wide, BPF_MAP_TYPE_HASH___wide);
	value.member = local_function(40);
	kinds_wide = BPF_MAP_TYPE_HASH___wide;
	bpf_map_update_elem(&kinds_seen, &key, &value, BPF_ANY);
	key = 1;
	value.seen = core_enum_exists(enum bpf_map_type___wide, BPF_MAP_TYPE_OF_NO_KERNEL___wide);
	bpf_map_update_elem(&kinds_seen, &key, &value, BPF_ANY);
	return 0;
}

char LICENSE[] SEC("license") = "GPL";
