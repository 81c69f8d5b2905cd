/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * dynptr.h - memory whose size is known when the program runs, not before: packets that are in several
 * pieces, records of any length. Accesses go through the kernel, which keeps the bounds.
 *
 *	struct bpf_dynptr packet;
 *	u8 room[20];
 *	struct pkt_tcp *tcp;
 *
 *	if (bpf_dynptr_from_skb(ctx, 0, &packet)) return ...;
 *	tcp = bpf_dynptr_slice(&packet, offset, room, sizeof(room));    // there, or a copy in room
 *
 *	bpf_dynptr_object(&packet, offset, struct pkt_tcp)    the same with a room of its own; may be NULL
 *	bpf_ringbuf_record(&events, size, &record)            a record of any size: fill it, submit it
 *
 * Linux 5.19 (memory, ring buffers), 6.4 (packets, slices), 6.5 (adjust, size, clone), 6.12 (of user
 * memory: sleepable programs), 6.17 (copy, memset). Packets: tc, cgroup_skb, netfilter; XDP.
 */
#ifndef CLEAT_BPF_DYNPTR_H
#define CLEAT_BPF_DYNPTR_H

#include <cleat/bpf.h>

#ifdef CLEAT_DECLARES_KFUNCS
extern int bpf_dynptr_from_skb(struct __sk_buff *skb, __u64 flags, struct bpf_dynptr *p) __ksym
	__weak;
extern int bpf_dynptr_from_xdp(struct xdp_md *xdp, __u64 flags, struct bpf_dynptr *p) __ksym __weak;
extern void *bpf_dynptr_slice(const struct bpf_dynptr *p, __u64 offset, void *room, __u64 size) __ksym
	__weak;
extern void *bpf_dynptr_slice_rdwr(const struct bpf_dynptr *p, __u64 offset, void *room,
				   __u64 size) __ksym __weak;
extern int bpf_dynptr_adjust(const struct bpf_dynptr *p, __u64 start, __u64 end) __ksym __weak;
extern _Bool bpf_dynptr_is_null(const struct bpf_dynptr *p) __ksym __weak;
extern _Bool bpf_dynptr_is_rdonly(const struct bpf_dynptr *p) __ksym __weak;
extern __u64 bpf_dynptr_size(const struct bpf_dynptr *p) __ksym __weak;
extern int bpf_dynptr_clone(const struct bpf_dynptr *p, struct bpf_dynptr *to) __ksym __weak;
extern int bpf_dynptr_copy(struct bpf_dynptr *to, __u64 to_offset, struct bpf_dynptr *from,
			   __u64 from_offset, __u64 size) __ksym __weak;
extern int bpf_dynptr_memset(struct bpf_dynptr *p, __u64 offset, __u64 size, __u8 value) __ksym
	__weak;
#endif

/* Read only: what is written to a copy gets nowhere. Valid as long as the block it stands in. */
#define bpf_dynptr_object(p, offset, type)                                           \
	((const type *)bpf_dynptr_slice(p, offset, &(type){}, sizeof(type)))

/*
 * Is there room for a record of @size bytes? Then it is in @record, and goes with bpf_record_submit() or
 * bpf_record_discard(): one of both in any case, that is the verifier's rule, also where there is none.
 */
#define bpf_ringbuf_record(ring, size, record) (!bpf_ringbuf_reserve_dynptr(ring, size, 0, record))
#define bpf_record_submit(record) bpf_ringbuf_submit_dynptr(record, 0)
#define bpf_record_discard(record) bpf_ringbuf_discard_dynptr(record, 0)

#endif
