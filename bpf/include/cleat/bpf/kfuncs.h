/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * kfuncs.h - functions of the kernel that it lends to programs, each with the kernel that brought it.
 * All are __weak: a program asks bpf_ksym_exists() before it calls one that may not be there, and those
 * that it does not call cost nothing. Which programs may call them is the kernel's to say.
 *
 * What ends in _acquire, _create or _from_... may give NULL, and gives a reference, which a _release has to
 * give back. Not declared where a vmlinux.h has declared them all.
 */
#ifndef CLEAT_BPF_KFUNCS_H
#define CLEAT_BPF_KFUNCS_H

#include <cleat/bpf.h>

#ifdef CLEAT_DECLARES_KFUNCS
struct task_struct;
struct cgroup;
struct cgroup_subsys_state;
struct bpf_cpumask;
struct cpumask;
struct bpf_list_head;
struct bpf_list_node;
struct bpf_rb_root;
struct bpf_rb_node;
struct vm_area_struct;
struct bpf_wq;

/* ---- tasks and cgroups: Linux 6.1, 6.2 ------------------------------------------------------------ */

extern struct task_struct *bpf_task_acquire(struct task_struct *task) __ksym __weak;
extern void bpf_task_release(struct task_struct *task) __ksym __weak;
extern struct task_struct *bpf_task_from_pid(__s32 pid) __ksym __weak;
extern struct task_struct *bpf_task_from_vpid(__s32 pid) __ksym __weak; /* 6.14 */
extern struct cgroup *bpf_cgroup_acquire(struct cgroup *cgroup) __ksym __weak;
extern void bpf_cgroup_release(struct cgroup *cgroup) __ksym __weak;
extern struct cgroup *bpf_cgroup_ancestor(struct cgroup *cgroup, int level) __ksym __weak;
extern struct cgroup *bpf_cgroup_from_id(__u64 id) __ksym __weak;
extern long bpf_task_under_cgroup(struct task_struct *task, struct cgroup *ancestor) __ksym __weak;

/* ---- iterators for bpf_for_each(): Linux 6.7 ------------------------------------------------------ */

#ifndef __VMLINUX_H__
enum cleat_iter_flags {
	BPF_TASK_ITER_ALL_PROCS = 0, /* bpf_for_each(task, task, NULL, ...) */
	BPF_TASK_ITER_ALL_THREADS = 1,
	BPF_TASK_ITER_PROC_THREADS = 2, /* of the task that is given */
};

struct bpf_iter_task {
	__u64 cleat_opaque[3];
} __attribute__((aligned(8)));

struct bpf_iter_task_vma {
	__u64 cleat_opaque[1];
} __attribute__((aligned(8)));

struct bpf_iter_css {
	__u64 cleat_opaque[3];
} __attribute__((aligned(8)));

struct bpf_iter_bits { /* Linux 6.11 */
	__u64 cleat_opaque[2];
} __attribute__((aligned(8)));
#endif

extern int bpf_iter_task_new(struct bpf_iter_task *it, struct task_struct *task, unsigned int flags)
	__ksym __weak;
extern struct task_struct *bpf_iter_task_next(struct bpf_iter_task *it) __ksym __weak;
extern void bpf_iter_task_destroy(struct bpf_iter_task *it) __ksym __weak;

extern int bpf_iter_task_vma_new(struct bpf_iter_task_vma *it, struct task_struct *task, __u64 address)
	__ksym __weak;
extern struct vm_area_struct *bpf_iter_task_vma_next(struct bpf_iter_task_vma *it) __ksym __weak;
extern void bpf_iter_task_vma_destroy(struct bpf_iter_task_vma *it) __ksym __weak;

extern int bpf_iter_css_new(struct bpf_iter_css *it, struct cgroup_subsys_state *start,
			    unsigned int flags) __ksym __weak;
extern struct cgroup_subsys_state *bpf_iter_css_next(struct bpf_iter_css *it) __ksym __weak;
extern void bpf_iter_css_destroy(struct bpf_iter_css *it) __ksym __weak;

extern int bpf_iter_bits_new(struct bpf_iter_bits *it, const __u64 *words, __u32 n) __ksym __weak;
extern int *bpf_iter_bits_next(struct bpf_iter_bits *it) __ksym __weak;
extern void bpf_iter_bits_destroy(struct bpf_iter_bits *it) __ksym __weak;

