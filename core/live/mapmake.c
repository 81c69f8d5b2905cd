/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * mapmake.c - how a map gets into the kernel: created, or taken over from where it is pinned, and
 * pinned in its turn. Knows what an old kernel refuses and why a map does not fit; what is special
 * about a type is asked of its plugin.
 */
#include <stdio.h>
#include <sys/mman.h>

#include "base/file.h"
#include "btf/match.h"
#include "kernel/bpf.h"
#include "kernel/machine.h"
#include "kernel/names.h"
#include "live/context.h"
#include "live/refusal.h"

/* Where LIBBPF_PIN_BY_NAME puts maps: shared with programs of other loaders. */
#define PIN_ROOT "/sys/fs/bpf/"

/* ---- taking over ----------------------------------------------------------------------------- */

/* What a map in the kernel was made with. */
static int attr_of_fd(int fd, struct cleat_map_attr *attr)
{
	struct bpf_map_info info = { 0 };
	uint32_t size = sizeof(info);
	int err = sys_obj_info(fd, &info, &size);

	if (err)
		return err;
	*attr = (struct cleat_map_attr){
		.struct_size = sizeof(*attr),
		.type = info.type,
		.key_size = info.key_size,
		.value_size = info.value_size,
		.max_entries = info.max_entries,
		.flags = info.map_flags,
		.extra = info.map_extra,
		.ifindex = info.ifindex,
		.inner_map_fd = -1,
	};
	return 0;
}

/* Every number that differs, in one message: they are mended together. */
CLEAT_API int cleat_map_fits(struct cleat_map *m, const struct cleat_map_attr *want,
			     const struct cleat_map_attr *have)
{
	struct report *r = m->c->report;
	const struct {
		const char *name;
		uint64_t want, have;
		const char *base;
	} checks[] = {
		{ "key size", want->key_size, have->key_size, "" },
		{ "value size", want->value_size, have->value_size, "" },
		{ "max-entries", want->max_entries, have->max_entries, "" },
		{ "flags", want->flags, have->flags, "0x" },
		{ "map_extra", want->extra, have->extra, "0x" },
		{ "device", want->ifindex, have->ifindex, "" },
	};
	struct buf text _buf_free_ = { 0 };

	for (size_t i = 0; i < ARRAY_SIZE(checks); i++) {
		const char *form = *checks[i].base ? "%s%s %s%llx, not %s%llx" :
						     "%s%s %s%llu, not %s%llu";

		if (checks[i].want == checks[i].have)
			continue;
		buf_printf(&text, form, text.len ? "; " : "", checks[i].name, checks[i].base,
			   (unsigned long long)checks[i].have, checks[i].base,
			   (unsigned long long)checks[i].want);
	}
	if (!text.len)
		return 0;
	return report_error(r, EINVAL, "the map at %s is another than %s: %s", m->adopt_from,
			    m->object ? "the object's" : "what is asked for",
			    text.data ? text.data : "");
}

/* The same bytes must mean the same. Maps without types are taken at their word. */
static int adopt_types(struct cleat_map *m, int fd, const char *from)
{
	struct bpf_map_info info = { 0 };
	uint32_t size = sizeof(info), key, value;
	struct btf *theirs;
	const struct btf *ours;
	_free_ char *why = NULL;
	int err = 0;

	map_types(m, &ours, &key, &value);
	if (!ours || (!key && !value) || sys_obj_info(fd, &info, &size) || !info.btf_id)
		return 0;
	theirs = context_btf_by_id(m->c, info.btf_id);
	if (!theirs)
		return 0;
	if (key && info.btf_key_type_id &&
	    !btf_layout_equal(theirs, info.btf_key_type_id, ours, key, &why))
		err = report_error(m->c->report, EINVAL,
				   "the map at %s has keys of another type: %s", from,
				   why ? why : "out of memory");
	else if (value && info.btf_value_type_id &&
		 !btf_layout_equal(theirs, info.btf_value_type_id, ours, value, &why))
		err = report_error(m->c->report, EINVAL,
				   "the map at %s has values of another type: %s", from,
				   why ? why : "out of memory");
	btf_free(theirs);
	return err;
}

