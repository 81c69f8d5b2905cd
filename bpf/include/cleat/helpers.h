/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * helpers.h - the kernel's helper functions as BPF programs call them. What each does is in
 * bpf-helpers(7); the kernel refuses those that a program's type does not have.
 */
#ifndef CLEAT_HELPERS_H
#define CLEAT_HELPERS_H

#define CLEAT_HELPER(ret, name, ...) \
	static ret (*const bpf_##name)(__VA_ARGS__) __attribute__((unused)) = (void *)BPF_FUNC_##name

struct __sk_buff;
struct xdp_md;
struct bpf_sock;
struct sk_msg_md;
struct sk_reuseport_md;
struct task_struct;
struct seq_file;
struct bpf_dynptr;
struct bpf_spin_lock;
struct bpf_timer;

/* maps */
CLEAT_HELPER(void *, map_lookup_elem, void *map, const void *key);
CLEAT_HELPER(long, map_update_elem, void *map, const void *key, const void *value, __u64 flags);
CLEAT_HELPER(long, map_delete_elem, void *map, const void *key);
CLEAT_HELPER(long, map_push_elem, void *map, const void *value, __u64 flags);
CLEAT_HELPER(long, map_pop_elem, void *map, void *value);
CLEAT_HELPER(long, map_peek_elem, void *map, void *value);
CLEAT_HELPER(void *, map_lookup_percpu_elem, void *map, const void *key, __u32 cpu);
CLEAT_HELPER(long, for_each_map_elem, void *map, void *callback, void *ctx, __u64 flags);
CLEAT_HELPER(long, tail_call, void *ctx, void *prog_array, __u32 index);

/* locks and timers in values, pointers to kernel objects in them */
CLEAT_HELPER(long, spin_lock, struct bpf_spin_lock *lock);
CLEAT_HELPER(long, spin_unlock, struct bpf_spin_lock *lock);
CLEAT_HELPER(long, timer_init, struct bpf_timer *timer, void *map, __u64 clock);
CLEAT_HELPER(long, timer_set_callback, struct bpf_timer *timer, void *callback);
CLEAT_HELPER(long, timer_start, struct bpf_timer *timer, __u64 ns, __u64 flags);
CLEAT_HELPER(long, timer_cancel, struct bpf_timer *timer);
CLEAT_HELPER(void *, kptr_xchg, void *destination, void *pointer);

/* memory of a size that is known at run time */
CLEAT_HELPER(long, dynptr_from_mem, void *data, __u32 size, __u64 flags, struct bpf_dynptr *out);
CLEAT_HELPER(long, dynptr_read, void *to, __u32 size, const struct bpf_dynptr *from, __u32 offset,
	     __u64 flags);
CLEAT_HELPER(long, dynptr_write, const struct bpf_dynptr *to, __u32 offset, void *from, __u32 size,
	     __u64 flags);
CLEAT_HELPER(void *, dynptr_data, const struct bpf_dynptr *dynptr, __u32 offset, __u32 size);
CLEAT_HELPER(long, ringbuf_reserve_dynptr, void *ringbuf, __u32 size, __u64 flags,
	     struct bpf_dynptr *out);
CLEAT_HELPER(void, ringbuf_submit_dynptr, struct bpf_dynptr *dynptr, __u64 flags);
CLEAT_HELPER(void, ringbuf_discard_dynptr, struct bpf_dynptr *dynptr, __u64 flags);

/* values that live with a socket, a file, a task, a cgroup */
CLEAT_HELPER(void *, sk_storage_get, void *map, void *sk, void *value, __u64 flags);
CLEAT_HELPER(long, sk_storage_delete, void *map, void *sk);
CLEAT_HELPER(void *, inode_storage_get, void *map, void *inode, void *value, __u64 flags);
CLEAT_HELPER(long, inode_storage_delete, void *map, void *inode);
CLEAT_HELPER(void *, task_storage_get, void *map, struct task_struct *task, void *value,
	     __u64 flags);
CLEAT_HELPER(long, task_storage_delete, void *map, struct task_struct *task);
CLEAT_HELPER(void *, cgrp_storage_get, void *map, void *cgroup, void *value, __u64 flags);
CLEAT_HELPER(long, cgrp_storage_delete, void *map, void *cgroup);
CLEAT_HELPER(void *, get_local_storage, void *map, __u64 flags);
CLEAT_HELPER(long, current_task_under_cgroup, void *map, __u32 index);
CLEAT_HELPER(long, skb_under_cgroup, struct __sk_buff *skb, void *map, __u32 index);

/* records */
CLEAT_HELPER(long, perf_event_output, void *ctx, void *map, __u64 flags, void *data, __u64 size);
CLEAT_HELPER(long, ringbuf_output, void *ring, void *data, __u64 size, __u64 flags);
CLEAT_HELPER(void *, ringbuf_reserve, void *ring, __u64 size, __u64 flags);
CLEAT_HELPER(void, ringbuf_submit, void *data, __u64 flags);
CLEAT_HELPER(void, ringbuf_discard, void *data, __u64 flags);
CLEAT_HELPER(__u64, ringbuf_query, void *ring, __u64 flags);
CLEAT_HELPER(long, user_ringbuf_drain, void *ring, void *callback, void *ctx, __u64 flags);
CLEAT_HELPER(long, trace_printk, const char *fmt, __u32 fmt_size, ...);
CLEAT_HELPER(long, seq_printf, struct seq_file *m, const char *fmt, __u32 fmt_size,
	     const void *data, __u32 data_len);
CLEAT_HELPER(long, seq_write, struct seq_file *m, const void *data, __u32 len);

/* who, when, where */
CLEAT_HELPER(__u64, ktime_get_ns, void);
CLEAT_HELPER(__u64, ktime_get_boot_ns, void);
CLEAT_HELPER(__u64, get_current_pid_tgid, void);
CLEAT_HELPER(__u64, get_current_uid_gid, void);
CLEAT_HELPER(long, get_current_comm, void *buf, __u32 size);
CLEAT_HELPER(__u64, get_current_task, void);
CLEAT_HELPER(struct task_struct *, get_current_task_btf, void);
CLEAT_HELPER(__u64, get_current_cgroup_id, void);
CLEAT_HELPER(__u32, get_smp_processor_id, void);
CLEAT_HELPER(__u32, get_prandom_u32, void);
CLEAT_HELPER(__u64, get_attach_cookie, void *ctx);
CLEAT_HELPER(__u64, get_func_ip, void *ctx);
CLEAT_HELPER(long, get_stackid, void *ctx, void *map, __u64 flags);
CLEAT_HELPER(long, get_stack, void *ctx, void *buf, __u32 size, __u64 flags);
CLEAT_HELPER(long, perf_prog_read_value, void *ctx, void *buf, __u32 size);

/* memory */
CLEAT_HELPER(long, probe_read_kernel, void *to, __u32 size, const void *from);
CLEAT_HELPER(long, probe_read_kernel_str, void *to, __u32 size, const void *from);
CLEAT_HELPER(long, probe_read_user, void *to, __u32 size, const void *from);
CLEAT_HELPER(long, probe_read_user_str, void *to, __u32 size, const void *from);
CLEAT_HELPER(long, copy_from_user, void *to, __u32 size, const void *from);
CLEAT_HELPER(long, loop, __u32 n, void *callback, void *ctx, __u64 flags);

/* packets */
CLEAT_HELPER(long, skb_load_bytes, const void *skb, __u32 offset, void *to, __u32 len);
CLEAT_HELPER(long, skb_store_bytes, struct __sk_buff *skb, __u32 offset, const void *from,
	     __u32 len, __u64 flags);
CLEAT_HELPER(long, skb_load_bytes_relative, const void *skb, __u32 offset, void *to, __u32 len,
	     __u32 start);
CLEAT_HELPER(long, skb_pull_data, struct __sk_buff *skb, __u32 len);
CLEAT_HELPER(long, l3_csum_replace, struct __sk_buff *skb, __u32 offset, __u64 from, __u64 to,
	     __u64 size);
CLEAT_HELPER(long, l4_csum_replace, struct __sk_buff *skb, __u32 offset, __u64 from, __u64 to,
	     __u64 flags);
CLEAT_HELPER(long, redirect, __u32 ifindex, __u64 flags);
CLEAT_HELPER(long, redirect_map, void *map, __u64 key, __u64 flags);
CLEAT_HELPER(long, xdp_adjust_head, struct xdp_md *xdp, int delta);
CLEAT_HELPER(long, xdp_adjust_tail, struct xdp_md *xdp, int delta);
CLEAT_HELPER(__u64, get_socket_cookie, void *ctx);
CLEAT_HELPER(__u32, get_socket_uid, struct __sk_buff *skb);
CLEAT_HELPER(__u64, skb_cgroup_id, struct __sk_buff *skb);

/* sockets */
CLEAT_HELPER(long, sk_assign, void *ctx, void *sk, __u64 flags);
CLEAT_HELPER(long, sk_release, void *sk);
CLEAT_HELPER(long, sk_select_reuseport, struct sk_reuseport_md *ctx, void *map, void *key,
	     __u64 flags);
CLEAT_HELPER(long, sk_redirect_map, struct __sk_buff *skb, void *map, __u32 key, __u64 flags);
CLEAT_HELPER(long, sk_redirect_hash, struct __sk_buff *skb, void *map, void *key, __u64 flags);
CLEAT_HELPER(long, msg_redirect_map, struct sk_msg_md *msg, void *map, __u32 key, __u64 flags);
CLEAT_HELPER(long, msg_redirect_hash, struct sk_msg_md *msg, void *map, void *key, __u64 flags);
CLEAT_HELPER(long, msg_pull_data, struct sk_msg_md *msg, __u32 start, __u32 end, __u64 flags);
CLEAT_HELPER(long, msg_apply_bytes, struct sk_msg_md *msg, __u32 bytes);
CLEAT_HELPER(long, msg_cork_bytes, struct sk_msg_md *msg, __u32 bytes);

/* routes */
CLEAT_HELPER(long, lwt_push_encap, struct __sk_buff *skb, __u32 type, void *header, __u32 len);
CLEAT_HELPER(long, lwt_seg6_store_bytes, struct __sk_buff *skb, __u32 offset, const void *from,
	     __u32 len);
CLEAT_HELPER(long, lwt_seg6_adjust_srh, struct __sk_buff *skb, __u32 offset, __s32 delta);
CLEAT_HELPER(long, lwt_seg6_action, struct __sk_buff *skb, __u32 action, void *param,
	     __u32 param_len);

/* sockets, and what processes of a cgroup do */
CLEAT_HELPER(long, setsockopt, void *ctx, int level, int name, void *value, int size);
CLEAT_HELPER(long, getsockopt, void *ctx, int level, int name, void *value, int size);
CLEAT_HELPER(long, bind, void *ctx, void *address, int size);
CLEAT_HELPER(long, sock_ops_cb_flags_set, void *ctx, int flags);
CLEAT_HELPER(long, sysctl_get_name, void *ctx, char *buf, __u64 size, __u64 flags);
CLEAT_HELPER(long, sysctl_get_current_value, void *ctx, char *buf, __u64 size);
CLEAT_HELPER(long, sysctl_get_new_value, void *ctx, char *buf, __u64 size);
CLEAT_HELPER(long, sysctl_set_new_value, void *ctx, const char *value, __u64 size);

/* Programs of section "syscall" alone. */
CLEAT_HELPER(long, sys_bpf, __u32 command, void *attr, __u32 size);
CLEAT_HELPER(long, sys_close, __u32 fd);

/* To /sys/kernel/tracing/trace_pipe, for debugging: up to three arguments. */
#define bpf_printk(fmt, ...)                                                       \
	({                                                                         \
		static const char cleat_fmt[] = fmt;                               \
		bpf_trace_printk(cleat_fmt, sizeof(cleat_fmt), ##__VA_ARGS__);     \
	})

#endif