/* ---- objects, lists and trees of a program's own: Linux 6.1, 6.3 ------------------------------------ */

extern void *bpf_obj_new_impl(__u64 type, void *meta) __ksym __weak;
extern void bpf_obj_drop_impl(void *object, void *meta) __ksym __weak;
extern void *bpf_refcount_acquire_impl(void *object, void *meta) __ksym __weak; /* 6.4 */
extern int bpf_list_push_front_impl(struct bpf_list_head *head, struct bpf_list_node *node, void *meta,
				    __u64 offset) __ksym __weak;
extern int bpf_list_push_back_impl(struct bpf_list_head *head, struct bpf_list_node *node, void *meta,
				   __u64 offset) __ksym __weak;
extern struct bpf_list_node *bpf_list_pop_front(struct bpf_list_head *head) __ksym __weak;
extern struct bpf_list_node *bpf_list_pop_back(struct bpf_list_head *head) __ksym __weak;
extern int bpf_rbtree_add_impl(struct bpf_rb_root *root, struct bpf_rb_node *node,
			       _Bool(less)(struct bpf_rb_node *a, const struct bpf_rb_node *b),
			       void *meta, __u64 offset) __ksym __weak;
extern struct bpf_rb_node *bpf_rbtree_remove(struct bpf_rb_root *root, struct bpf_rb_node *node) __ksym
	__weak;
extern struct bpf_rb_node *bpf_rbtree_first(struct bpf_rb_root *root) __ksym __weak;

#define bpf_obj_new(type) ((type *)bpf_obj_new_impl(core_type_id_local(type), NULL))
#define bpf_obj_drop(object) bpf_obj_drop_impl(object, NULL)
#define bpf_refcount_acquire(object) bpf_refcount_acquire_impl(object, NULL)
#define bpf_list_push_front(head, node) bpf_list_push_front_impl(head, node, NULL, 0)
#define bpf_list_push_back(head, node) bpf_list_push_back_impl(head, node, NULL, 0)
#define bpf_rbtree_add(root, node, less) bpf_rbtree_add_impl(root, node, less, NULL, 0)

/* ---- CPU masks: Linux 6.3 -------------------------------------------------------------------------- */

extern struct bpf_cpumask *bpf_cpumask_create(void) __ksym __weak;
extern void bpf_cpumask_release(struct bpf_cpumask *mask) __ksym __weak;
extern void bpf_cpumask_set_cpu(__u32 cpu, struct bpf_cpumask *mask) __ksym __weak;
extern void bpf_cpumask_clear_cpu(__u32 cpu, struct bpf_cpumask *mask) __ksym __weak;
extern _Bool bpf_cpumask_test_cpu(__u32 cpu, const struct cpumask *mask) __ksym __weak;
extern __u32 bpf_cpumask_first(const struct cpumask *mask) __ksym __weak;

/* ---- casts, and the kernel's own context: Linux 6.2 ------------------------------------------------- */

extern void *bpf_cast_to_kern_ctx(void *ctx) __ksym __weak;

/* ---- work that sleeps, later: Linux 6.10. Program exceptions: 6.7 ------------------------------------- */

extern int bpf_wq_init(struct bpf_wq *wq, void *map, unsigned int flags) __ksym __weak;
extern int bpf_wq_start(struct bpf_wq *wq, unsigned int flags) __ksym __weak;
extern void bpf_throw(__u64 cookie) __ksym __weak;

/* ---- strings that the verifier knows no end of: Linux 6.17. Of a process: 6.12 ------------------------- */

extern int bpf_strcmp(const char *a, const char *b) __ksym __weak;
extern int bpf_strlen(const char *s) __ksym __weak;
extern int bpf_strnlen(const char *s, __u64 size) __ksym __weak;
extern int bpf_strchr(const char *s, char c) __ksym __weak;
extern int bpf_strstr(const char *s, const char *what) __ksym __weak;
extern int bpf_strnstr(const char *s, const char *what, __u64 size) __ksym __weak;
extern int bpf_copy_from_user_str(void *to, __u32 size, const void *from, __u64 flags) __ksym __weak;
#endif

#endif