/* May the map behind @fd serve in place of a new one. */
static int adopt_fits(struct cleat_map *m, int fd, const struct cleat_map_attr *have,
		      const char *from)
{
	struct report *r = m->c->report;
	size_t errors = report_errors(r);
	int err;

	m->adopt_from = from;
	if (m->attr.type != have->type)
		err = report_error(r, EINVAL, "the map at %s is of type '%s', %s '%s'", from,
				   name_of_map_type(have->type) ?: "unknown",
				   m->object ? "the object says" : "not", m->type->name);
	else if (m->plugin->map->adopt)
		err = m->plugin->map->adopt(m, &m->attr, have);
	else
		err = cleat_map_fits(m, &m->attr, have);
	m->adopt_from = NULL;
	/* Variables are as the object says or, in memory that is shared, as they were left. */
	if (!err && !map_is_data(m))
		err = adopt_types(m, fd, from);
	if (err && report_errors(r) > errors)
		report_hint(r, "remove %s, or %s", from,
			    m->object ? "change the object or the unit"
				      : "give the new one another pin");
	return err;
}

/* Takes @fd in any case. */
static int adopt(struct cleat_map *m, int fd, const char *from)
{
	_close_ int owned = fd;
	struct cleat_map_attr have;
	int err;

	if (!map_is_fd(fd))
		return report_error(m->c->report, EINVAL, "%s is not a map", from);
	err = attr_of_fd(fd, &have);
	if (err)
		return report_sys(m->c->report, err, "cannot tell what map %s is", from);
	err = adopt_fits(m, fd, &have, from);
	if (err)
		return err;
	m->attr = have;
	m->adopted = true;
	m->frozen = map_is_frozen(fd);
	m->fd = take_fd(&owned);
	return 0;
}

/* ---- creating -------------------------------------------------------------------------------- */

/* Names have 15 characters of [A-Za-z0-9_.]; data maps get the object's in front, as people know it. */
static void kernel_name(const struct cleat_map *m, char name[static BPF_OBJ_NAME_LEN])
{
	size_t n = 0;

	if (map_is_data(m)) {
		/* As libbpf has it: sections with a name of their own are called by it. */
		size_t tail = MIN(strlen(m->name), (size_t)BPF_OBJ_NAME_LEN - 1);
		size_t head = BPF_OBJ_NAME_LEN - 1 - MAX(tail, (size_t)7);

		if (strchr(m->name + 1, '.'))
			head = 0;
		snprintf(name, BPF_OBJ_NAME_LEN, "%.*s%.*s",
			 (int)MIN(head, strlen(m->object->spec->name)), m->object->spec->name,
			 (int)tail, m->name);
	} else {
		snprintf(name, BPF_OBJ_NAME_LEN, "%s", m->spec->symbol);
	}
	for (; name[n]; n++)
		if (!((name[n] >= 'a' && name[n] <= 'z') || (name[n] >= 'A' && name[n] <= 'Z') ||
		      (name[n] >= '0' && name[n] <= '9') || name[n] == '_' || name[n] == '.'))
			name[n] = '_';
}

static void set_attr(union bpf_attr *attr, const struct cleat_map_attr *want)
{
	attr->map_type = want->type;
	attr->key_size = want->key_size;
	attr->value_size = want->value_size;
	attr->max_entries = want->max_entries;
	attr->map_flags = want->flags;
	attr->map_extra = want->extra;
	attr->numa_node = want->numa_node;
	attr->map_ifindex = want->ifindex;
	attr->btf_vmlinux_value_type_id = want->value_type;
	attr->value_type_btf_obj_fd = want->value_btf_fd;
	if (want->inner_map_fd >= 0)
		attr->inner_map_fd = (uint32_t)want->inner_map_fd;
}

static void set_types(struct cleat_object *o, const struct map_spec *spec, union bpf_attr *attr)
{
	int btf_fd = spec->key_btf || spec->value_btf ? object_btf_fd(o) : -1;

	if (btf_fd < 0)
		return;
	attr->btf_fd = (uint32_t)btf_fd;
	attr->btf_key_type_id = object_btf_id(o, spec->key_btf);
	attr->btf_value_type_id = object_btf_id(o, spec->value_btf);
}

