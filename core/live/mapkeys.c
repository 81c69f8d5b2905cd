/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * mapkeys.c - what a user may say about a map before it is made, whatever its type: how it comes
 * into the attributes that the map is made with. Keys of one type are its plugin's.
 */
#include "base/text.h"
#include "kernel/names.h"
#include "live/context.h"

/* More than the kernel will have for long: names end before. */
#define MAP_TYPES_MAX 64

const struct cleat_key map_keys[] = {
	{ .name = "max-entries", .type = CLEAT_TYPE_SIZE, .help = "how many entries there may be" },
	{ .name = "flags",
	  .type = CLEAT_TYPE_TEXT,
	  .help = "the kernel's map flags by name, added to the object's or, with '!', taken away" },
	{ .name = "type",
	  .type = CLEAT_TYPE_TEXT,
	  .help = "another type than the object's, lru_hash" },
	{ .name = "key-size", .type = CLEAT_TYPE_UINT, .help = "bytes of a key" },
	{ .name = "value-size", .type = CLEAT_TYPE_UINT, .help = "bytes of a value" },
	{ .name = "create",
	  .type = CLEAT_TYPE_BOOL,
	  .help = "'no': leave the map out; default yes, but no when its section begins with '?'" },
	{ .name = "numa-node", .type = CLEAT_TYPE_UINT, .help = "NUMA node whose memory is used" },
	{ .name = "device",
	  .type = CLEAT_TYPE_TEXT,
	  .help = "network interface whose card has the map, for programs that it runs itself" },
	{ .name = "exclusive",
	  .type = CLEAT_TYPE_PROGRAM,
	  .help = "the only program that may use the map (kernel 6.18)" },
	{ .name = "pin",
	  .type = CLEAT_TYPE_PATH,
	  .help = "path on a BPF file system, used when it exists, made when not; 'no': not pinned" },
	{ .name = "pin-mode", .help = "who may use the pin, as for chmod(1): 0640" },
	{ .name = "pin-owner", .help = "user whose the pin is, by name or number" },
	{ .name = "pin-group", .help = "group whose the pin is, by name or number" },
};
const size_t map_keys_count = ARRAY_SIZE(map_keys);

static const struct {
	const char *name;
	uint32_t flag;
} flag_names[] = {
	{ "no_prealloc", BPF_F_NO_PREALLOC },
	{ "no_common_lru", BPF_F_NO_COMMON_LRU },
	{ "numa_node", BPF_F_NUMA_NODE },
	{ "rdonly", BPF_F_RDONLY },
	{ "wronly", BPF_F_WRONLY },
	{ "stack_build_id", BPF_F_STACK_BUILD_ID },
	{ "zero_seed", BPF_F_ZERO_SEED },
	{ "rdonly_prog", BPF_F_RDONLY_PROG },
	{ "wronly_prog", BPF_F_WRONLY_PROG },
	{ "clone", BPF_F_CLONE },
	{ "mmapable", BPF_F_MMAPABLE },
	{ "preserve_elems", BPF_F_PRESERVE_ELEMS },
	{ "inner_map", BPF_F_INNER_MAP },
	{ "link", BPF_F_LINK },
	{ "path_fd", BPF_F_PATH_FD },
	{ "vtype_btf_obj_fd", BPF_F_VTYPE_BTF_OBJ_FD },
	{ "token_fd", BPF_F_TOKEN_FD },
	{ "segv_on_fault", BPF_F_SEGV_ON_FAULT },
	{ "no_user_conv", BPF_F_NO_USER_CONV },
	{ "rb_overwrite", BPF_F_RB_OVERWRITE },
};

/* A dash is as good as an underscore. */
static bool is_name(const char *name, const char *word, size_t n)
{
	size_t i;

	for (i = 0; i < n && name[i]; i++)
		if (name[i] != (word[i] == '-' ? '_' : word[i]))
			return false;
	return i == n && !name[i];
}

