// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* list-other-lock.bpf.c - changes a list with the lock of another one held */
#include <cleat/bpf.h>

struct node {
	struct bpf_list_node link;
	long number;
};

#define NODE __builtin_btf_type_id(*(struct node *)0, 0)
#define PRIVATE(name) SEC(".data." #name) __attribute__((visibility("hidden"), aligned(8)))
#define CONTAINS(type, member) __attribute__((btf_decl_tag("contains:" #type ":" #member)))

extern void *bpf_obj_new_impl(u64 type_id, void *meta) __ksym;
extern void bpf_obj_drop_impl(void *object, void *meta) __ksym;
extern int bpf_list_push_front_impl(struct bpf_list_head *head, struct bpf_list_node *node,
				    void *meta, u64 offset) __ksym;
static long (*const spin_lock)(struct bpf_spin_lock *lock) = (void *)BPF_FUNC_spin_lock;
static long (*const spin_unlock)(struct bpf_spin_lock *lock) = (void *)BPF_FUNC_spin_unlock;

PRIVATE(A) struct bpf_spin_lock lock;
PRIVATE(A) struct bpf_list_head head CONTAINS(node, link);
PRIVATE(B) struct bpf_spin_lock other;

SEC("tc")
int refused(struct __sk_buff *skb)
{
	struct node *n = bpf_obj_new_impl(NODE, NULL);

	if (!n)
		return 0;
	spin_lock(&other);
	bpf_list_push_front_impl(&head, &n->link, NULL, 0); /* here */
	spin_unlock(&other);
	return 0;
}

LICENSE("GPL");