/* Types that were said of a map without an object. The descriptor is needed until it is made. */
static int set_own_types(struct cleat_map *m, union bpf_attr *attr, int *btf_fd)
{
	*btf_fd = context_load_btf(m->c, m->own_btf);
	if (*btf_fd < 0)
		return report_sys(m->c->report, *btf_fd, "cannot load the types of keys and values");
	attr->btf_fd = (uint32_t)*btf_fd;
	attr->btf_key_type_id = m->spec->key_btf;
	attr->btf_value_type_id = m->spec->value_btf;
	return 0;
}

/*
 * A kernel that does not like the types takes the map without them: its entries are then bytes for
 * those who find it in the kernel.
 */
static int create_typed(struct cleat_map *m, union bpf_attr *attr)
{
	int fd;

	if (m->c->token_fd >= 0) {
		attr->map_flags |= BPF_F_TOKEN_FD;
		attr->map_token_fd = m->c->token_fd;
	}
	fd = sys_map_create(attr);
	if (fd >= 0 || fd == -EPERM || !attr->btf_fd || attr->btf_vmlinux_value_type_id)
		return fd;
	attr->btf_fd = attr->btf_key_type_id = attr->btf_value_type_id = 0;
	fd = sys_map_create(attr);
	if (fd >= 0)
		report_note(m->c->report,
			    "the kernel does not take the types of keys and values: made without");
	return fd;
}

/* The template that inner maps must be like; needed for the moment of the creation only. */
static int create_inner(struct cleat_map *m, int *fd)
{
	const struct map_spec *inner = m->spec->inner;
	union bpf_attr attr = { 0 };
	struct plugin *plugin;
	const struct cleat_map_type *type;
	struct cleat_map_attr want = {
		.struct_size = sizeof(want),
		.type = inner->type,
		.key_size = inner->key_size,
		.value_size = inner->value_size,
		.max_entries = inner->max_entries,
		.flags = inner->flags,
		.extra = inner->extra,
		.numa_node = inner->numa_node,
		.inner_map_fd = -1,
	};
	int err;

	err = registry_for_map(m->c->registry, inner->type, &plugin, &type, m->c->report);
	if (err)
		return err;
	want.no_btf = type->flags & CLEAT_MAP_NO_BTF;
	want.typed = inner->key_btf && inner->value_btf;
	if (plugin->map->check)
		err = plugin->map->check(m, m->params, &want);
	if (!err && plugin->map->prepare)
		err = plugin->map->prepare(m, m->params, &want);
	if (err)
		return err;
	set_attr(&attr, &want);
	if (!want.no_btf)
		set_types(m->object, inner, &attr);
	*fd = create_typed(m, &attr);
	return *fd < 0 ? report_sys(m->c->report, *fd, "cannot create the template of inner maps") :
			 0;
}

/* What the newest kernels say of a map that they refuse, in one line: "" where there are no words. */
static void ask_why(union bpf_attr *attr, char *words, size_t size)
{
	int fd = sys_map_create_log(attr, words, size);
	size_t n = strcspn(words, "\n");

	if (fd >= 0)
		close(fd);
	while (n && (words[n - 1] == '.' || words[n - 1] == ' '))
		n--;
	words[n] = '\0';
}

