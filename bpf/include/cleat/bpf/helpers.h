/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * helpers.h - the kernel's helper functions as BPF programs call them, with the kernel that brought
 * them. What each does is in bpf-helpers(7); 'cleat features' says which of them programs of a type
 * may call on the kernel that runs. With libbpf's <bpf/bpf_helpers.h> before this, those are used.
 *
 * Generated from include/cleat/uapi.h and build-aux/codegen/helpers.proto by './dev codegen'; do not
 * edit.
 */
#ifndef CLEAT_BPF_H
#include <cleat/bpf.h> /* includes this, in its place */
#endif
#ifndef CLEAT_BPF_HELPERS_H
#define CLEAT_BPF_HELPERS_H

#ifndef __BPF_HELPERS__

/* By number: older headers of the kernel do not have all of enum bpf_func_id. */
#if CLEAT_HAS_ATTRIBUTE(kernel_helper) /* gcc */
#define CLEAT_HELPER(number, ret, name, ...) \
	extern ret bpf_##name(__VA_ARGS__) __attribute__((kernel_helper(number)))
#else
#define CLEAT_HELPER(number, ret, name, ...) \
	static ret (*const bpf_##name)(__VA_ARGS__) __attribute__((unused)) = (void *)number
#endif

struct __sk_buff;
struct bpf_tunnel_key;
struct xdp_md;
struct bpf_sock_ops;
struct bpf_perf_event_value;
struct pt_regs;
struct sk_msg_md;
struct bpf_sock_addr;
struct bpf_xfrm_state;
struct bpf_fib_lookup;
struct sk_reuseport_md;
struct bpf_sock;
struct bpf_sock_tuple;
struct bpf_spin_lock;
struct bpf_tcp_sock;
struct bpf_sysctl;
struct bpf_pidns_info;
struct seq_file;
struct tcp6_sock;
struct tcp_sock;
struct tcp_timewait_sock;
struct tcp_request_sock;
struct udp6_sock;
struct task_struct;
struct btf_ptr;
struct bpf_redir_neigh;
struct linux_binprm;
struct inode;
struct socket;
struct file;
struct bpf_timer;
struct unix_sock;
struct mptcp_sock;
struct bpf_dynptr;
struct cgroup;

/* Linux 3.19 */
CLEAT_HELPER(1, void *, map_lookup_elem, void *map, const void *key);
CLEAT_HELPER(2, long, map_update_elem, void *map, const void *key, const void *value,
	     __u64 flags);
CLEAT_HELPER(3, long, map_delete_elem, void *map, const void *key);

/* Linux 4.1 */
CLEAT_HELPER(4, long, probe_read, void *to, __u32 size, const void *from);
CLEAT_HELPER(5, __u64, ktime_get_ns, void);
CLEAT_HELPER(6, long, trace_printk, const char *fmt, __u32 fmt_size, ...);
CLEAT_HELPER(7, __u32, get_prandom_u32, void);
CLEAT_HELPER(8, __u32, get_smp_processor_id, void);
CLEAT_HELPER(9, long, skb_store_bytes, struct __sk_buff *skb, __u32 offset, const void *from,
	     __u32 len, __u64 flags);
CLEAT_HELPER(10, long, l3_csum_replace, struct __sk_buff *skb, __u32 offset, __u64 from, __u64 to,
	     __u64 size);
CLEAT_HELPER(11, long, l4_csum_replace, struct __sk_buff *skb, __u32 offset, __u64 from, __u64 to,
	     __u64 flags);

/* Linux 4.2 */
CLEAT_HELPER(12, long, tail_call, void *ctx, void *map, __u32 index);
CLEAT_HELPER(13, long, clone_redirect, struct __sk_buff *skb, __u32 ifindex, __u64 flags);
CLEAT_HELPER(14, __u64, get_current_pid_tgid, void);
CLEAT_HELPER(15, __u64, get_current_uid_gid, void);
CLEAT_HELPER(16, long, get_current_comm, void *buf, __u32 size);

/* Linux 4.3 */
CLEAT_HELPER(17, __u32, get_cgroup_classid, struct __sk_buff *skb);
CLEAT_HELPER(18, long, skb_vlan_push, struct __sk_buff *skb, __u16 proto, __u16 tci);
CLEAT_HELPER(19, long, skb_vlan_pop, struct __sk_buff *skb);
CLEAT_HELPER(20, long, skb_get_tunnel_key, struct __sk_buff *skb, struct bpf_tunnel_key *key,
	     __u32 size, __u64 flags);
CLEAT_HELPER(21, long, skb_set_tunnel_key, struct __sk_buff *skb, struct bpf_tunnel_key *key,
	     __u32 size, __u64 flags);
CLEAT_HELPER(22, __u64, perf_event_read, void *map, __u64 flags);

/* Linux 4.4 */
CLEAT_HELPER(23, long, redirect, __u32 ifindex, __u64 flags);
CLEAT_HELPER(24, __u32, get_route_realm, struct __sk_buff *skb);
CLEAT_HELPER(25, long, perf_event_output, void *ctx, void *map, __u64 flags, void *data,
	     __u64 size);

/* Linux 4.5 */
CLEAT_HELPER(26, long, skb_load_bytes, const void *skb, __u32 offset, void *to, __u32 len);

/* Linux 4.6 */
CLEAT_HELPER(27, long, get_stackid, void *ctx, void *map, __u64 flags);
CLEAT_HELPER(28, __s64, csum_diff, __u32 *from, __u32 from_size, __u32 *to, __u32 to_size,
	     __u32 seed);
CLEAT_HELPER(29, long, skb_get_tunnel_opt, struct __sk_buff *skb, void *opt, __u32 size);
CLEAT_HELPER(30, long, skb_set_tunnel_opt, struct __sk_buff *skb, void *opt, __u32 size);

/* Linux 4.8 */
CLEAT_HELPER(31, long, skb_change_proto, struct __sk_buff *skb, __u16 proto, __u64 flags);
CLEAT_HELPER(32, long, skb_change_type, struct __sk_buff *skb, __u32 type);
CLEAT_HELPER(33, long, skb_under_cgroup, struct __sk_buff *skb, void *map, __u32 index);
CLEAT_HELPER(34, __u32, get_hash_recalc, struct __sk_buff *skb);
CLEAT_HELPER(35, __u64, get_current_task, void);
CLEAT_HELPER(36, long, probe_write_user, void *to, const void *src, __u32 len);

/* Linux 4.9 */
CLEAT_HELPER(37, long, current_task_under_cgroup, void *map, __u32 index);
CLEAT_HELPER(38, long, skb_change_tail, struct __sk_buff *skb, __u32 len, __u64 flags);
CLEAT_HELPER(39, long, skb_pull_data, struct __sk_buff *skb, __u32 len);
CLEAT_HELPER(40, __s64, csum_update, struct __sk_buff *skb, __u32 csum);
CLEAT_HELPER(41, void, set_hash_invalid, struct __sk_buff *skb);

/* Linux 4.10 */
CLEAT_HELPER(42, long, get_numa_node_id, void);
CLEAT_HELPER(43, long, skb_change_head, struct __sk_buff *skb, __u32 len, __u64 flags);
CLEAT_HELPER(44, long, xdp_adjust_head, struct xdp_md *xdp, int delta);

/* Linux 4.11 */
CLEAT_HELPER(45, long, probe_read_str, void *to, __u32 size, const void *from);

/* Linux 4.12 */
CLEAT_HELPER(46, __u64, get_socket_cookie, void *ctx);
CLEAT_HELPER(47, __u32, get_socket_uid, struct __sk_buff *skb);

/* Linux 4.13 */
CLEAT_HELPER(48, long, set_hash, struct __sk_buff *skb, __u32 hash);
CLEAT_HELPER(49, long, setsockopt, void *sock, int level, int name, void *value, int size);
CLEAT_HELPER(50, long, skb_adjust_room, struct __sk_buff *skb, __s32 difference, __u32 mode,
	     __u64 flags);

/* Linux 4.14 */
CLEAT_HELPER(51, long, redirect_map, void *map, __u64 key, __u64 flags);
CLEAT_HELPER(52, long, sk_redirect_map, struct __sk_buff *skb, void *map, __u32 key, __u64 flags);
CLEAT_HELPER(53, long, sock_map_update, struct bpf_sock_ops *ops, void *map, void *key,
	     __u64 flags);

/* Linux 4.15 */
CLEAT_HELPER(54, long, xdp_adjust_meta, struct xdp_md *xdp, int delta);
CLEAT_HELPER(55, long, perf_event_read_value, void *map, __u64 flags,
	     struct bpf_perf_event_value *buf, __u32 size);
CLEAT_HELPER(56, long, perf_prog_read_value, void *ctx, struct bpf_perf_event_value *buf,
	     __u32 size);
CLEAT_HELPER(57, long, getsockopt, void *sock, int level, int name, void *value, int size);

/* Linux 4.16 */
CLEAT_HELPER(58, long, override_return, struct pt_regs *regs, __u64 value);
CLEAT_HELPER(59, long, sock_ops_cb_flags_set, struct bpf_sock_ops *ops, int flags);

/* Linux 4.17 */
CLEAT_HELPER(60, long, msg_redirect_map, struct sk_msg_md *msg, void *map, __u32 key,
	     __u64 flags);
CLEAT_HELPER(61, long, msg_apply_bytes, struct sk_msg_md *msg, __u32 bytes);
CLEAT_HELPER(62, long, msg_cork_bytes, struct sk_msg_md *msg, __u32 bytes);
CLEAT_HELPER(63, long, msg_pull_data, struct sk_msg_md *msg, __u32 start, __u32 end, __u64 flags);
CLEAT_HELPER(64, long, bind, struct bpf_sock_addr *ctx, void *addr, int size);

/* Linux 4.18 */
CLEAT_HELPER(65, long, xdp_adjust_tail, struct xdp_md *xdp, int delta);
CLEAT_HELPER(66, long, skb_get_xfrm_state, struct __sk_buff *skb, __u32 index,
	     struct bpf_xfrm_state *state, __u32 size, __u64 flags);
CLEAT_HELPER(67, long, get_stack, void *ctx, void *buf, __u32 size, __u64 flags);
CLEAT_HELPER(68, long, skb_load_bytes_relative, const void *skb, __u32 offset, void *to,
	     __u32 len, __u32 start);
CLEAT_HELPER(69, long, fib_lookup, void *ctx, struct bpf_fib_lookup *params, int size,
	     __u32 flags);
CLEAT_HELPER(70, long, sock_hash_update, struct bpf_sock_ops *ops, void *map, void *key,
	     __u64 flags);
CLEAT_HELPER(71, long, msg_redirect_hash, struct sk_msg_md *msg, void *map, void *key,
	     __u64 flags);
CLEAT_HELPER(72, long, sk_redirect_hash, struct __sk_buff *skb, void *map, void *key,
	     __u64 flags);
CLEAT_HELPER(73, long, lwt_push_encap, struct __sk_buff *skb, __u32 type, void *header,
	     __u32 len);
CLEAT_HELPER(74, long, lwt_seg6_store_bytes, struct __sk_buff *skb, __u32 offset,
	     const void *from, __u32 len);
CLEAT_HELPER(75, long, lwt_seg6_adjust_srh, struct __sk_buff *skb, __u32 offset, __s32 delta);
CLEAT_HELPER(76, long, lwt_seg6_action, struct __sk_buff *skb, __u32 action, void *param,
	     __u32 param_len);
CLEAT_HELPER(77, long, rc_repeat, void *ctx);
CLEAT_HELPER(78, long, rc_keydown, void *ctx, __u32 protocol, __u64 scancode, __u32 toggle);
CLEAT_HELPER(79, __u64, skb_cgroup_id, struct __sk_buff *skb);
CLEAT_HELPER(80, __u64, get_current_cgroup_id, void);

/* Linux 4.19 */
CLEAT_HELPER(81, void *, get_local_storage, void *map, __u64 flags);
CLEAT_HELPER(82, long, sk_select_reuseport, struct sk_reuseport_md *reuse, void *map, void *key,
	     __u64 flags);
CLEAT_HELPER(83, __u64, skb_ancestor_cgroup_id, struct __sk_buff *skb, int level);

/* Linux 4.20 */
CLEAT_HELPER(84, struct bpf_sock *, sk_lookup_tcp, void *ctx, struct bpf_sock_tuple *tuple,
	     __u32 size, __u64 netns, __u64 flags);
CLEAT_HELPER(85, struct bpf_sock *, sk_lookup_udp, void *ctx, struct bpf_sock_tuple *tuple,
	     __u32 size, __u64 netns, __u64 flags);
CLEAT_HELPER(86, long, sk_release, void *sock);
CLEAT_HELPER(87, long, map_push_elem, void *map, const void *value, __u64 flags);
CLEAT_HELPER(88, long, map_pop_elem, void *map, void *value);
CLEAT_HELPER(89, long, map_peek_elem, void *map, void *value);
CLEAT_HELPER(90, long, msg_push_data, struct sk_msg_md *msg, __u32 start, __u32 len, __u64 flags);

/* Linux 5.0 */
CLEAT_HELPER(91, long, msg_pop_data, struct sk_msg_md *msg, __u32 start, __u32 len, __u64 flags);
CLEAT_HELPER(92, long, rc_pointer_rel, void *ctx, __s32 rel_x, __s32 rel_y);

/* Linux 5.1 */
CLEAT_HELPER(93, long, spin_lock, struct bpf_spin_lock *lock);
CLEAT_HELPER(94, long, spin_unlock, struct bpf_spin_lock *lock);
CLEAT_HELPER(95, struct bpf_sock *, sk_fullsock, struct bpf_sock *sk);
CLEAT_HELPER(96, struct bpf_tcp_sock *, tcp_sock, struct bpf_sock *sk);
CLEAT_HELPER(97, long, skb_ecn_set_ce, struct __sk_buff *skb);
CLEAT_HELPER(98, struct bpf_sock *, get_listener_sock, struct bpf_sock *sk);

/* Linux 5.2 */
CLEAT_HELPER(99, struct bpf_sock *, skc_lookup_tcp, void *ctx, struct bpf_sock_tuple *tuple,
	     __u32 size, __u64 netns, __u64 flags);
CLEAT_HELPER(100, long, tcp_check_syncookie, void *sk, void *ip, __u32 ip_len, void *tcp,
	     __u32 tcp_len);
CLEAT_HELPER(101, long, sysctl_get_name, struct bpf_sysctl *ctx, char *buf, __u64 size,
	     __u64 flags);
CLEAT_HELPER(102, long, sysctl_get_current_value, struct bpf_sysctl *ctx, char *buf, __u64 size);
CLEAT_HELPER(103, long, sysctl_get_new_value, struct bpf_sysctl *ctx, char *buf, __u64 size);
CLEAT_HELPER(104, long, sysctl_set_new_value, struct bpf_sysctl *ctx, const char *buf,
	     __u64 size);
CLEAT_HELPER(105, long, strtol, const char *buf, __u64 size, __u64 flags, long *result);
CLEAT_HELPER(106, long, strtoul, const char *buf, __u64 size, __u64 flags, unsigned long *result);
CLEAT_HELPER(107, void *, sk_storage_get, void *map, void *sk, void *value, __u64 flags);
CLEAT_HELPER(108, long, sk_storage_delete, void *map, void *sk);

/* Linux 5.3 */
CLEAT_HELPER(109, long, send_signal, __u32 sig);
CLEAT_HELPER(110, __s64, tcp_gen_syncookie, void *sk, void *ip, __u32 ip_len, void *tcp,
	     __u32 tcp_len);

/* Linux 5.5 */
CLEAT_HELPER(111, long, skb_output, void *ctx, void *map, __u64 flags, void *data, __u64 size);
CLEAT_HELPER(112, long, probe_read_user, void *to, __u32 size, const void *from);
CLEAT_HELPER(113, long, probe_read_kernel, void *to, __u32 size, const void *from);
CLEAT_HELPER(114, long, probe_read_user_str, void *to, __u32 size, const void *from);
CLEAT_HELPER(115, long, probe_read_kernel_str, void *to, __u32 size, const void *from);

/* Linux 5.6 */
CLEAT_HELPER(116, long, tcp_send_ack, void *tp, __u32 rcv_nxt);
CLEAT_HELPER(117, long, send_signal_thread, __u32 sig);
CLEAT_HELPER(118, __u64, jiffies64, void);

/* Linux 5.7 */
CLEAT_HELPER(119, long, read_branch_records, void *ctx, void *buf, __u32 size, __u64 flags);
CLEAT_HELPER(120, long, get_ns_current_pid_tgid, __u64 dev, __u64 ino,
	     struct bpf_pidns_info *info, __u32 size);
CLEAT_HELPER(121, long, xdp_output, void *ctx, void *map, __u64 flags, void *data, __u64 size);
CLEAT_HELPER(122, __u64, get_netns_cookie, void *ctx);
CLEAT_HELPER(123, __u64, get_current_ancestor_cgroup_id, int level);
CLEAT_HELPER(124, long, sk_assign, void *ctx, void *sk, __u64 flags);

/* Linux 5.8 */
CLEAT_HELPER(125, __u64, ktime_get_boot_ns, void);
CLEAT_HELPER(126, long, seq_printf, struct seq_file *seq, const char *fmt, __u32 fmt_size,
	     const void *data, __u32 data_len);
CLEAT_HELPER(127, long, seq_write, struct seq_file *seq, const void *data, __u32 len);
CLEAT_HELPER(128, __u64, sk_cgroup_id, void *sk);
CLEAT_HELPER(129, __u64, sk_ancestor_cgroup_id, void *sk, int level);
CLEAT_HELPER(130, long, ringbuf_output, void *ring, void *data, __u64 size, __u64 flags);
CLEAT_HELPER(131, void *, ringbuf_reserve, void *ring, __u64 size, __u64 flags);
CLEAT_HELPER(132, void, ringbuf_submit, void *data, __u64 flags);
CLEAT_HELPER(133, void, ringbuf_discard, void *data, __u64 flags);
CLEAT_HELPER(134, __u64, ringbuf_query, void *ring, __u64 flags);
CLEAT_HELPER(135, long, csum_level, struct __sk_buff *skb, __u64 level);

/* Linux 5.9 */
CLEAT_HELPER(136, struct tcp6_sock *, skc_to_tcp6_sock, void *sk);
CLEAT_HELPER(137, struct tcp_sock *, skc_to_tcp_sock, void *sk);
CLEAT_HELPER(138, struct tcp_timewait_sock *, skc_to_tcp_timewait_sock, void *sk);
CLEAT_HELPER(139, struct tcp_request_sock *, skc_to_tcp_request_sock, void *sk);
CLEAT_HELPER(140, struct udp6_sock *, skc_to_udp6_sock, void *sk);
CLEAT_HELPER(141, long, get_task_stack, struct task_struct *task, void *buf, __u32 size,
	     __u64 flags);

/* Linux 5.10 */
CLEAT_HELPER(142, long, load_hdr_opt, struct bpf_sock_ops *ops, void *option, __u32 len,
	     __u64 flags);
CLEAT_HELPER(143, long, store_hdr_opt, struct bpf_sock_ops *ops, const void *from, __u32 len,
	     __u64 flags);
CLEAT_HELPER(144, long, reserve_hdr_opt, struct bpf_sock_ops *ops, __u32 len, __u64 flags);
CLEAT_HELPER(145, void *, inode_storage_get, void *map, void *inode, void *value, __u64 flags);
CLEAT_HELPER(146, int, inode_storage_delete, void *map, void *inode);
CLEAT_HELPER(147, long, d_path, void *path, char *buf, __u32 sz);
CLEAT_HELPER(148, long, copy_from_user, void *to, __u32 size, const void *from);
CLEAT_HELPER(149, long, snprintf_btf, char *buf, __u32 size, struct btf_ptr *ptr, __u32 ptr_size,
	     __u64 flags);
CLEAT_HELPER(150, long, seq_printf_btf, struct seq_file *seq, struct btf_ptr *ptr, __u32 size,
	     __u64 flags);
CLEAT_HELPER(151, __u64, skb_cgroup_classid, struct __sk_buff *skb);
CLEAT_HELPER(152, long, redirect_neigh, __u32 ifindex, struct bpf_redir_neigh *params, int size,
	     __u64 flags);
CLEAT_HELPER(153, void *, per_cpu_ptr, const void *percpu, __u32 cpu);
CLEAT_HELPER(154, void *, this_cpu_ptr, const void *percpu);
CLEAT_HELPER(155, long, redirect_peer, __u32 ifindex, __u64 flags);

/* Linux 5.11 */
CLEAT_HELPER(156, void *, task_storage_get, void *map, struct task_struct *task, void *value,
	     __u64 flags);
CLEAT_HELPER(157, long, task_storage_delete, void *map, struct task_struct *task);
CLEAT_HELPER(158, struct task_struct *, get_current_task_btf, void);
CLEAT_HELPER(159, long, bprm_opts_set, struct linux_binprm *bprm, __u64 flags);
CLEAT_HELPER(160, __u64, ktime_get_coarse_ns, void);
CLEAT_HELPER(161, long, ima_inode_hash, struct inode *inode, void *to, __u32 size);
CLEAT_HELPER(162, struct socket *, sock_from_file, struct file *file);

/* Linux 5.12 */
CLEAT_HELPER(163, long, check_mtu, void *ctx, __u32 ifindex, __u32 *mtu_len, __s32 difference,
	     __u64 flags);

/* Linux 5.13 */
CLEAT_HELPER(164, long, for_each_map_elem, void *map, void *callback, void *data, __u64 flags);
CLEAT_HELPER(165, long, snprintf, char *buf, __u32 size, const char *fmt, __u64 *data,
	     __u32 data_len);

/* Linux 5.14 */
CLEAT_HELPER(166, long, sys_bpf, __u32 command, void *attr, __u32 size);
CLEAT_HELPER(167, long, btf_find_by_name_kind, char *name, int name_sz, __u32 kind, int flags);
CLEAT_HELPER(168, long, sys_close, __u32 fd);

/* Linux 5.15 */
CLEAT_HELPER(169, long, timer_init, struct bpf_timer *timer, void *map, __u64 flags);
CLEAT_HELPER(170, long, timer_set_callback, struct bpf_timer *timer, void *callback);
CLEAT_HELPER(171, long, timer_start, struct bpf_timer *timer, __u64 ns, __u64 flags);
CLEAT_HELPER(172, long, timer_cancel, struct bpf_timer *timer);
CLEAT_HELPER(173, __u64, get_func_ip, void *ctx);
CLEAT_HELPER(174, __u64, get_attach_cookie, void *ctx);
CLEAT_HELPER(175, long, task_pt_regs, struct task_struct *task);

/* Linux 5.16 */
CLEAT_HELPER(176, long, get_branch_snapshot, void *entries, __u32 size, __u64 flags);
CLEAT_HELPER(177, long, trace_vprintk, const char *fmt, __u32 fmt_size, const void *data,
	     __u32 data_len);
CLEAT_HELPER(178, struct unix_sock *, skc_to_unix_sock, void *sk);
CLEAT_HELPER(179, long, kallsyms_lookup_name, const char *name, int name_sz, int flags,
	     __u64 *result);

/* Linux 5.17 */
CLEAT_HELPER(180, long, find_vma, struct task_struct *task, __u64 addr, void *callback,
	     void *data, __u64 flags);
CLEAT_HELPER(181, long, loop, __u32 n, void *callback, void *data, __u64 flags);
CLEAT_HELPER(182, long, strncmp, const char *s, __u32 size, const char *to);
CLEAT_HELPER(183, long, get_func_arg, void *ctx, __u32 n, __u64 *value);
CLEAT_HELPER(184, long, get_func_ret, void *ctx, __u64 *value);
CLEAT_HELPER(185, long, get_func_arg_cnt, void *ctx);

/* Linux 5.18 */
CLEAT_HELPER(186, int, get_retval, void);
CLEAT_HELPER(187, int, set_retval, int retval);
CLEAT_HELPER(188, __u64, xdp_get_buff_len, struct xdp_md *xdp);
CLEAT_HELPER(189, long, xdp_load_bytes, struct xdp_md *xdp, __u32 offset, void *buf, __u32 len);
CLEAT_HELPER(190, long, xdp_store_bytes, struct xdp_md *xdp, __u32 offset, void *buf, __u32 len);
CLEAT_HELPER(191, long, copy_from_user_task, void *to, __u32 size, const void *from,
	     struct task_struct *task, __u64 flags);
CLEAT_HELPER(192, long, skb_set_tstamp, struct __sk_buff *skb, __u64 tstamp, __u32 tstamp_type);
CLEAT_HELPER(193, long, ima_file_hash, struct file *file, void *to, __u32 size);

/* Linux 5.19 */
CLEAT_HELPER(194, void *, kptr_xchg, void *dest, void *ptr);
CLEAT_HELPER(195, void *, map_lookup_percpu_elem, void *map, const void *key, __u32 cpu);
CLEAT_HELPER(196, struct mptcp_sock *, skc_to_mptcp_sock, void *sk);
CLEAT_HELPER(197, long, dynptr_from_mem, void *data, __u32 size, __u64 flags,
	     struct bpf_dynptr *ptr);
CLEAT_HELPER(198, long, ringbuf_reserve_dynptr, void *ring, __u32 size, __u64 flags,
	     struct bpf_dynptr *ptr);
CLEAT_HELPER(199, void, ringbuf_submit_dynptr, struct bpf_dynptr *ptr, __u64 flags);
CLEAT_HELPER(200, void, ringbuf_discard_dynptr, struct bpf_dynptr *ptr, __u64 flags);
CLEAT_HELPER(201, long, dynptr_read, void *to, __u32 len, struct bpf_dynptr *src, __u32 offset,
	     __u64 flags);
CLEAT_HELPER(202, long, dynptr_write, struct bpf_dynptr *dst, __u32 offset, void *src, __u32 len,
	     __u64 flags);
CLEAT_HELPER(203, void *, dynptr_data, struct bpf_dynptr *ptr, __u32 offset, __u32 len);

/* Linux 6.0 */
CLEAT_HELPER(204, __s64, tcp_raw_gen_syncookie_ipv4, void *ip, void *tcp, __u32 tcp_len);
CLEAT_HELPER(205, __s64, tcp_raw_gen_syncookie_ipv6, void *ip, void *tcp, __u32 tcp_len);
CLEAT_HELPER(206, long, tcp_raw_check_syncookie_ipv4, void *ip, void *tcp);
CLEAT_HELPER(207, long, tcp_raw_check_syncookie_ipv6, void *ip, void *tcp);

/* Linux 6.1 */
CLEAT_HELPER(208, __u64, ktime_get_tai_ns, void);
CLEAT_HELPER(209, long, user_ringbuf_drain, void *map, void *callback, void *ctx, __u64 flags);

/* Linux 6.2 */
CLEAT_HELPER(210, void *, cgrp_storage_get, void *map, struct cgroup *cgroup, void *value,
	     __u64 flags);
CLEAT_HELPER(211, long, cgrp_storage_delete, void *map, struct cgroup *cgroup);

#undef CLEAT_HELPER

#endif
#endif
