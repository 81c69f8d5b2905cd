// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * aya-log.bpf.c - records as Rust programs write them with aya-log: byte for byte what its macros
 * expand to, in a slot of the next power of two, of which a prefix is the record. With AYA_PERF as releases
 * up to 0.2 do: made in memory of each CPU, and put into a perf buffer.
 */
#include <cleat/bpf.h>

LICENSE("Dual MIT/GPL");

struct bpf_map_def {
	u32 type, key_size, value_size, max_entries, map_flags, id, pinning;
};

#ifdef AYA_PERF
#define FIRST_TAG 1
#define N_ARGS_TYPE u64

struct bpf_map_def AYA_LOGS SEC("maps") = {
	.type = BPF_MAP_TYPE_PERF_EVENT_ARRAY,
	.key_size = 4,
	.value_size = 4,
};

struct bpf_map_def AYA_LOG_BUF SEC("maps") = {
	.type = BPF_MAP_TYPE_PERCPU_ARRAY,
	.key_size = 4,
	.value_size = 8192,
	.max_entries = 1,
};
#else
#define FIRST_TAG 0
#define N_ARGS_TYPE u32

struct bpf_map_def AYA_LOGS SEC("maps") = {
	.type = BPF_MAP_TYPE_RINGBUF,
	.max_entries = 128 * 1024,
};
#endif

const volatile u8 AYA_LOG_LEVEL = 0xff;

#define PACKED __attribute__((packed))
#define FIELD(name, type) struct PACKED { u8 tag; u16 bytes; type; } name

enum { TARGET = FIRST_TAG, LEVEL, MODULE, SOURCE, LINE, ARGS };
enum { HINT, I8, I16, I32, I64, ISIZE, U8, U16, U32, U64, USIZE, F32, F64, IPV4, IPV6, U8_4, U8_6,
       U8_16, U16_8, BYTES, STR, POINTER };
enum { DEFAULT = 1, LOWER_HEX, UPPER_HEX, IP, LOWER_MAC, UPPER_MAC, AS_POINTER, AS_TEXT };

/* info!(&ctx, "from {:i} to {:mac} {:x} {} {} {:s}", 0xc0000201u32, mac, 255u16, -5i64, "text", comm) */
struct PACKED record {
#ifndef AYA_PERF
	u16 bytes;
#endif
	FIELD(target, char v[4]);
	FIELD(level, u8 v);
	FIELD(module, char v[9]);
	FIELD(file, char v[11]);
	FIELD(line, u32 v);
	FIELD(n_args, N_ARGS_TYPE v);
	FIELD(from, char v[5]);
	FIELD(ip_hint, u8 v);
	FIELD(ip, u32 v);
	FIELD(to, char v[4]);
	FIELD(mac_hint, u8 v);
	FIELD(mac, u8 v[6]);
	FIELD(space, char v[1]);
	FIELD(hex_hint, u8 v);
	FIELD(hex, u16 v);
	FIELD(space2, char v[1]);
	FIELD(plain_hint, u8 v);
	FIELD(plain, s64 v);
	FIELD(space3, char v[1]);
	FIELD(text_hint, u8 v);
	FIELD(text, char v[4]);
	FIELD(space4, char v[1]);
	FIELD(comm_hint, u8 v);
	FIELD(comm, char v[8]);
};

#define SET(r, field, number, ...)                                                      \
	do {                                                                            \
		typeof((r)->field.v) value_ = __VA_ARGS__;                              \
		(r)->field.tag = number;                                                \
		(r)->field.bytes = sizeof(value_);                                      \
		__builtin_memcpy(&(r)->field.v, &value_, sizeof(value_));               \
	} while (0)

#ifdef AYA_PERF
static __always_inline struct record *begin(void)
{
	u32 first = 0;

	return bpf_map_lookup_elem(&AYA_LOG_BUF, &first);
}

static __always_inline void put(void *ctx, const void *data, u32 bytes)
{
	bpf_perf_event_output(ctx, &AYA_LOGS, BPF_F_CURRENT_CPU, (void *)data, bytes);
}

static __always_inline void end(void *ctx, struct record *r)
{
	put(ctx, r, sizeof(*r));
}
#else
static __always_inline struct record *begin(void)
{
	struct record *r = bpf_ringbuf_reserve(&AYA_LOGS, 256, 0);

	if (r)
		r->bytes = sizeof(*r);
	return r;
}

static __always_inline void put(void *ctx, const void *data, u32 bytes)
{
	bpf_ringbuf_output(&AYA_LOGS, (void *)data, bytes, 0);
}

static __always_inline void end(void *ctx, struct record *r)
{
	bpf_ringbuf_submit(r, 0);
}
#endif

static __always_inline void log_info(void *ctx, u8 level, u32 line)
{
	struct record *r;

	if (level > AYA_LOG_LEVEL)
		return;
	r = begin();
	if (!r)
		return;
	SET(r, target, TARGET, { 'f', 'i', 'r', 'e' });
	SET(r, level, LEVEL, level);
	SET(r, module, MODULE, { 'f', 'i', 'r', 'e', ':', ':', 't', 'c', 'p' });
	SET(r, file, SOURCE, { 's', 'r', 'c', '/', 'm', 'a', 'i', 'n', '.', 'r', 's' });
	SET(r, line, LINE, line);
	SET(r, n_args, ARGS, 18);
	SET(r, from, STR, { 'f', 'r', 'o', 'm', ' ' });
	SET(r, ip_hint, HINT, IP);
	SET(r, ip, U32, 0xc0000201);
	SET(r, to, STR, { ' ', 't', 'o', ' ' });
	SET(r, mac_hint, HINT, LOWER_MAC);
	SET(r, mac, U8_6, { 2, 0, 0, 0, 0, 0x1f });
	SET(r, space, STR, { ' ' });
	SET(r, hex_hint, HINT, LOWER_HEX);
	SET(r, hex, U16, 255);
	SET(r, space2, STR, { ' ' });
	SET(r, plain_hint, HINT, DEFAULT);
	SET(r, plain, I64, -5);
	SET(r, space3, STR, { ' ' });
	SET(r, text_hint, HINT, DEFAULT);
	SET(r, text, STR, { 't', 'e', 'x', 't' });
	SET(r, space4, STR, { ' ' });
	SET(r, comm_hint, HINT, AS_TEXT);
	SET(r, comm, BYTES, { 'b', 'a', 's', 'h', 0, 0, 0, 0 });
	end(ctx, r);
}

SEC("xdp")
int fire(struct xdp_md *ctx)
{
	u8 junk[16] = { 0xff, 0xff };

	/* An interface has packets of its own, too. */
	if (ctx->data_end - ctx->data != 64)
		return XDP_PASS;
	log_info(ctx, 1, 10);
	log_info(ctx, 3, 12);
	log_info(ctx, 5, 14);
	put(ctx, junk, sizeof(junk));
	return XDP_PASS;
}