static void explain_create(struct cleat_map *m, union bpf_attr *attr, int err)
{
	struct report *r = m->c->report;
	_free_ char *caps = NULL;
	char words[512];
	bool unknown;

	ask_why(attr, words, sizeof(words));
	if (*words)
		report_error(r, err,
			     "cannot create a map of type '%s' (key %u, value %u, max-entries %u): "
			     "the kernel says '%s'",
			     m->type->name, m->attr.key_size, m->attr.value_size,
			     m->attr.max_entries, words);
	else
		report_sys(r, err, "cannot create a map of type '%s' (key %u, value %u, max-entries %u)",
			   m->type->name, m->attr.key_size, m->attr.value_size,
			   m->attr.max_entries);
	/* arguments that came later */
	unknown = err == -E2BIG || (err == -EINVAL && m->attr.max_entries);
	if (unknown && cleat_param(m->params, "exclusive")) {
		report_hint(r, "'exclusive': maps for one program alone came with Linux 6.18");
	} else if (attr->map_ifindex && err != -EPERM) {
		report_hint(r, "'device': only cards that run programs themselves take maps, "
			       "of types hash and array");
	} else if (err == -EPERM) {
		caps = machine_missing_caps(map_type_caps(m->attr.type));
		if (caps && *caps)
			report_hint(r, "needs %s; see CAPABILITIES in cleat(8)", caps);
		else if (!hint_user_namespace(m->c) && probe(m->c->prober, PROBE_MEMCG) == PROBE_NO)
			hint_locked_memory(r);
	} else if (err == -EINVAL && probe_map_type(m->c->prober, m->attr.type) == PROBE_NO) {
		report_hint(r, "this kernel has no maps of type '%s'", m->type->name);
	} else if (err == -EINVAL && m->attr.max_entries == 0) {
		report_hint(r, "set max-entries: [map %s] in the unit", m->name);
	} else if (err == -E2BIG || err == -ENOMEM) {
		report_hint(r, "less max-entries may fit");
	}
}

static int create(struct cleat_map *m)
{
	_close_ int inner_fd = -1, btf_fd = -1;
	uint8_t hash[EXCLUSIVE_BYTES];
	union bpf_attr attr = { 0 };
	bool exclusive;
	int fd, err;

	err = map_exclusive(m, hash, &exclusive);
	if (err)
		return err;
	/* A template of the plugin's own comes before the object's. */
	if (m->spec->inner && m->attr.inner_map_fd < 0) {
		err = create_inner(m, &inner_fd);
		if (err)
			return err;
	}
	set_attr(&attr, &m->attr);
	if (inner_fd >= 0)
		attr.inner_map_fd = (uint32_t)inner_fd;
	kernel_name(m, attr.map_name);
	if (m->own_btf)
		err = set_own_types(m, &attr, &btf_fd);
	else if (!m->attr.no_btf)
		set_types(m->object, m->spec, &attr);
	if (err)
		return err;
	/* A type of the kernel's: it wants to see some BTF of ours all the same. */
	if (m->attr.value_type && m->object && object_btf_fd(m->object) >= 0)
		attr.btf_fd = (uint32_t)object_btf_fd(m->object);
	if (exclusive) {
		attr.excl_prog_hash = (uintptr_t)hash;
		attr.excl_prog_hash_size = sizeof(hash);
	}
	fd = create_typed(m, &attr);
	if (fd == -EINVAL && m->attr.flags & m->attr.optional_flags) {
		attr.map_flags &= ~m->attr.optional_flags;
		fd = create_typed(m, &attr);
		if (fd >= 0)
			m->attr.flags = attr.map_flags & ~BPF_F_TOKEN_FD;
	}
	/* where the limit is low, a probe cannot tell either */
	if (fd == -EPERM && probe(m->c->prober, PROBE_MEMCG) != PROBE_YES &&
	    machine_raise_memlock() == 0)
		fd = sys_map_create(&attr);
	/* Before 5.2 no map holds variables. Programs that have none of them do without. */
	if (fd == -EINVAL && map_is_data(m) &&
	    probe(m->c->prober, PROBE_GLOBAL_DATA) == PROBE_NO) {
		m->left_out = true;
		return 0;
	}
	if (fd < 0) {
		explain_create(m, &attr, fd);
		return fd;
	}
	m->fd = fd;
	return 0;
}

/* ---- the maps of data sections --------------------------------------------------------------- */

static int freeze_data(struct cleat_map *m)
{
	int err = m->frozen ? 0 : sys_map_freeze(m->fd);

	/* Before 5.2 nothing can be frozen; what was there already may be frozen for long. */
	if (err && err != -EINVAL && !(err == -EBUSY && m->adopted))
		return report_sys(m->c->report, err, "cannot freeze %s", m->name);
	m->frozen |= !err;
	return 0;
}

static int write_data(struct cleat_map *m)
{
	uint32_t zero = 0;
	int err = m->spec->data ? sys_map_update(m->fd, &zero, m->spec->data, 0) : 0;

	return err ? report_sys(m->c->report, err, "cannot write the initial contents of %s",
				m->name) :
		     0;
}

