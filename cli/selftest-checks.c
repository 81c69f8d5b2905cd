/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * selftest-checks.c - what of the contract is checked, and how: the plugin is used as a user would, by units
 * that are checked. Nothing is loaded, and no privilege is needed. Runs in a child process, which may crash.
 */
#include <ctype.h>
#include <dirent.h>
#include <dlfcn.h>
#include <elf.h>
#include <errno.h>
#include <link.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "selftest.h"

#define ENTRY "cleat_plugin_entry"

/* ---- what is found ---------------------------------------------------------------------------- */

CLEAT_PRINTF(2, 3) static void trying(struct selftest *t, const char *fmt, ...)
{
	va_list args;

	fputc('@', t->out);
	va_start(args, fmt);
	vfprintf(t->out, fmt, args);
	va_end(args);
	fputc('\n', t->out);
	fflush(t->out); /* it may be the last thing that is said */
}

CLEAT_PRINTF(2, 3) static void breach(struct selftest *t, const char *fmt, ...)
{
	va_list args;

	fputc('!', t->out);
	va_start(args, fmt);
	vfprintf(t->out, fmt, args);
	va_end(args);
	fputc('\n', t->out);
	fflush(t->out);
}

/* "..." is none. */
static bool ends_with_stop(const char *text)
{
	size_t n = strlen(text);

	return n && text[n - 1] == '.' && !(n > 1 && text[n - 2] == '.');
}

/* What is wrong with the form of a message, or NULL. */
static const char *fault_of_message(const char *what)
{
	size_t n = strlen(what);

	if (!n)
		return "is empty";
	if (strpbrk(what, "\r\n"))
		return "has more than one line";
	if (ends_with_stop(what))
		return "ends with a full stop";
	if (isupper((unsigned char)what[0]) && n > 1 && islower((unsigned char)what[1]))
		return "begins with a capital letter";
	if (strstr(what, "failed to"))
		return "says 'failed to' and not what is wrong";
	return NULL;
}

/* A call came back with @err: is there a message, and is it one. */
static void judge(struct selftest *t, struct cleat *c, int err)
{
	bool said = false;

	for (size_t i = 0; i < cleat_diag_count(c); i++) {
		const struct cleat_diag *d = cleat_diag_get(c, i);
		const char *fault = fault_of_message(d->what);

		if (fault)
			breach(t, "the message '%s' %s", d->what, fault);
		said |= d->level == CLEAT_ERROR;
	}
	if (err < 0 && !said)
		breach(t, "an error (%s) without a message: cleat_error() says why",
		       strerror(-err));
}

static struct cleat *open_context(const struct selftest *t)
{
	struct cleat_options options = { .size = sizeof(options), .plugin_path = t->dir };
	struct cleat *c;

	return cleat_open(&c, &options) ? NULL : c;
}

/* The key, 0; 1 past the last one; -1 after a breach. */
static int key_at(struct selftest *t, struct cleat *c, size_t i, struct cleat_key_info *key)
{
	*key = (struct cleat_key_info) { .size = sizeof(*key) };
	if (cleat_plugin_key_at(c, t->info.kind, t->info.name, i, key) == 0)
		return key->shared;
	if (cleat_diag_count(c) == 0)
		return 1;
	for (i = 0; i < cleat_diag_count(c); i++) {
		const struct cleat_diag *d = cleat_diag_get(c, i);

		if (d->level == CLEAT_ERROR)
			breach(t, "%s%s%s%s", d->what, d->hint ? " (" : "", d->hint ? d->hint : "",
			       d->hint ? ")" : "");
	}
	return -1;
}

/* ---- opening it ------------------------------------------------------------------------------ */

void selftest_opens(struct selftest *t)
{
	struct cleat_key_info key;

	trying(t, "its constructors and 'init'");
	for (int i = 0; i < 2; i++) {
		struct cleat *c = open_context(t);

		if (!c || key_at(t, c, 0, &key) < 0)
			return;
		cleat_close(c);
		trying(t, "'init' for a second context");
	}
}

