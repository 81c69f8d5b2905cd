/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * log.h - log records with a format, typed arguments and five levels; cleat-log(7) explains all of it.
 *
 *	cleat_info(ctx, "conn {ipv4}:{be} -> {mac} took {} ns", addr, port, mac, ns);
 *
 * A record is the number of the call and the arguments as they are. The format, the place in the source and
 * the arguments' types are constants that no instruction reads: whoever prints has them from the object, or
 * from the kernel that keeps them with the program.
 *
 * Needs nothing else: it may come before or behind <cleat/bpf.h>, vmlinux.h and libbpf's headers, or stand
 * alone. Kernel 5.2, with CO-RE and types or without; records go through a ring buffer (5.8), or by the
 * loader's choice through perf buffers. Programs of all types that have bpf_ringbuf_reserve() or
 * bpf_perf_event_output(), respectively.
 */
#ifndef CLEAT_LOG_H
#define CLEAT_LOG_H

#define CLEAT_LOG_OFF 0
#define CLEAT_LOG_ERROR 1
#define CLEAT_LOG_WARN 2
#define CLEAT_LOG_INFO 3
#define CLEAT_LOG_DEBUG 4
#define CLEAT_LOG_TRACE 5

/* ---- what may be defined before this header -------------------------------------------------- */

/* Calls of higher levels are not compiled. */
#ifndef CLEAT_LOG_MAX
#define CLEAT_LOG_MAX CLEAT_LOG_TRACE
#endif

/* The level that the object is loaded with when nobody says otherwise. */
#ifndef CLEAT_LOG_DEFAULT
#define CLEAT_LOG_DEFAULT CLEAT_LOG_INFO
#endif

/* What part of a program records are from, for filters; "": the name of the source file. May be redefined. */
#ifndef CLEAT_LOG_TARGET
#define CLEAT_LOG_TARGET ""
#endif

/* Bytes of the ring; each perf buffer has the size that the reader gives it. */
#ifndef CLEAT_LOG_RING
#define CLEAT_LOG_RING (256 * 1024)
#endif

/* The longest record, arguments and 16 bytes. */
#ifndef CLEAT_LOG_RECORD
#define CLEAT_LOG_RECORD 4096
#endif

/* How much of a string is taken that a bare 'const char *' leads to, in the kernel's memory. May be redefined. */
#ifndef CLEAT_LOG_STRING
#define CLEAT_LOG_STRING 64
#endif

/* How many bytes there is room for where their number is known at run time. May be redefined. */
#ifndef CLEAT_LOG_BYTES
#define CLEAT_LOG_BYTES 64
#endif

/* ---- the calls ------------------------------------------------------------------------------- */

/*
 * cleat_info(ctx, FORMAT, up to 12 arguments): @ctx is the program's context, needed by perf buffers.
 * FORMAT is a literal; "{}" stands for an argument as its type says, "{HINT}" for one in another form.
 * Arguments are evaluated only when the record is made: they should have no effects.
 */
#define cleat_error(ctx, ...) CLEAT_LOG_(CLEAT_LOG_ERROR, ctx, __VA_ARGS__)
#define cleat_warn(ctx, ...) CLEAT_LOG_(CLEAT_LOG_WARN, ctx, __VA_ARGS__)
#define cleat_info(ctx, ...) CLEAT_LOG_(CLEAT_LOG_INFO, ctx, __VA_ARGS__)
#define cleat_debug(ctx, ...) CLEAT_LOG_(CLEAT_LOG_DEBUG, ctx, __VA_ARGS__)
#define cleat_trace(ctx, ...) CLEAT_LOG_(CLEAT_LOG_TRACE, ctx, __VA_ARGS__)

/*
 * Is the level on? For work that only a record needs: if (cleat_log_on(CLEAT_LOG_DEBUG)) { ... }. Where it
 * is off, nothing of that is loaded.
 */
#define cleat_log_on(level)                                     \
	((level) <= CLEAT_LOG_MAX && ({                         \
		 __label__ cleat_off;                           \
		 _Bool cleat_is_on = 0;                         \
		 CLEAT_GATE_(cleat_log_level, level, cleat_off); \
		 cleat_is_on = 1;                               \
	 cleat_off:                                             \
		 cleat_is_on;                                   \
	 }))

