/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * core.h - CO-RE: kernel structs wherever this kernel has their members. The program declares what it
 * uses of them; the loader puts in offsets, sizes and values, from the kernel's BTF.
 *
 *	CLEAT_KERNEL_TYPES_BEGIN
 *	struct task_struct {
 *		int tgid;
 *		struct task_struct *real_parent;
 *	};
 *	struct task_struct___old { long state; };    // a flavour: what follows ___ is not looked at
 *	CLEAT_KERNEL_TYPES_END
 *
 *	pid = CORE_READ(task, real_parent, tgid);
 *	if (core_field_exists(((struct task_struct___old *)task)->state)) ...
 *
 * Any kernel with BTF (5.2 with CONFIG_DEBUG_INFO_BTF), or a BTF file for those without. Reading
 * memory: Linux 5.5; on kernels before, cleat takes the older helper.
 * clang 14: all but core_type_matches (15). gcc: members from 12, types and enumerators from 14.
 */
#ifndef CLEAT_BPF_H
#include <cleat/bpf.h> /* includes this, in its place */
#endif
#ifndef CLEAT_BPF_CORE_H
#define CLEAT_BPF_CORE_H

#ifdef __clang__
#define CLEAT_KERNEL_TYPES_BEGIN \
	_Pragma("clang attribute push (__attribute__((preserve_access_index)), apply_to = record)")
#define CLEAT_KERNEL_TYPES_END _Pragma("clang attribute pop")
#else
/* gcc marks accesses, not types: CORE_READ and core_read() do. */
#define CLEAT_KERNEL_TYPES_BEGIN
#define CLEAT_KERNEL_TYPES_END
#endif

/* ---- what this kernel has: numbers that are known before the program runs ------------------------- */

/* core_field_exists(task->cgroups), or core_field_exists(struct task_struct, cgroups); so with the others. */
#define core_field_offset(...) __builtin_preserve_field_info(CLEAT_FIELD(__VA_ARGS__), 0)
#define core_field_size(...) __builtin_preserve_field_info(CLEAT_FIELD(__VA_ARGS__), 1)
#define core_field_exists(...) __builtin_preserve_field_info(CLEAT_FIELD(__VA_ARGS__), 2)
#define core_field_signed(...) __builtin_preserve_field_info(CLEAT_FIELD(__VA_ARGS__), 3)
#define CLEAT_FIELD(...) CLEAT_FIELD_N(__VA_ARGS__, CLEAT_FIELD_2, CLEAT_FIELD_1, )(__VA_ARGS__)
#define CLEAT_FIELD_N(_1, _2, how, ...) how
#define CLEAT_FIELD_1(field) field
#define CLEAT_FIELD_2(type, field) ((typeof(type) *)0)->field

#define core_type_exists(type) __builtin_preserve_type_info(*(typeof(type) *)0, 0)
#define core_type_size(type) __builtin_preserve_type_info(*(typeof(type) *)0, 1)
/* Do all members have the same names and kinds? */
#define core_type_matches(type) __builtin_preserve_type_info(*(typeof(type) *)0, 2)
/* Numbers that name a type for kfuncs and helpers: in the object's BTF, in the kernel's. */
#define core_type_id_local(type) __builtin_btf_type_id(*(typeof(type) *)0, 0)
#define core_type_id_kernel(type) __builtin_btf_type_id(*(typeof(type) *)0, 1)

#define core_enum_exists(type, value) __builtin_preserve_enum_value(*(typeof(type) *)value, 0)
#define core_enum_value(type, value) __builtin_preserve_enum_value(*(typeof(type) *)value, 1)

/* ---- reading, where the program has an address: the value is 0, and less than 0 returned, when not --- */

#define CLEAT_AT(from) ((const void *)__builtin_preserve_access_index(from))