/* Whoever gave a variable a value is told that another one stands. */
static void note_kept(struct cleat_map *m)
{
	const struct object *spec = m->object->spec;
	_free_ uint8_t *theirs = NULL;
	uint32_t zero = 0;

	for (size_t i = 0; i < spec->vars.n; i++) {
		const struct var_spec *v = spec->vars.v[i];

		if (v->map != m->spec || !v->given)
			continue;
		if (!theirs) {
			theirs = calloc(1, m->attr.value_size + 1);
			if (!theirs || sys_map_lookup(m->fd, &zero, theirs, 0))
				return;
		}
		if (memcmp(theirs + v->offset, (const uint8_t *)m->spec->data + v->offset,
			   v->size) != 0)
			report_note(m->c->report,
				    "global '%s' keeps what the existing %s has: the value given "
				    "here is not used",
				    v->name, m->name);
	}
}

/*
 * Variables in a map that was there already keep their values. Constants must be those of this
 * object and unit: else the program would silently run with others.
 */
static int compare_data(struct cleat_map *m)
{
	_free_ uint8_t *theirs = calloc(1, m->attr.value_size + 1);
	_free_ uint8_t *zeroes = calloc(1, m->attr.value_size + 1);
	uint32_t zero = 0;
	int err;

	if (!theirs || !zeroes)
		return report_oom(m->c->report);
	err = sys_map_lookup(m->fd, &zero, theirs, 0);
	if (err)
		return report_sys(m->c->report, err, "cannot read %s", m->name);
	if (memcmp(theirs, m->spec->data ? m->spec->data : zeroes, m->attr.value_size) == 0)
		return 0;
	report_error(m->c->report, EINVAL, "the constants in the pinned %s are not the object's",
		     m->name);
	report_hint(m->c->report, "remove the pin: constants cannot be changed once they are loaded");
	return -EINVAL;
}

static int fill_data(struct cleat_map *m)
{
	bool read_only = m->spec->read_only;
	int err = 0;

	if (!m->adopted)
		err = write_data(m);
	else if (read_only)
		err = compare_data(m);
	else
		note_kept(m);
	return !err && read_only ? freeze_data(m) : err;
}

/* Mapping makes all of it resident, and most loaders never look. */
void *map_memory(struct cleat_map *m)
{
	bool array = m->type && (m->type->flags & CLEAT_MAP_INDEX) && !map_is_per_cpu(m);
	int protection = PROT_READ | PROT_WRITE;
	size_t size;
	void *memory;

	if (m->memory || m->fd < 0 || !(m->attr.flags & BPF_F_MMAPABLE) ||
	    (!map_is_data(m) && !array))
		return m->memory;
	if (map_is_data(m) ? m->spec->read_only : map_is_frozen(m->fd))
		protection = PROT_READ;
	size = ROUND_UP(map_value_slot(m) * MAX(m->attr.max_entries, 1u),
			(size_t)sysconf(_SC_PAGESIZE));
	memory = mmap(NULL, size, protection, MAP_SHARED, m->fd, 0);
	if (memory == MAP_FAILED)
		return NULL;
	m->memory = memory;
	m->memory_size = size;
	return memory;
}

CLEAT_API void *cleat_map_memory(struct cleat_map *m, size_t *bytes)
{
	void *memory;

	OPERATION(m->c);
	REPORT_IN(m->c->report, REPORT_MAP, m->name);
	if (m->fd < 0) {
		report_error(m->c->report, EBADF, "the map is not created yet");
		return NULL;
	}
	memory = map_memory(m);
	if (memory && bytes)
		*bytes = m->memory_size;
	if (!memory && !(m->attr.flags & BPF_F_MMAPABLE)) {
		report_error(m->c->report, EOPNOTSUPP, "its values cannot be mapped");
		report_hint(m->c->report, "arrays with the flag 'mmapable' can");
	} else if (!memory) {
		report_sys(m->c->report, errno, "its values cannot be mapped");
	}
	return memory;
}

/* ---- pinning --------------------------------------------------------------------------------- */