/*
 * Arguments: integers of all sizes, bool, char, pointers, enums; arrays, whole: of char as text, of
 * others as bytes; and, behind a pointer,
 */
/* text in the kernel's memory, at most @max bytes (a constant) with its end; */
#define cleat_str(pointer, max) ((const struct cleat_log_kstr (*)[max])(const void *)(pointer))
/* text in the memory of the process; */
#define cleat_user_str(pointer, max) ((const struct cleat_log_ustr (*)[max])(const void *)(pointer))
/* @n bytes (a constant) that the program may read itself: a packet's, the stack's, a map's; */
#define cleat_bytes(pointer, n) ((const struct cleat_log_mem (*)[n])(const void *)(pointer))
/* @n bytes (a constant) of the kernel's memory; */
#define cleat_kernel_bytes(pointer, n) ((const struct cleat_log_kmem (*)[n])(const void *)(pointer))
/* and as many of it as a number says that is known at run time, up to CLEAT_LOG_BYTES. */
#define cleat_some_bytes(pointer, n) cleat_log_some_((const void *)(pointer), n)

/* ---- maps and what the loader sets ------------------------------------------------------------ */

/* Every file of a program has these; a linker keeps one of each. */
#define CLEAT_LOG_MAP_ __attribute__((weak, section(".maps")))

/* Records, where the kernel has ring buffers; the loader makes this one or the next two. */
struct {
	int (*type)[27]; /* ringbuf */
	int (*max_entries)[CLEAT_LOG_RING];
} cleat_log CLEAT_LOG_MAP_;

struct {
	int (*type)[4]; /* perf_event_array */
	int (*key_size)[4];
	int (*value_size)[4];
} cleat_log_perf CLEAT_LOG_MAP_;

struct cleat_log_buffer {
	unsigned long long busy; /* how many want it: who interrupts the one that writes finds it taken */
	unsigned long long record[CLEAT_LOG_RECORD / 8];
};

struct {
	int (*type)[6]; /* percpu_array */
	int (*max_entries)[1];
	unsigned int *key;
	struct cleat_log_buffer *value;
} cleat_log_buf CLEAT_LOG_MAP_;

/* How many records found no room. */
struct {
	int (*type)[6];
	int (*max_entries)[1];
	unsigned int *key;
	unsigned long long *value;
} cleat_log_lost CLEAT_LOG_MAP_;

/* Calls up to this level make records. */
const volatile unsigned char cleat_log_level __attribute__((weak)) = CLEAT_LOG_DEFAULT;
/* Do they go through the ring. */
const volatile unsigned char cleat_log_ring __attribute__((weak)) = 1;

/* ---- the rest is how it is done ---------------------------------------------------------------- */

/*
 * Three instructions that leave for a label when a constant of the loader's is less than a number. Always
 * the same three and a register that nobody else has: a loader that knows them takes them away, and what
 * is then never reached. For others the verifier does the latter. No compiler compares a byte with signs.
 */
#define CLEAT_GATE_(constant, number, label)                                  \
	__asm__ volatile goto("r0 = " #constant " ll\n\t"                     \
			      "r0 = *(u8 *)(r0 + 0)\n\t"                      \
			      "if r0 s< %0 goto %l[" #label "]"               \
			      :                                               \
			      : "i"(number)                                   \
			      : "r0"                                          \
			      : label)

/* Only their names matter, and that no object has such a type. */
struct cleat_log_kstr {
	char c;
};
struct cleat_log_ustr {
	char c;
};
struct cleat_log_mem {
	char c;
};
struct cleat_log_kmem {
	char c;
};
/* The address of bytes, and how many. */
struct cleat_log_pointer {
	const void *at;
	unsigned long long bytes;
};

/* How every record begins. */
struct cleat_log_head {
	unsigned long long site; /* byte of .rodata.cleat where the constants of the call are */
	unsigned long long time; /* CLOCK_MONOTONIC, ns */
};