/* core_read(&to, &from->member) */
#define core_read(to, from) bpf_probe_read_kernel(to, sizeof(*(to)), CLEAT_AT(from))
#define core_read_str(to, size, from) bpf_probe_read_kernel_str(to, size, CLEAT_AT(from))
/* The same of structs in the memory of processes that the kernel declares: struct iovec, timespec... */
#define core_read_user(to, from) bpf_probe_read_user(to, sizeof(*(to)), CLEAT_AT(from))
#define core_read_user_str(to, size, from) bpf_probe_read_user_str(to, size, CLEAT_AT(from))

/*
 * One pointer after the other: CORE_READ(task, real_parent, tgid) is task->real_parent->tgid. A step may
 * itself have dots: CORE_READ(file, f_path.dentry, d_name.name). Up to nine.
 */
#define CORE_READ(from, ...) CLEAT_READ_VALUE(CLEAT_KERNEL, from, __VA_ARGS__)
#define CORE_READ_INTO(to, from, ...) CLEAT_READ(CLEAT_KERNEL, CLEAT_LAST_VALUE, to, from, __VA_ARGS__)
#define CORE_READ_STR_INTO(to, from, ...) \
	CLEAT_READ(CLEAT_KERNEL, CLEAT_LAST_STR, to, from, __VA_ARGS__)
#define CORE_READ_USER(from, ...) CLEAT_READ_VALUE(CLEAT_USER, from, __VA_ARGS__)
#define CORE_READ_USER_INTO(to, from, ...) \
	CLEAT_READ(CLEAT_USER, CLEAT_LAST_VALUE, to, from, __VA_ARGS__)
#define CORE_READ_USER_STR_INTO(to, from, ...) \
	CLEAT_READ(CLEAT_USER, CLEAT_LAST_STR, to, from, __VA_ARGS__)

/* The same where members are as declared: structs of a program's own, or of another than the kernel. */
#define PROBE_READ(from, ...) CLEAT_READ_VALUE(CLEAT_PLAIN_KERNEL, from, __VA_ARGS__)
#define PROBE_READ_INTO(to, from, ...) \
	CLEAT_READ(CLEAT_PLAIN_KERNEL, CLEAT_LAST_VALUE, to, from, __VA_ARGS__)
#define PROBE_READ_STR_INTO(to, from, ...) \
	CLEAT_READ(CLEAT_PLAIN_KERNEL, CLEAT_LAST_STR, to, from, __VA_ARGS__)
#define PROBE_READ_USER(from, ...) CLEAT_READ_VALUE(CLEAT_PLAIN_USER, from, __VA_ARGS__)
#define PROBE_READ_USER_INTO(to, from, ...) \
	CLEAT_READ(CLEAT_PLAIN_USER, CLEAT_LAST_VALUE, to, from, __VA_ARGS__)
#define PROBE_READ_USER_STR_INTO(to, from, ...) \
	CLEAT_READ(CLEAT_PLAIN_USER, CLEAT_LAST_STR, to, from, __VA_ARGS__)

/* How: CLEAT_KERNEL(, to, size, from) reads bytes, CLEAT_KERNEL(_str, to, size, from) a string. */
#define CLEAT_KERNEL(str, to, size, from) bpf_probe_read_kernel##str(to, size, CLEAT_AT(from))
#define CLEAT_USER(str, to, size, from) bpf_probe_read_user##str(to, size, CLEAT_AT(from))
#define CLEAT_PLAIN_KERNEL(str, to, size, from) bpf_probe_read_kernel##str(to, size, from)
#define CLEAT_PLAIN_USER(str, to, size, from) bpf_probe_read_user##str(to, size, from)

#define CLEAT_LAST_VALUE(how, to, p, a) how(, (void *)(to), sizeof(*(to)), &(p)->a)
#define CLEAT_LAST_STR(how, to, p, a) how(_str, (void *)(to), sizeof(*(to)), (const void *)&(p)->a)

/*
 * A step: read the pointer p->a, and go on from it with its own type. A pointer that cannot be read is
 * NULL, from which nothing can be read: the error is the last step's.
 */