/* Symbols in the table that the dynamic linker finds them by. */
static size_t count_symbols(const uint32_t *hash)
{
	const uint32_t buckets = hash[0], first = hash[1], filter = hash[2];
	const uint32_t *bucket = hash + 4 + filter * (sizeof(ElfW(Addr)) / sizeof(uint32_t));
	const uint32_t *chain = bucket + buckets;
	uint32_t last = 0;

	for (uint32_t i = 0; i < buckets; i++)
		if (bucket[i] > last)
			last = bucket[i];
	if (last < first)
		return first;
	while (!(chain[last - first] & 1))
		last++;
	return (size_t)last + 1;
}

static const void *in_image(const struct link_map *map, ElfW(Addr) address)
{
	/* the dynamic linker has added where it is on most machines, and not on all */
	return (const void *)(address < map->l_addr ? address + map->l_addr : address);
}

static void check_dynamic(struct selftest *t, const struct link_map *map)
{
	const ElfW(Sym) *symbols = NULL;
	const uint32_t *hash = NULL;
	const char *names = NULL;
	size_t n;

	for (const ElfW(Dyn) *d = map->l_ld; d->d_tag != DT_NULL; d++) {
		if (d->d_tag == DT_SYMTAB)
			symbols = in_image(map, d->d_un.d_ptr);
		else if (d->d_tag == DT_STRTAB)
			names = in_image(map, d->d_un.d_ptr);
		else if (d->d_tag == DT_GNU_HASH)
			hash = in_image(map, d->d_un.d_ptr);
	}
	for (const ElfW(Dyn) *d = map->l_ld; names && d->d_tag != DT_NULL; d++) {
		if (d->d_tag == DT_NEEDED && strncmp(names + d->d_un.d_val, "libcleat.", 9) == 0)
			breach(t,
			       "it is linked against %s: a plugin takes the library from the program "
			       "that opens it, which may have another one inside",
			       names + d->d_un.d_val);
	}
	if (!symbols || !names || !hash)
		return;
	n = count_symbols(hash);
	for (size_t i = hash[1]; i < n; i++) {
		const char *name = names + symbols[i].st_name;

		if (symbols[i].st_shndx != SHN_UNDEF && strcmp(name, ENTRY) != 0)
			breach(t, "it exports '%s', too: compile with -fvisibility=hidden", name);
	}
}

void selftest_exports(struct selftest *t)
{
	struct link_map *map;
	char *real = realpath(t->info.file, NULL);
	void *handle;

	trying(t, "looking at its symbols");
	handle = real ? dlopen(real, RTLD_NOW | RTLD_LOCAL) : NULL;
	if (handle && dlinfo(handle, RTLD_DI_LINKMAP, &map) == 0)
		check_dynamic(t, map);
	free(real);
}

/* ---- what it says of itself -------------------------------------------------------------------- */

static void check_line(struct selftest *t, const char *what, const char *text)
{
	size_t n = text ? strlen(text) : 0;

	if (!n)
		breach(t, "%s says nothing", what);
	else if (ends_with_stop(text) || strpbrk(text, "\r\n"))
		breach(t, "%s is '%s': one line, no full stop", what, text);
}

void selftest_words(struct selftest *t)
{
	struct cleat *c = open_context(t);
	struct cleat_key_info key;
	char what[128];

	trying(t, "reading its keys");
	check_line(t, "its summary", t->info.summary);
	if (!t->info.manual)
		breach(t, "it has no manual page: 'manual = cleat-%s(7)' in the descriptor",
		       t->info.name);
	for (size_t i = 0; c && key_at(t, c, i, &key) == 0; i++) {
		snprintf(what, sizeof(what), "the help of key '%s'", key.name);
		check_line(t, what, key.help);
	}
}

/* ---- using it ---------------------------------------------------------------------------------- */

static size_t count_descriptors(void)
{
	DIR *dir = opendir("/proc/self/fd");
	size_t n = 0;

	while (dir && readdir(dir))
		n++;
	if (dir)
		closedir(dir);
	return n;
}

static char *work_path(const struct selftest *t, const char *name)
{
	char *path;

	return asprintf(&path, "%s/%s", t->work, name) < 0 ? NULL : path;
}