/* What the constants of a call say of an argument. */
struct cleat_log_type {
	unsigned char kind;
	unsigned char reserved;
	unsigned short bytes; /* of the value, without its length */
};

/* The kinds; a value begins at a multiple of 8 bytes. */
enum {
	CLEAT_LOG_UNSIGNED_ = 1, /* 1, 2, 4, 8 bytes as 8; 16 */
	CLEAT_LOG_SIGNED_,
	CLEAT_LOG_BOOL_,
	CLEAT_LOG_CHAR_,
	CLEAT_LOG_POINTER_,
	CLEAT_LOG_TEXT_,   /* up to a 0, or all bytes */
	CLEAT_LOG_BYTES_,
	CLEAT_LOG_STRING_, /* 8 bytes: its length with the 0, or -errno; then as TEXT */
	CLEAT_LOG_SOME_,   /* 8 bytes: the length that was meant; then as BYTES */
};

#define CLEAT_LOG_FN_ static inline __attribute__((always_inline, unused))

/* By names of our own: whatever else declares helpers may be included, too. */
#define CLEAT_LOG_HELPER_(ret, name, number, ...) \
	static ret (*const cleat_log_##name##_)(__VA_ARGS__) __attribute__((unused)) = (void *)number
CLEAT_LOG_HELPER_(void *, lookup, 1, void *map, const void *key);
CLEAT_LOG_HELPER_(unsigned long long, now, 5, void);
CLEAT_LOG_HELPER_(long, output, 25, void *ctx, void *map, unsigned long long flags, void *data,
		  unsigned long long bytes);
CLEAT_LOG_HELPER_(long, read_kernel, 113, void *to, unsigned int bytes, const void *from);
CLEAT_LOG_HELPER_(long, read_user_str, 114, void *to, unsigned int bytes, const void *from);
CLEAT_LOG_HELPER_(long, read_kernel_str, 115, void *to, unsigned int bytes, const void *from);
CLEAT_LOG_HELPER_(void *, reserve, 131, void *ring, unsigned long long bytes,
		  unsigned long long flags);
CLEAT_LOG_HELPER_(void, submit, 132, void *record, unsigned long long flags);
#undef CLEAT_LOG_HELPER_

CLEAT_LOG_FN_ void cleat_log_count_lost_(void)
{
	unsigned int zero = 0;
	unsigned long long *lost = cleat_log_lookup_(&cleat_log_lost, &zero);

	if (lost)
		__sync_fetch_and_add(lost, 1);
}

CLEAT_LOG_FN_ _Bool cleat_log_by_ring_(void)
{
	CLEAT_GATE_(cleat_log_ring, 1, perf);
	return 1;
perf:
	return 0;
}

/* Room for a record, or NULL, counted. */
CLEAT_LOG_FN_ void *cleat_log_begin_(unsigned long long bytes)
{
	unsigned int zero = 0;
	struct cleat_log_buffer *b;

	if (cleat_log_by_ring_())
		return cleat_log_reserve_(&cleat_log, bytes, 0);
	b = cleat_log_lookup_(&cleat_log_buf, &zero);
	if (!b)
		return (void *)0;
	/* Two that find it taken by each other both go without. */
	__sync_fetch_and_add(&b->busy, 1);
	if (*(volatile unsigned long long *)&b->busy == 1)
		return b->record;
	__sync_fetch_and_add(&b->busy, -1ull);
	return (void *)0;
}

CLEAT_LOG_FN_ void cleat_log_end_(void *ctx, void *record, unsigned long long bytes)
{
	const unsigned long long this_cpu = 0xffffffff;
	unsigned int zero = 0;
	struct cleat_log_buffer *b;

	if (cleat_log_by_ring_()) {
		cleat_log_submit_(record, 0);
		return;
	}
	if (cleat_log_output_(ctx, &cleat_log_perf, this_cpu, record, bytes))
		cleat_log_count_lost_();
	b = cleat_log_lookup_(&cleat_log_buf, &zero);
	if (b)
		__sync_fetch_and_add(&b->busy, -1ull);
}

/* An argument to its place. They all take the same, so that its type can choose among them. */
CLEAT_LOG_FN_ void cleat_log_put_number_(void *to, unsigned long long value, unsigned int bytes)
{
	(void)bytes;
	*(unsigned long long *)to = value;
}

CLEAT_LOG_FN_ void cleat_log_put_pointer_(void *to, const volatile void *value, unsigned int bytes)
{
	(void)bytes;
	*(unsigned long long *)to = (unsigned long)value;
}

CLEAT_LOG_FN_ void cleat_log_put_wide_(void *to, unsigned __int128 value, unsigned int bytes)
{
	(void)bytes;
	__builtin_memcpy(to, &value, sizeof(value));
}

CLEAT_LOG_FN_ void cleat_log_put_bytes_(void *to, const void *value, unsigned int bytes)
{
	__builtin_memcpy(to, value, bytes);
}

CLEAT_LOG_FN_ void cleat_log_put_kernel_(void *to, const void *value, unsigned int bytes)
{
	cleat_log_read_kernel_(to, bytes, value);
}

CLEAT_LOG_FN_ void cleat_log_put_kstr_(void *to, const void *value, unsigned int bytes)
{
	*(long long *)to = cleat_log_read_kernel_str_((char *)to + 8, bytes, value);
}

CLEAT_LOG_FN_ void cleat_log_put_ustr_(void *to, const void *value, unsigned int bytes)
{
	*(long long *)to = cleat_log_read_user_str_((char *)to + 8, bytes, value);
}

CLEAT_LOG_FN_ struct cleat_log_pointer cleat_log_some_(const void *at, unsigned long long bytes)
{
	return (struct cleat_log_pointer){ at, bytes };
}

CLEAT_LOG_FN_ void cleat_log_put_some_(void *to, struct cleat_log_pointer p, unsigned int most)
{
	*(unsigned long long *)to = p.bytes;
	if (p.bytes > most)
		p.bytes = most;
	if (cleat_log_read_kernel_((char *)to + 8, p.bytes, p.at))
		*(unsigned long long *)to = 0;
}

/* Is it an array? These decay behind a comma. */
#define CLEAT_IS_ARRAY_(a) \
	(!__builtin_types_compatible_p(__typeof__(a), __typeof__(((void)0, (a)))))

/* clang-format off */
#define CLEAT_BY_TYPE_(a, number, sgnd, wide, swide, boolean, character, pointer, string, mem, kmem, kstr, ustr, some) \
	_Generic((a), _Bool: boolean, char: character,                                          \
		 unsigned char: number, unsigned short: number, unsigned int: number,           \
		 unsigned long: number, unsigned long long: number, signed char: sgnd,          \
		 short: sgnd, int: sgnd, long: sgnd, long long: sgnd,                           \
		 unsigned __int128: wide, __int128: swide, char *: string, const char *: string, \
		 const struct cleat_log_mem (*)[]: mem, const struct cleat_log_kmem (*)[]: kmem, \
		 const struct cleat_log_kstr (*)[]: kstr, const struct cleat_log_ustr (*)[]: ustr, \
		 struct cleat_log_pointer: some, default: pointer)

#define CLEAT_KIND_(a)                                                                          \
	(CLEAT_IS_ARRAY_(a) ?                                                                   \
		 _Generic((a), char *: CLEAT_LOG_TEXT_, const char *: CLEAT_LOG_TEXT_,          \
			  default: CLEAT_LOG_BYTES_) :                                          \
		 CLEAT_BY_TYPE_(a, CLEAT_LOG_UNSIGNED_, CLEAT_LOG_SIGNED_, CLEAT_LOG_UNSIGNED_, \
				CLEAT_LOG_SIGNED_, CLEAT_LOG_BOOL_, CLEAT_LOG_CHAR_,            \
				CLEAT_LOG_POINTER_, CLEAT_LOG_STRING_, CLEAT_LOG_BYTES_,        \
				CLEAT_LOG_BYTES_, CLEAT_LOG_STRING_, CLEAT_LOG_STRING_,         \
				CLEAT_LOG_SOME_))

#define CLEAT_NO_ARRAY_ ((const char (*)[1])0)
#define CLEAT_BYTES_(a)                                                                         \
	(CLEAT_IS_ARRAY_(a) ?                                                                   \
		 sizeof(a) :                                                                    \
		 CLEAT_BY_TYPE_(a, sizeof(a), sizeof(a), 16, 16, 1, 1, sizeof(a),               \
				CLEAT_LOG_STRING, CLEAT_MAX_(a), CLEAT_MAX_(a), CLEAT_MAX_(a),  \
				CLEAT_MAX_(a), CLEAT_LOG_BYTES))
#define CLEAT_MAX_(a)                                                                           \
	sizeof(*_Generic((a), const struct cleat_log_mem (*)[]: (a),                            \
			 const struct cleat_log_kmem (*)[]: (a),                                \
			 const struct cleat_log_kstr (*)[]: (a),                                \
			 const struct cleat_log_ustr (*)[]: (a), default: CLEAT_NO_ARRAY_))

/* 8-byte words that it takes in a record; a length is one of them. */
#define CLEAT_WORDS_(a)                                                                         \
	((CLEAT_BYTES_(a) + 7) / 8 +                                                            \
	 (CLEAT_KIND_(a) == CLEAT_LOG_STRING_ || CLEAT_KIND_(a) == CLEAT_LOG_SOME_))

#define CLEAT_PUT_(a)                                                                           \
	__builtin_choose_expr(CLEAT_IS_ARRAY_(a), cleat_log_put_bytes_,                         \
		CLEAT_BY_TYPE_(a, cleat_log_put_number_, cleat_log_put_number_,                 \
			       cleat_log_put_wide_, cleat_log_put_wide_, cleat_log_put_number_, \
			       cleat_log_put_number_, cleat_log_put_pointer_,                   \
			       cleat_log_put_kstr_, cleat_log_put_bytes_, cleat_log_put_kernel_, \
			       cleat_log_put_kstr_, cleat_log_put_ustr_, cleat_log_put_some_))

/* What each argument becomes: in the call's constants, in the record's struct, in the code. */
#define CLEAT_LOG_TYPE_(i, a) { CLEAT_KIND_(a), 0, CLEAT_BYTES_(a) },
#define CLEAT_LOG_FIELD_(i, a) unsigned long long arg##i[CLEAT_WORDS_(a)];
#define CLEAT_LOG_STORE_(i, a) CLEAT_PUT_(a)(cleat_record->arg##i, a, CLEAT_BYTES_(a));

#define CLEAT_EACH_0_(m)
#define CLEAT_EACH_1_(m, a) m(1, a)
#define CLEAT_EACH_2_(m, a, b) m(1, a) m(2, b)
#define CLEAT_EACH_3_(m, a, b, c) CLEAT_EACH_2_(m, a, b) m(3, c)
#define CLEAT_EACH_4_(m, a, b, c, d) CLEAT_EACH_3_(m, a, b, c) m(4, d)
#define CLEAT_EACH_5_(m, a, b, c, d, e) CLEAT_EACH_4_(m, a, b, c, d) m(5, e)
#define CLEAT_EACH_6_(m, a, b, c, d, e, f) CLEAT_EACH_5_(m, a, b, c, d, e) m(6, f)
#define CLEAT_EACH_7_(m, a, b, c, d, e, f, g) CLEAT_EACH_6_(m, a, b, c, d, e, f) m(7, g)
#define CLEAT_EACH_8_(m, a, b, c, d, e, f, g, h) CLEAT_EACH_7_(m, a, b, c, d, e, f, g) m(8, h)
#define CLEAT_EACH_9_(m, a, b, c, d, e, f, g, h, i) CLEAT_EACH_8_(m, a, b, c, d, e, f, g, h) m(9, i)
#define CLEAT_EACH_10_(m, a, b, c, d, e, f, g, h, i, j) \
	CLEAT_EACH_9_(m, a, b, c, d, e, f, g, h, i) m(10, j)
#define CLEAT_EACH_11_(m, a, b, c, d, e, f, g, h, i, j, k) \
	CLEAT_EACH_10_(m, a, b, c, d, e, f, g, h, i, j) m(11, k)
#define CLEAT_EACH_12_(m, a, b, c, d, e, f, g, h, i, j, k, l) \
	CLEAT_EACH_11_(m, a, b, c, d, e, f, g, h, i, j, k) m(12, l)
#define CLEAT_EACH_13_(m, ...)

/* How many; 13 for all that are too many. */
#define CLEAT_HOW_MANY_(...) \
	CLEAT_NTH_(_, ##__VA_ARGS__, 13, 13, 13, 13, 13, 13, 13, 13, 13, 13, 13, 13, 12, 11, 10, 9, \
		   8, 7, 6, 5, 4, 3, 2, 1, 0)
#define CLEAT_NTH_(_0, _1, _2, _3, _4, _5, _6, _7, _8, _9, _10, _11, _12, _13, _14, _15, _16,   \
		   _17, _18, _19, _20, _21, _22, _23, _24, n, ...) n
