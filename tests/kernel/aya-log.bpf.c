// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * aya-log.bpf.c - records as Rust programs write them with aya-log: byte for byte what its macros
 * expand to, in a slot of the next power of two, of which a prefix is the record.
 */
#include <cleat/bpf.h>

LICENSE("Dual MIT/GPL");

struct bpf_map_def {
	u32 type, key_size, value_size, max_entries, map_flags, id, pinning;
};

struct bpf_map_def AYA_LOGS SEC("maps") = {
	.type = BPF_MAP_TYPE_RINGBUF,
	.max_entries = 128 * 1024,
};

const volatile u8 AYA_LOG_LEVEL = 0xff;

#define PACKED __attribute__((packed))
#define FIELD(name, type) struct PACKED { u8 tag; u16 bytes; type; } name

enum { TARGET, LEVEL, MODULE, SOURCE, LINE, ARGS };
enum { HINT, I8, I16, I32, I64, ISIZE, U8, U16, U32, U64, USIZE, F32, F64, IPV4, IPV6, U8_4, U8_6,
       U8_16, U16_8, BYTES, STR, POINTER };
enum { DEFAULT = 1, LOWER_HEX, UPPER_HEX, IP, LOWER_MAC, UPPER_MAC, AS_POINTER, AS_TEXT };

/* info!(&ctx, "from {:i} to {:mac} {:x} {} {} {:s}", 0xc0000201u32, mac, 255u16, -5i64, "text", comm) */
struct PACKED record {
	u16 bytes;
	FIELD(target, char v[4]);
	FIELD(level, u8 v);
	FIELD(module, char v[9]);
	FIELD(file, char v[11]);
	FIELD(line, u32 v);
	FIELD(n_args, u32 v);
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

static __always_inline void log_info(u8 level, u32 line)
{
	struct record *r;

	if (level > AYA_LOG_LEVEL)
		return;
	r = bpf_ringbuf_reserve(&AYA_LOGS, 256, 0);
	if (!r)
		return;
	r->bytes = sizeof(*r);
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
	bpf_ringbuf_submit(r, 0);
}

SEC("xdp")
int fire(struct xdp_md *ctx)
{
	u8 junk[16] = { 0xff, 0xff };

	/* An interface has packets of its own, too. */
	if (ctx->data_end - ctx->data != 64)
		return XDP_PASS;
	log_info(1, 10);
	log_info(3, 12);
	log_info(5, 14);
	bpf_ringbuf_output(&AYA_LOGS, junk, sizeof(junk), 0);
	return XDP_PASS;
}