/* A unit of the object that was written last, with these lines, as 'cleat check' has it. */
static void use(struct selftest *t, const char *lines)
{
	char *path = work_path(t, SELFTEST_NAME ".ini");
	FILE *f = path ? fopen(path, "we") : NULL;
	size_t before, after;
	struct cleat_session *s = NULL;
	struct cleat *c;
	int err;

	if (!f || fprintf(f, "[object]\npath = " SELFTEST_NAME ".bpf.o\n%s", lines) < 0 ||
	    fclose(f)) {
		breach(t, "cannot write a unit to %s", t->work);
		free(path);
		return;
	}
	before = count_descriptors();
	c = open_context(t);
	err = c ? cleat_session_new(c, &s) : -ENOMEM;
	if (!err) {
		err = cleat_session_add(s, path);
		judge(t, c, err);
	}
	cleat_session_free(s);
	cleat_close(c);
	after = count_descriptors();
	if (after > before)
		breach(t, "%zu descriptor%s left open after a unit was checked", after - before,
		       after - before == 1 ? " is" : "s are");
	free(path);
}

/* The object: of a program plugin with that section, of a map plugin with a map of that type. */
static bool put_object(struct selftest *t, const char *section, const struct selftest_map *map)
{
	char *path = work_path(t, SELFTEST_NAME ".bpf.o");
	int err = path ? selftest_object(path, section, map) : -ENOMEM;

	if (err)
		breach(t, "cannot write an object to %s: %s", t->work, strerror(-err));
	free(path);
	return !err;
}

/* A value that a key of that type takes, into @value. */
static const char *sample(const struct cleat_key_info *key, char *value, size_t size)
{
	static const char *const values[][2] = {
		{ "bool", "yes" },      { "number", "1" },        { "integer", "-1" },
		{ "size", "1K" },       { "duration", "1s" },     { "path", "selftest.out" },
		{ "text", "selftest" }, { "map", SELFTEST_NAME }, { "program", SELFTEST_NAME },
	};

	if (key->choices) {
		snprintf(value, size, "%.*s", (int)strcspn(key->choices, "|"), key->choices);
		return value;
	}
	for (size_t i = 0; i < sizeof(values) / sizeof(values[0]); i++)
		if (strcmp(key->type, values[i][0]) == 0)
			return values[i][1];
	return "1";
}

/* "[attach selftest]" with all required keys but @but; the caller frees it. */
static char *begin_section(struct selftest *t, const char *but)
{
	bool output = strcmp(t->info.kind, "output") == 0;
	struct cleat *c = open_context(t);
	struct cleat_key_info key;
	char *text = NULL, value[64];
	size_t n;
	FILE *f = open_memstream(&text, &n);

	if (!f)
		return NULL;
	fprintf(f, "[%s %s]\n",
		output                             ? "output"
		: strcmp(t->info.kind, "map") == 0 ? "map"
						   : "attach",
		SELFTEST_NAME);
	if (output)
		fprintf(f, "map = %s\nformat = %s\n", SELFTEST_NAME, t->info.name);
	for (size_t i = 0; c && key_at(t, c, i, &key) == 0; i++)
		if (key.required && !(but && strcmp(key.name, but) == 0))
			fprintf(f, "%s = %s\n", key.name, sample(&key, value, sizeof(value)));
	cleat_close(c);
	return fclose(f) ? NULL : text;
}

/* The unit with what is required, and with a section that says nothing. */
static void use_plainly(struct selftest *t, const char *what)
{
	char *section = begin_section(t, NULL);

	trying(t, "a unit with %s", what);
	use(t, "");
	trying(t, "a unit with %s and all required keys", what);
	use(t, section ? section : "");
	free(section);
}

static const struct selftest_map no_map;
/* BPF_MAP_TYPE_RINGBUF: what an output is given. */
static const struct selftest_map ring = { .type = 27, .entries = 4096 };

/* What may stand behind the slash of a section's name: a name, and what nobody should write. */
static const char *const targets[] = { "selftest", "", "/", "%s%n", "a:b/c+0x10", "=,*?[", "-1" };