/* "!name" takes away what the object says. */
static int parse_flag(const char *word, size_t n, struct map_flags *flags, struct report *r)
{
	const char *names[ARRAY_SIZE(flag_names)];
	bool off = *word == '!';
	uint32_t *to = off ? &flags->off : &flags->on;
	_free_ char *copy = strndup(word + off, n - off);
	uint64_t number;

	if (!copy)
		return report_oom(r);
	if (text_u64(copy, &number) == 0 && number <= UINT32_MAX) {
		*to |= (uint32_t)number;
		return 0;
	}
	for (size_t i = 0; i < ARRAY_SIZE(flag_names); i++) {
		names[i] = flag_names[i].name;
		if (is_name(names[i], copy, n - off)) {
			*to |= flag_names[i].flag;
			return 0;
		}
	}
	report_error(r, EINVAL, "no map flag '%s'", copy);
	report_nearest(r, copy, names, ARRAY_SIZE(names));
	return -EINVAL;
}

int map_parse_flags(const char *text, struct map_flags *flags, struct report *r)
{
	static const char between[] = "| ,\t";
	int err = 0;

	*flags = (struct map_flags) { 0 };
	for (text += strspn(text, between); *text && !err; text += strspn(text, between)) {
		size_t n = strcspn(text, between);

		err = parse_flag(text, n, flags, r);
		text += n;
	}
	return err;
}

static int set_max_entries(struct cleat_map *m, const char *value)
{
	uint64_t n = cleat_param_uint(m->params, "max-entries");

	if (n == 0 || n > UINT32_MAX)
		return report_error(m->c->report, ERANGE,
				    "max-entries is 1 to 4294967295, not '%s'", value);
	if (map_is_data(m))
		return report_error(m->c->report, EINVAL,
				    "'%s' is a section of variables: it has one entry", m->name);
	m->attr.max_entries = (uint32_t)n;
	return 0;
}

/* What was given up to now, each time anew: the keys come in any order. */
static int set_flags(struct cleat_map *m)
{
	const char *given = cleat_param(m->params, "flags");
	uint64_t node = cleat_param_uint(m->params, "numa-node");
	struct map_flags flags = { 0 };
	int err = given ? map_parse_flags(given, &flags, m->c->report) : 0;

	if (err)
		return err;
	m->attr.flags = (m->own_flags & ~flags.off) | flags.on;
	if (!cleat_param_given(m->params, "numa-node"))
		return 0;
	if (node > UINT32_MAX)
		return report_error(m->c->report, ERANGE, "no NUMA node has the number %llu",
				    (unsigned long long)node);
	m->attr.numa_node = (uint32_t)node;
	m->attr.flags |= BPF_F_NUMA_NODE;
	return 0;
}

/* Types that tell of other bytes than these would be lies. */
static int set_size(struct cleat_map *m, bool key)
{
	uint64_t size = cleat_param_uint(m->params, key ? "key-size" : "value-size");
	uint32_t *to = key ? &m->attr.key_size : &m->attr.value_size;
	uint32_t *type = key ? &m->spec->key_btf : &m->spec->value_btf;

	if (map_is_data(m))
		return report_error(m->c->report, EINVAL,
				    "'%s' is a section of variables: its size is theirs", m->name);
	if (size > INT32_MAX)
		return report_error(m->c->report, ERANGE, "a %s has %llu bytes, at most %d",
				    key ? "key" : "value", (unsigned long long)size, INT32_MAX);
	if (*to != size)
		*type = 0;
	*to = (uint32_t)size;
	m->attr.typed = m->spec->key_btf && m->spec->value_btf;
	return 0;
}

static int set_device(struct cleat_map *m)
{
	if (map_is_data(m))
		return report_error(m->c->report, EINVAL,
				    "'%s' is a section of variables: no card can have it", m->name);
	return 0;
}

static int set_create(struct cleat_map *m)
{
	m->left_out = !cleat_param_bool(m->params, "create");
	if (m->left_out && map_is_data(m))
		return report_error(m->c->report, EINVAL,
				    "'%s' is a section of variables: programs cannot do without",
				    m->name);
	return 0;
}

