/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * lpm_trie.c - tries that find the longest prefix: keys are prefixes, of addresses mostly.
 *
 * A key is the length of the prefix in bits, in 4 bytes, and then the data from its first byte on.
 * Keys with 4 or 16 bytes of data are read and written as 192.0.2.0/24 and 2001:db8::/32.
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

static int check(struct cleat_map *m, const struct cleat_params *p,
		 const struct cleat_map_attr *attr)
{
	(void)p;
	if (attr->key_size < LENGTH_BYTES + 1 || attr->key_size > LENGTH_BYTES + 256)
		return cleat_error(cleat_map_context(m), EINVAL,
				   "keys of a prefix trie have 5 to 260 bytes, not %u",
				   attr->key_size);
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

/* AF_INET, AF_INET6, or 0 for data of another size. */
static int family_of(size_t key_size)
{
	if (key_size == LENGTH_BYTES + 4)
		return AF_INET;
	return key_size == LENGTH_BYTES + 16 ? AF_INET6 : 0;
}

static int parse(struct cleat_map *m, int which, const char *text, void *data, size_t size)
{
	struct cleat *c = cleat_map_context(m);
	int family = which == CLEAT_KEY ? family_of(size) : 0;
	const char *slash = strchr(text, '/');
	size_t n = slash ? (size_t)(slash - text) : strlen(text);
	uint32_t bits = (uint32_t)(size - LENGTH_BYTES) * 8, length = bits;
	char address[INET6_ADDRSTRLEN];
	char *end;

	/* Not an address: by BTF, as { prefixlen = 8, data = [ 10 ] }. */
	if (!family || text[0] == '{' || n >= sizeof(address))
		return -EAGAIN;
	memcpy(address, text, n);
	address[n] = '\0';
	if (inet_pton(family, address, (char *)data + LENGTH_BYTES) != 1)
		return cleat_error(c, EINVAL, "'%s': '%s' is not an IPv%d address", text, address,
				   family == AF_INET ? 4 : 6);
	if (slash) {
		length = (uint32_t)strtoul(slash + 1, &end, 10);
		if (end == slash + 1 || *end || length > bits)
			return cleat_error(c, ERANGE, "'%s': prefix length is 0 to %u", text, bits);
	}
	memcpy(data, &length, sizeof(length));
	return 0;
}

static int format(struct cleat_map *m, int which, const void *data, size_t size, unsigned int flags,
		  struct cleat_text *out)
{
	int family = which == CLEAT_KEY ? family_of(size) : 0;
	const char *quote = flags & CLEAT_FORMAT_JSON ? "\"" : "";
	char address[INET6_ADDRSTRLEN];
	uint32_t length;

	(void)m;
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