/* clang-format on */

#define CLEAT_LOG_PASTE_(a, b) a##b##_
#define CLEAT_LOG_EACH_N_(n, ...) CLEAT_LOG_PASTE_(CLEAT_EACH_, n)(__VA_ARGS__)
#define CLEAT_LOG_EACH_(m, ...) CLEAT_LOG_EACH_N_(CLEAT_HOW_MANY_(__VA_ARGS__), m, ##__VA_ARGS__)

/* The file, the target and the format, a 0 behind each. */
#define CLEAT_LOG_TEXTS_(fmt) __FILE__ "\0" CLEAT_LOG_TARGET "\0" fmt

#define CLEAT_LOG_(level_, ctx, fmt, ...)                                                          \
	({                                                                                         \
		_Static_assert(CLEAT_HOW_MANY_(__VA_ARGS__) <= 12,                                 \
			       "a log record takes no more than 12 arguments");                    \
		if ((level_) <= CLEAT_LOG_MAX)                                                     \
			CLEAT_LOG_GATED_(level_, ctx, fmt, ##__VA_ARGS__);                         \
	})

#define CLEAT_LOG_GATED_(level_, ctx, fmt, ...)                                                    \
	({                                                                                         \
		__label__ cleat_off;                                                               \
		CLEAT_GATE_(cleat_log_level, level_, cleat_off);                                   \
		{                                                                                  \
			static const struct {                                                      \
				unsigned int mark, line;                                           \
				unsigned char level, n_args;                                       \
				unsigned short bytes; /* of the texts */                           \
				struct cleat_log_type args[CLEAT_HOW_MANY_(__VA_ARGS__)];          \
				char texts[sizeof(CLEAT_LOG_TEXTS_(fmt))];                         \
			} cleat_site __attribute__((section(".rodata.cleat"))) = {                 \
				0x676f6c63 /* "clog" */,                                           \
				__LINE__,                                                          \
				(level_),                                                          \
				CLEAT_HOW_MANY_(__VA_ARGS__),                                      \
				sizeof(CLEAT_LOG_TEXTS_(fmt)),                                     \
				{ CLEAT_LOG_EACH_(CLEAT_LOG_TYPE_, ##__VA_ARGS__) },               \
				CLEAT_LOG_TEXTS_(fmt),                                             \
			};                                                                         \
			struct {                                                                   \
				struct cleat_log_head head;                                        \
				CLEAT_LOG_EACH_(CLEAT_LOG_FIELD_, ##__VA_ARGS__)                   \
			} *cleat_record;                                                           \
			_Static_assert(sizeof(*cleat_record) <= CLEAT_LOG_RECORD,                  \
				       "the log record is longer than CLEAT_LOG_RECORD");          \
			cleat_record = cleat_log_begin_(sizeof(*cleat_record));                    \
			if (cleat_record) {                                                        \
				cleat_record->head.site = (unsigned long)&cleat_site;              \
				cleat_record->head.time = cleat_log_now_();                        \
				CLEAT_LOG_EACH_(CLEAT_LOG_STORE_, ##__VA_ARGS__)                   \
				cleat_log_end_(ctx, cleat_record, sizeof(*cleat_record));          \
			} else {                                                                   \
				cleat_log_count_lost_();                                           \
			}                                                                          \
		}                                                                                  \
	cleat_off:;                                                                                \
	})

#endif