/* A key that is valid: enter it into what the map will be made with. */
static int apply(struct cleat_map *m, const char *key, const char *value)
{
	if (streq(key, "max-entries"))
		return set_max_entries(m, value);
	if (streq(key, "flags") || streq(key, "numa-node"))
		return set_flags(m);
	if (streq(key, "key-size") || streq(key, "value-size"))
		return set_size(m, streq(key, "key-size"));
	if (streq(key, "device"))
		return set_device(m);
	return streq(key, "create") ? set_create(m) : 0;
}

static int set_key(struct cleat_map *m, const char *key, const char *value)
{
	/* Said again is said instead, but for keys that may be given several times. */
	const struct cleat_key *k = params_key(m->params, key, NULL);
	unsigned int layer = k && k->flags & CLEAT_KEY_REPEAT ? 1 : ++m->layer;
	int err = params_set(m->params, key, value, NULL, 0, layer, m->c->report);

	return err ? err : apply(m, key, value);
}

/* Another type has another plugin: what was said up to now is said to that one again. */
static int resolve_again(struct cleat_map *m, uint32_t type)
{
	struct cleat_map before = *m;
	const char *key, *value;
	int err;

	m->own_type = type;
	m->resolved = false;
	m->params = NULL;
	err = map_resolve(m);
	for (size_t i = 0; !err && params_at(before.params, i, &key, &value); i++)
		err = set_key(m, key, value);
	if (err) {
		params_free(m->params);
		*m = before;
		return err;
	}
	params_free(before.params);
	return 0;
}

int map_set_type(struct cleat_map *m, const char *name)
{
	struct report *r = m->c->report;
	const char *names[MAP_TYPES_MAX];
	uint32_t type, n = 0;

	if (map_is_data(m))
		return report_error(r, EINVAL, "'%s' is a section of variables: it has its type",
				    m->name);
	for (type = 1; type < MAP_TYPES_MAX && name_of_map_type(type); type++) {
		names[n++] = name_of_map_type(type);
		if (is_name(names[n - 1], name, strlen(name)))
			break;
	}
	if (type == MAP_TYPES_MAX || !name_of_map_type(type)) {
		report_error(r, EINVAL, "no map type '%s'", name);
		report_nearest(r, name, names, n);
		return -EINVAL;
	}
	if (m->resolved && m->type->type == type)
		return 0;
	if (m->resolved)
		return resolve_again(m, type);
	m->own_type = type;
	return 0;
}

/* A map that is there already: only what does not make it another. */
static int set_any_time(struct cleat_map *m, const char *key, const char *value)
{
	struct plugin *p = m->plugin;
	const struct cleat_key *k;

	if (!m->params && p)
		m->params = params_new(p->keys, p->n_keys, NULL, 0, p->name);
	if (!m->params)
		return p ? report_oom(m->c->report)
			 : report_error(m->c->report, EOPNOTSUPP,
					"maps of type '%s' have no key '%s': no plugin knows them",
					name_of_map_type(m->attr.type) ?: "?", key);
	k = params_key(m->params, key, NULL);
	if (k && !(k->flags & CLEAT_KEY_ANY_TIME))
		return report_error(m->c->report, EBUSY, "map '%s' is created already", m->name);
	return params_set(m->params, key, value, NULL, 0, ++m->layer, m->c->report);
}

CLEAT_API const struct cleat_params *cleat_map_params(const struct cleat_map *m)
{
	return m->params;
}

CLEAT_API int cleat_map_set_param(struct cleat_map *m, const char *key, const char *value)
{
	int err;

	OPERATION(m->c);
	if (m->fd >= 0)
		return set_any_time(m, key, value);
	if (!m->spec)
		return -EINVAL;
	err = streq(key, "type") ? map_set_type(m, value) : 0;
	if (!err)
		err = map_resolve(m);
	if (err)
		return err;
	err = map_pin_access_check(m, key, value);
	if (err)
		return err;
	if (streq(key, "pin")) {
		m->unpinned = streq(value, "no");
		if (m->unpinned)
			return 0;
	}
	return set_key(m, key, value);
}