void selftest_sections(struct selftest *t)
{
	char name[160];

	for (size_t i = 0; t->info.sections && t->info.sections[i]; i++) {
		const char *pattern = t->info.sections[i];
		size_t n = strlen(pattern);
		char last = n ? pattern[n - 1] : '\0';
		int stem = (int)(last == '/' || last == '+' ? n - 1 : n);

		if (last != '/') {
			snprintf(name, sizeof(name), "%.*s", stem, pattern);
			trying(t, "section '%s'", name);
			if (put_object(t, name, &no_map))
				use_plainly(t, name);
		}
		for (size_t k = 0; stem < (int)n && k < sizeof(targets) / sizeof(targets[0]); k++) {
			snprintf(name, sizeof(name), "%.*s/%s", stem, pattern, targets[k]);
			trying(t, "section '%s'", name);
			if (put_object(t, name, &no_map))
				use_plainly(t, name);
		}
	}
}

/* Map types by their names, which are what the registry tells; the kernel's numbers end before. */
#define MAP_TYPES 64

void selftest_types(struct selftest *t)
{
	static const struct selftest_map sizes[] = {
		{ .key = 4, .value = 8, .entries = 64 },
		{ .key = 4, .value = 4, .entries = 64 },
		{ .entries = 4096 },
		{ .key = 0x7fffffff, .value = 0x7fffffff, .entries = 0xffffffff },
		{ .key = 0 },
	};
	char *section = begin_section(t, NULL), *lines;

	for (size_t i = 0; t->info.sections && t->info.sections[i]; i++) {
		const char *type = t->info.sections[i];

		for (size_t k = 0; k < sizeof(sizes) / sizeof(sizes[0]); k++) {
			struct selftest_map map = sizes[k];

			trying(t,
			       "a map of type '%s' with keys of %u, values of %u bytes, %u entries",
			       type, map.key, map.value, map.entries);
			map.type = 1; /* of any type: the unit says another */
			if (!put_object(t, "socket", &map) ||
			    asprintf(&lines, "%stype = %s\n", section ? section : "", type) < 0)
				continue;
			use(t, lines);
			free(lines);
		}
	}
	free(section);
}

void selftest_output(struct selftest *t)
{
	if (put_object(t, "socket", &ring))
		use_plainly(t, "an output");
}

/* ---- its keys ---------------------------------------------------------------------------------- */

static void use_key(struct selftest *t, const char *section, const char *more, const char *key,
		    const char *value)
{
	char *lines;

	trying(t, "'%s = %s'", key, value);
	if (asprintf(&lines, "%s%s%s = %s\n", section, more, key, value) < 0)
		return;
	use(t, lines);
	free(lines);
}

/* Texts that are no sense in any key: they are refused with a message, or taken. */
static const char *const nonsense[] = { "%s%n%d",   "-1",          "../../..",
					"\xff\xfe", "a b,c=d:e/f", "99999999999999999999",
					"*?[" };

void selftest_keys(struct selftest *t)
{
	struct cleat *c = open_context(t);
	bool map = strcmp(t->info.kind, "map") == 0;
	struct selftest_map plain = { .type = 1, .key = 4, .value = 8, .entries = 64 };
	struct cleat_key_info key;
	char name[160], value[64], more[160] = "";

	if (strcmp(t->info.kind, "program") == 0 && t->info.sections[0]) {
		snprintf(name, sizeof(name), "%.*s", (int)strcspn(t->info.sections[0], "/+"),
			 t->info.sections[0]);
		put_object(t, name, &no_map);
	} else {
		put_object(t, "socket", map ? &plain : &ring);
	}
	if (map && t->info.sections[0])
		snprintf(more, sizeof(more), "type = %s\n", t->info.sections[0]);
	for (size_t i = 0; c && key_at(t, c, i, &key) == 0; i++) {
		char *section = begin_section(t, key.name);

		if (!section)
			break;
		use_key(t, section, more, key.name, sample(&key, value, sizeof(value)));
		if (key.preset)
			use_key(t, section, more, key.name, key.preset);
		for (size_t k = 0; k < sizeof(nonsense) / sizeof(nonsense[0]); k++)
			use_key(t, section, more, key.name, nonsense[k]);
		free(section);
	}
	cleat_close(c);
}

void selftest_clean(const struct selftest *t)
{
	static const char *const names[] = { SELFTEST_NAME ".ini", SELFTEST_NAME ".bpf.o" };

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		char *path = work_path(t, names[i]);

		if (path)
			unlink(path);
		free(path);
	}
	rmdir(t->work);
}