/* Directories are made on a BPF file system only: elsewhere they would just be litter. */
static bool leads_to_bpffs(const char *dir)
{
	_free_ char *at = text_dup(dir);

	while (at && access(at, F_OK) && !streq(at, "/") && !streq(at, ".")) {
		char *up = path_dir(at);

		free(at);
		at = up;
	}
	return at && machine_is_bpffs(at);
}

static int pin(struct cleat_map *m, const char *path)
{
	_free_ char *dir = path_dir(path);
	int err;

	if (!dir)
		return report_oom(m->c->report);
	if (!leads_to_bpffs(dir)) {
		report_error(m->c->report, EINVAL, "cannot pin at %s: no BPF file system is there",
			     path);
		report_hint(m->c->report, "mount -t bpf bpf /sys/fs/bpf");
		return -EINVAL;
	}
	err = path_mkdirs(dir, 0700);
	if (err)
		return report_sys(m->c->report, err, "cannot make the directory %s", dir);
	err = sys_obj_pin(m->fd, path);
	if (err == -EEXIST)
		return err;
	if (err)
		return report_sys(m->c->report, err, "cannot pin at %s", path);
	m->pinned_here = true;
	return map_pin_access(m, path);
}

/* Contents first: who finds the pin finds them. */
static int make(struct cleat_map *m, const char *path)
{
	int err = create(m);

	if (m->left_out)
		return err;
	if (!err)
		err = map_is_data(m) ? fill_data(m) : map_place(m);
	return !err && path ? pin(m, path) : err;
}

static int take_over(struct cleat_map *m, int fd, const char *from)
{
	int err = adopt(m, fd, from);

	if (err)
		return err;
	return map_is_data(m) ? fill_data(m) : map_place(m);
}

static int make_or_take_over(struct cleat_map *m)
{
	const char *path = m->unpinned ? NULL : cleat_param(m->params, "pin");
	int fd, err;

	if (m->adopted_fd >= 0)
		return take_over(m, take_fd(&m->adopted_fd), "the given descriptor");
	/* Another process may pin between our look and our pin: then its map is taken after all. */
	for (int attempt = 0;; attempt++) {
		fd = path ? sys_obj_get(path, 0) : -ENOENT;
		if (fd >= 0)
			return take_over(m, fd, path);
		if (fd != -ENOENT)
			return report_sys(m->c->report, fd, "cannot open the pinned map %s", path);
		err = make(m, path);
		if (err != -EEXIST)
			return err;
		map_unload(m);
		if (attempt)
			return report_error(m->c->report, EEXIST, "%s is in the way", path);
	}
}

/* No name that an object has leads out of the directory. */
static bool is_file_name(const char *name)
{
	return *name && !strchr(name, '/') && !streq(name, ".") && !streq(name, "..");
}

/* LIBBPF_PIN_BY_NAME and the like in the object; a path in the unit comes before it. */
static int pin_by_name(struct cleat_map *m)
{
	_free_ char *dir = NULL, *path = NULL;

	if (!m->spec->pin_by_name || m->unpinned || cleat_param_given(m->params, "pin"))
		return 0;
	if (!is_file_name(m->name))
		return report_error(m->c->report, EINVAL,
				    "cannot be pinned by its name, which is no file name");
	dir = path_join(PIN_ROOT, m->spec->pin_dir ? m->spec->pin_dir : "");
	path = dir ? path_join(dir, m->name) : NULL;
	return path ? params_set(m->params, "pin", path, NULL, 0, 0, m->c->report) :
		      report_oom(m->c->report);
}

int map_create(struct cleat_map *m)
{
	struct report *r = m->c->report;
	int err;

	if (m->fd >= 0)
		return 0;
	err = map_resolve(m);
	if (err)
		return err;
	REPORT_IN(r, REPORT_OBJECT, m->object ? m->object->path : NULL);
	REPORT_IN(r, REPORT_MAP, m->name);
	err = pin_by_name(m);
	if (!err)
		err = map_device(m);
	if (!err && m->plugin->map->check)
		err = m->plugin->map->check(m, m->params, &m->attr);
	if (!err && m->plugin->map->prepare)
		err = m->plugin->map->prepare(m, m->params, &m->attr);
	if (!err)
		err = make_or_take_over(m);
	if (err)
		map_unload(m);
	return err;
}
