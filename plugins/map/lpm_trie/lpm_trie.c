/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * lpm_trie.c - tries that find the longest prefix: keys are prefixes, of addresses mostly.
 *
 * A key is the length of the prefix in bits, in 4 bytes, and then the data from its first byte on.
 * Keys with 4 or 16 bytes of data are read and written as 192.0.2.0/24 and 2001:db8::/32, unless
 * their type says that these bytes are several things.
 */
#define CLEAT_ABI 1
#include <cleat/plugin.h>

#include <arpa/inet.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

static const struct cleat_map_type types[] = {
	{ .type = BPF_MAP_TYPE_LPM_TRIE, .name = "lpm_trie" },
};

#define LENGTH_BYTES sizeof(uint32_t)
#define DATA_MOST 256

static int check(struct cleat_map *m, const struct cleat_params *p,
		 const struct cleat_map_attr *attr)
{
	struct cleat *c = cleat_map_context(m);

	(void)p;
	if (attr->key_size < LENGTH_BYTES + 1 || attr->key_size > LENGTH_BYTES + DATA_MOST)
		return cleat_error(c, EINVAL,
				   "keys of a prefix trie have 5 to 260 bytes, the length of the prefix among them, not %u",
				   attr->key_size);
	if (!attr->value_size)
		return cleat_error(c, EINVAL, "the map has no value: its size is 0");
	if (!attr->max_entries) {
		cleat_error(c, EINVAL, "the map has no room: max-entries is 0");
		cleat_hint(c, "set max-entries, in a unit in [map %s]", cleat_map_name(m));
		return -EINVAL;
	}
	return 0;
}

/* The kernel takes no trie without this flag. */
static int prepare(struct cleat_map *m, const struct cleat_params *p, struct cleat_map_attr *attr)
{
	(void)m;
	(void)p;
	attr->flags |= BPF_F_NO_PREALLOC;
	return 0;
}

/* AF_INET, AF_INET6, or 0 when the data is no address. */
static int family_of(struct cleat_map *m, int which, size_t key_size)
{
	struct cleat_map_member data = { .struct_size = sizeof(data) };
	struct cleat_map_member more = data;

	if (which != CLEAT_KEY || (key_size != LENGTH_BYTES + 4 && key_size != LENGTH_BYTES + 16))
		return 0;
	/* A struct of the length and one thing more; or nobody knows. */
	if (cleat_map_member_at(m, CLEAT_KEY, 0, &more) == 0 &&
	    (cleat_map_member_at(m, CLEAT_KEY, 1, &data) || data.offset != LENGTH_BYTES ||
	     cleat_map_member_at(m, CLEAT_KEY, 2, &more) == 0))
		return 0;
	return key_size == LENGTH_BYTES + 4 ? AF_INET : AF_INET6;
}

/* What is behind the prefix does not count: the kernel keeps it, and people take it for something. */
static void clear_rest(uint8_t *data, size_t bytes, uint32_t length)
{
	for (size_t i = 0; i < bytes; i++) {
		uint32_t before = (uint32_t)i * 8;

		if (length <= before)
			data[i] = 0;
		else if (length < before + 8)
			data[i] &= (uint8_t)(0xff << (before + 8 - length));
	}
}

/* Decimal digits and nothing else, up to @most. */
static int parse_length(const char *s, size_t n, uint32_t most, uint32_t *out)
{
	uint32_t length = 0;

	if (!n || n > 3)
		return -EINVAL;
	for (size_t i = 0; i < n; i++) {
		if (s[i] < '0' || s[i] > '9')
			return -EINVAL;
		length = length * 10 + (uint32_t)(s[i] - '0');
	}
	*out = length;
	return length <= most ? 0 : -ERANGE;
}

static int parse(struct cleat_map *m, int which, const char *text, void *data, size_t size)
{
	struct cleat_map_member member = { .struct_size = sizeof(member) };
	struct cleat *c = cleat_map_context(m);
	int family = family_of(m, which, size);
	uint32_t bits = (uint32_t)(size - LENGTH_BYTES) * 8, length = bits;
	uint8_t *bytes = (uint8_t *)data + LENGTH_BYTES;
	size_t n = strlen(text), address_n;
	char address[INET6_ADDRSTRLEN];
	const char *s = text, *slash;

	/* JSON has it in quotes. */
	if (n >= 2 && s[0] == '"' && s[n - 1] == '"') {
		s++;
		n -= 2;
	}
	/* Neither address nor name: by BTF, as { prefixlen = 8, data = [ 10 ] }, or as bytes. */
	if (!family || !n || memchr(s, '{', n) || memchr(s, '=', n) || (n > 1 && s[0] == '0' && s[1] == 'x'))
		return -EAGAIN;
	slash = memchr(s, '/', n);
	address_n = slash ? (size_t)(slash - s) : n;
	if (address_n < sizeof(address)) {
		memcpy(address, s, address_n);
		address[address_n] = '\0';
	}
	if (address_n >= sizeof(address) || inet_pton(family, address, bytes) != 1) {
		/* Of unknown data it may be the bytes: 08 00 00 00 0a 00 00 00. */
		if (!slash && cleat_map_member_at(m, CLEAT_KEY, 0, &member) == -ENODATA)
			return -EAGAIN;
		return cleat_error(c, EINVAL, "'%.*s' is not an IPv%d address", (int)address_n, s,
				   family == AF_INET ? 4 : 6);
	}
	if (slash && parse_length(slash + 1, n - address_n - 1, bits, &length))
		return cleat_error(c, ERANGE, "'%.*s': prefix length is 0 to %u", (int)n, s,
				   bits);
	clear_rest(bytes, size - LENGTH_BYTES, length);
	memcpy(data, &length, sizeof(length));
	return 0;
}

static int format(struct cleat_map *m, int which, const void *data, size_t size, unsigned int flags,
		  struct cleat_text *out)
{
	int family = family_of(m, which, size);
	const char *quote = flags & CLEAT_FORMAT_JSON ? "\"" : "";
	char address[INET6_ADDRSTRLEN];
	uint32_t length;

	if (!family || !inet_ntop(family, (const char *)data + LENGTH_BYTES, address, sizeof(address)))
		return -EAGAIN;
	memcpy(&length, data, sizeof(length));
	cleat_text_add(out, "%s%s/%u%s", quote, address, length, quote);
	return 0;
}

static const struct cleat_map_plugin lpm_trie = {
	.base = CLEAT_HEAD(struct cleat_map_plugin, CLEAT_KIND_MAP, "lpm_trie",
			   "prefixes, the longest that fits is found"),
	CLEAT_TABLE(types, types),
	.check = check,
	.prepare = prepare,
	.parse = parse,
	.format = format,
};
CLEAT_PLUGIN(lpm_trie)