#define CLEAT_STEP(n, how, last, to, p, a, ...)                                         \
	({                                                                              \
		const void *cleat_step_##n;                                             \
		how(, &cleat_step_##n, sizeof(cleat_step_##n), &(p)->a);                \
		__VA_ARGS__;                                                            \
	})
#define CLEAT_NEXT(n, p, a) ((typeof((p)->a))cleat_step_##n)
#define CLEAT_READ_1(how, last, to, p, a) last(how, to, p, a)
#define CLEAT_READ_2(how, last, to, p, a, ...) \
	CLEAT_STEP(2, how, last, to, p, a,     \
		   CLEAT_READ_1(how, last, to, CLEAT_NEXT(2, p, a), __VA_ARGS__))
#define CLEAT_READ_3(how, last, to, p, a, ...) \
	CLEAT_STEP(3, how, last, to, p, a,     \
		   CLEAT_READ_2(how, last, to, CLEAT_NEXT(3, p, a), __VA_ARGS__))
#define CLEAT_READ_4(how, last, to, p, a, ...) \
	CLEAT_STEP(4, how, last, to, p, a,     \
		   CLEAT_READ_3(how, last, to, CLEAT_NEXT(4, p, a), __VA_ARGS__))
#define CLEAT_READ_5(how, last, to, p, a, ...) \
	CLEAT_STEP(5, how, last, to, p, a,     \
		   CLEAT_READ_4(how, last, to, CLEAT_NEXT(5, p, a), __VA_ARGS__))
#define CLEAT_READ_6(how, last, to, p, a, ...) \
	CLEAT_STEP(6, how, last, to, p, a,     \
		   CLEAT_READ_5(how, last, to, CLEAT_NEXT(6, p, a), __VA_ARGS__))
#define CLEAT_READ_7(how, last, to, p, a, ...) \
	CLEAT_STEP(7, how, last, to, p, a,     \
		   CLEAT_READ_6(how, last, to, CLEAT_NEXT(7, p, a), __VA_ARGS__))
#define CLEAT_READ_8(how, last, to, p, a, ...) \
	CLEAT_STEP(8, how, last, to, p, a,     \
		   CLEAT_READ_7(how, last, to, CLEAT_NEXT(8, p, a), __VA_ARGS__))
#define CLEAT_READ_9(how, last, to, p, a, ...) \
	CLEAT_STEP(9, how, last, to, p, a,     \
		   CLEAT_READ_8(how, last, to, CLEAT_NEXT(9, p, a), __VA_ARGS__))
#define CLEAT_READ(how, last, to, from, ...) \
	CLEAT_JOIN(CLEAT_READ_, CLEAT_COUNT(__VA_ARGS__))(how, last, to, from, __VA_ARGS__)

/* The type of the last member, which is not evaluated. */
#define CLEAT_ARROW_1(p, a) (p)->a
#define CLEAT_ARROW_2(p, a, ...) CLEAT_ARROW_1((p)->a, __VA_ARGS__)
#define CLEAT_ARROW_3(p, a, ...) CLEAT_ARROW_2((p)->a, __VA_ARGS__)
#define CLEAT_ARROW_4(p, a, ...) CLEAT_ARROW_3((p)->a, __VA_ARGS__)
#define CLEAT_ARROW_5(p, a, ...) CLEAT_ARROW_4((p)->a, __VA_ARGS__)
#define CLEAT_ARROW_6(p, a, ...) CLEAT_ARROW_5((p)->a, __VA_ARGS__)
#define CLEAT_ARROW_7(p, a, ...) CLEAT_ARROW_6((p)->a, __VA_ARGS__)
#define CLEAT_ARROW_8(p, a, ...) CLEAT_ARROW_7((p)->a, __VA_ARGS__)
#define CLEAT_ARROW_9(p, a, ...) CLEAT_ARROW_8((p)->a, __VA_ARGS__)
#define CLEAT_READ_VALUE(how, from, ...)                                                          \
	({                                                                                        \
		typeof(CLEAT_JOIN(CLEAT_ARROW_, CLEAT_COUNT(__VA_ARGS__))(from, __VA_ARGS__)) cleat_value; \
		CLEAT_READ(how, CLEAT_LAST_VALUE, &cleat_value, from, __VA_ARGS__);               \
		cleat_value;                                                                      \
	})

/* ---- bit fields ------------------------------------------------------------------------------------ */

/*
 * core_bitfield(sk, sk_protocol): a member of which only some bits are used, wherever they are, and also
 * where another kernel has a whole integer; 64 bits with its sign. The first reads through a pointer that
 * the verifier knows (fentry, tp_btf); the second copies, as CORE_READ does.
 */
#define core_bitfield(p, field)                                                            \
	({                                                                                 \
		const void *cleat_at = (const void *)(p) + CLEAT_BITS(p, field, 0);        \
		unsigned long long cleat_bits = 0;                                         \
		barrier_var(cleat_at);                                                     \
		switch (CLEAT_BITS(p, field, 1)) {                                         \
		case 1: cleat_bits = *(const __u8 *)cleat_at; break;                       \
		case 2: cleat_bits = *(const __u16 *)cleat_at; break;                      \
		case 4: cleat_bits = *(const __u32 *)cleat_at; break;                      \
		case 8: cleat_bits = *(const __u64 *)cleat_at; break;                      \
		}                                                                          \
		CLEAT_BITS_VALUE(p, field, cleat_bits);                                    \
	})
#define CORE_READ_BITFIELD(p, field)                                                       \
	({                                                                                 \
		unsigned long long cleat_bits = 0;                                         \
		bpf_probe_read_kernel((void *)&cleat_bits + CLEAT_BITS_UNUSED(p, field),   \
				      CLEAT_BITS(p, field, 1),                             \
				      (const void *)(p) + CLEAT_BITS(p, field, 0));        \
		CLEAT_BITS_VALUE(p, field, cleat_bits);                                    \
	})
/* Sets the bits, and leaves what lies beside them: where the verifier allows to write at all. */
#define CORE_WRITE_BITFIELD(p, field, value)                                               \
	({                                                                                 \
		void *cleat_at = (void *)(p) + CLEAT_BITS(p, field, 0);                    \
		unsigned long long cleat_new = (value);                                    \
		barrier_var(cleat_at);                                                     \
		switch (CLEAT_BITS(p, field, 1)) {                                         \
		case 1: CLEAT_BITS_SET(p, field, __u8, cleat_at, cleat_new); break;        \
		case 2: CLEAT_BITS_SET(p, field, __u16, cleat_at, cleat_new); break;       \
		case 4: CLEAT_BITS_SET(p, field, __u32, cleat_at, cleat_new); break;       \
		case 8: CLEAT_BITS_SET(p, field, __u64, cleat_at, cleat_new); break;       \
		}                                                                          \
	})
#define CLEAT_BITS_SHIFT(p, field) (CLEAT_BITS(p, field, 5) - CLEAT_BITS(p, field, 4))
#define CLEAT_BITS_MASK(p, field) \
	(~0ull << CLEAT_BITS(p, field, 5) >> CLEAT_BITS(p, field, 4))
#define CLEAT_BITS_SET(p, field, type, at, value)                                          \
	(*(type *)(at) = (type)((*(type *)(at) & ~CLEAT_BITS_MASK(p, field)) |             \
				((value) << CLEAT_BITS_SHIFT(p, field) &                   \
				 CLEAT_BITS_MASK(p, field))))
#define CLEAT_BITS(p, field, what) __builtin_preserve_field_info((p)->field, what)
#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
#define CLEAT_BITS_UNUSED(p, field) 0
#else
#define CLEAT_BITS_UNUSED(p, field) (8 - CLEAT_BITS(p, field, 1))
#endif
#define CLEAT_BITS_VALUE(p, field, bits)                                                          \
	((bits) <<= CLEAT_BITS(p, field, 4),                                                      \
	 CLEAT_BITS(p, field, 3) ?                                                                \
		 (unsigned long long)((long long)(bits) >> CLEAT_BITS(p, field, 5)) :             \
		 (bits) >> CLEAT_BITS(p, field, 5))

#endif
