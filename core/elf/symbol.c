// SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
/*
 * symbol.c - where the functions of user-space binaries lie in their files. Knows the two symbol
 * tables, symbol versions and segments; refuses to read more of a binary than these (it may be
 * huge, and its sections edited by any tool), and to know what is done with the offset.
 */
#include <gelf.h>

#include "base/file.h"
#include "base/text.h"
#include "base/vec.h"
#include "elf/debugfile.h"
#include "elf/minidebug.h"
#include "elf/symbol.h"

#define VERSION_HIDDEN 0x8000
#define VERSION_MAX 0x7fff
/* The first two numbers are "local" and "global": no version at all. */
#define VERSION_FIRST 2

struct binary {
	const char *path;
	struct report *report;
	int fd;
	Elf *elf;
	uint16_t machine;
	VEC(GElf_Phdr) segments; /* the executable ones */
	/* whose segments tell where code is: of a debug file, the binary that it belongs to */
	const struct binary *code;
	char *own_path;
	char *own_bytes; /* unpacked from the binary that it belongs to */
	VEC(const char *) versions; /* names by number; NULL: none */
};

/* A defined function symbol. Names live as long as the binary is open. */
struct function {
	const char *name;
	uint64_t offset, size;
	uint8_t bind;
	bool hidden; /* not the default version */
	const char *version; /* NULL: none */
};

typedef VEC(struct function) functions;

static void binary_close(struct binary *b)
{
	if (b->elf)
		elf_end(b->elf);
	if (b->fd >= 0)
		close(b->fd);
	vec_free(&b->segments);
	vec_free(&b->versions);
	free(b->own_path);
	free(b->own_bytes);
}

static int damaged(struct binary *b, const char *what)
{
	return report_error(b->report, ENOEXEC, "%s has a damaged %s", b->path, what);
}

static int read_segments(struct binary *b)
{
	GElf_Phdr segment;
	size_t n, i;

	if (elf_getphdrnum(b->elf, &n))
		return damaged(b, "program header");
	for (i = 0; i < n && i <= INT32_MAX; i++) {
		if (!gelf_getphdr(b->elf, (int)i, &segment))
			return damaged(b, "program header");
		if (segment.p_type != PT_LOAD || !(segment.p_flags & PF_X))
			continue;
		if (vec_push(&b->segments, segment))
			return report_oom(b->report);
	}
	if (!b->segments.n)
		return report_error(b->report, ENOEXEC,
				    "%s is neither an executable nor a shared "
				    "library: it has no code to run",
				    b->path);
	return 0;
}

static int binary_open(struct binary *b)
{
	GElf_Ehdr header;

	if (elf_version(EV_CURRENT) == EV_NONE)
		return report_error(b->report, ENOTSUP,
				    "libelf is older than the header it came with");
	b->fd = file_open_regular(b->path);
	if (b->fd == -EMEDIUMTYPE || b->fd == -EISDIR)
		return report_error(b->report, ENOEXEC, "%s is not a regular file", b->path);
	if (b->fd < 0)
		return report_sys(b->report, b->fd, "cannot read %s", b->path);
	/*
	 * Reading instead of mapping: only the tables are wanted, and a library that is replaced in
	 * place while we look must not kill us.
	 */
	b->elf = elf_begin(b->fd, ELF_C_READ, NULL);
	if (!b->elf || elf_kind(b->elf) != ELF_K_ELF)
		return report_error(b->report, ENOEXEC, "%s is not an ELF file", b->path);
	if (!gelf_getehdr(b->elf, &header))
		return damaged(b, "ELF header");
	b->machine = header.e_machine;
	b->code = b;
	return read_segments(b);
}

/*
 * The debug file of @of, where there is one: what is not in the binary may be there. Without words:
 * nobody has asked for it.
 */
static bool open_debug(struct binary *b, const struct binary *of)
{
	b->own_path = elf_debug_file(of->elf, of->path);
	b->path = b->own_path;
	b->machine = of->machine;
	b->code = of;
	b->fd = b->path ? file_open_regular(b->path) : -ENOENT;
	b->elf = b->fd >= 0 ? elf_begin(b->fd, ELF_C_READ, NULL) : NULL;
	return b->elf && elf_kind(b->elf) == ELF_K_ELF;
}

/* The same for the symbols that are left in it, compressed: those that .dynsym has not. */
static bool open_minidebug(struct binary *b, const struct binary *of)
{
	size_t size;

	b->own_bytes = elf_minidebug(of->elf, &size);
	b->path = of->path;
	b->machine = of->machine;
	b->code = of;
	b->elf = b->own_bytes ? elf_memory(b->own_bytes, size) : NULL;
	return b->elf && elf_kind(b->elf) == ELF_K_ELF;
}

/* The offset in the file of what is at @address in memory. */
static bool file_offset(const struct binary *b, uint64_t address, uint64_t *offset)
{
	size_t i;

	/* Thumb functions have an odd address, and begin at an even one */
	if (b->machine == EM_ARM)
		address &= ~(uint64_t)1;
	for (i = 0; i < b->code->segments.n; i++) {
		const GElf_Phdr *s = &b->code->segments.v[i];

		if (address < s->p_vaddr || address - s->p_vaddr >= s->p_filesz)
			continue;
		return !__builtin_add_overflow(address - s->p_vaddr, s->p_offset, offset);
	}
	return false;
}

static int set_version(struct binary *b, size_t number, const char *name)
{
	while (b->versions.n <= number)
		if (vec_push(&b->versions, NULL))
			return report_oom(b->report);
	b->versions.v[number] = name;
	return 0;
}

static int read_versions(struct binary *b, Elf_Scn *scn, const GElf_Shdr *header)
{
	Elf_Data *data = elf_getdata(scn, NULL);
	size_t left = VERSION_MAX;
	int at = 0, err;

	/* a damaged table only means that symbols have no version: the offset does not need it */
	while (data && left--) {
		GElf_Verdaux aux;
		GElf_Verdef def;
		const char *name;
		int aux_at;

		if (!gelf_getverdef(data, at, &def) ||
		    __builtin_add_overflow(at, def.vd_aux, &aux_at) || aux_at < 0 ||
		    !gelf_getverdaux(data, aux_at, &aux))
			break;
		name = elf_strptr(b->elf, header->sh_link, aux.vda_name);
		if (name && def.vd_ndx >= VERSION_FIRST && def.vd_ndx <= VERSION_MAX) {
			err = set_version(b, def.vd_ndx, name);
			if (err)
				return err;
		}
		if (!def.vd_next || __builtin_add_overflow(at, def.vd_next, &at) || at < 0)
			break;
	}
	return 0;
}

/* The version numbers of the symbols in table @index, or NULL. */
static Elf_Data *version_numbers(struct binary *b, size_t index)
{
	Elf_Scn *scn = NULL;
	GElf_Shdr header;

	while ((scn = elf_nextscn(b->elf, scn)))
		if (gelf_getshdr(scn, &header) && header.sh_type == SHT_GNU_versym &&
		    header.sh_link == index)
			return elf_getdata(scn, NULL);
	return NULL;
}

static bool is_function(const GElf_Sym *s)
{
	uint8_t type = GELF_ST_TYPE(s->st_info);

	return (type == STT_FUNC || type == STT_GNU_IFUNC) && s->st_shndx != SHN_UNDEF &&
	       s->st_shndx != SHN_ABS && s->st_shndx != SHN_COMMON;
}

static int read_table(struct binary *b, Elf_Scn *scn, const GElf_Shdr *header, functions *out)
{
	Elf_Data *data = elf_getdata(scn, NULL), *numbers;
	size_t size = gelf_fsize(b->elf, ELF_T_SYM, 1, EV_CURRENT), n, i;

	if (!data || data->d_type != ELF_T_SYM || !size)
		return damaged(b, "symbol table");
	numbers = version_numbers(b, elf_ndxscn(scn));
	n = MIN(data->d_size / size, (size_t)INT32_MAX);
	for (i = 0; i < n; i++) {
		struct function f = { 0 };
		GElf_Versym number;
		GElf_Sym symbol;

		if (!gelf_getsym(data, (int)i, &symbol))
			return damaged(b, "symbol table");
		if (!is_function(&symbol) || !file_offset(b, symbol.st_value, &f.offset))
			continue;
		f.name = elf_strptr(b->elf, header->sh_link, symbol.st_name);
		if (!f.name || !*f.name)
			continue;
		f.size = symbol.st_size;
		f.bind = GELF_ST_BIND(symbol.st_info);
		if (numbers && gelf_getversym(numbers, (int)i, &number)) {
			f.hidden = number & VERSION_HIDDEN;
			number &= VERSION_MAX;
			if (number >= VERSION_FIRST && number < b->versions.n)
				f.version = b->versions.v[number];
		}
		if (vec_push(out, f))
			return report_oom(b->report);
	}
	return 0;
}

/* Appends the functions of all tables of @type. */
static int read_tables(struct binary *b, uint32_t type, functions *out)
{
	Elf_Scn *scn = NULL;
	GElf_Shdr header;
	int err;

	while ((scn = elf_nextscn(b->elf, scn))) {
		if (!gelf_getshdr(scn, &header))
			return damaged(b, "section header");
		if (header.sh_type == SHT_GNU_verdef && !b->versions.n) {
			err = read_versions(b, scn, &header);
			if (err)
				return err;
		}
	}
	while ((scn = elf_nextscn(b->elf, scn))) {
		if (!gelf_getshdr(scn, &header))
			return damaged(b, "section header");
		/* a separate debug file has the headers of what it left out */
		if (header.sh_type != type || !header.sh_size)
			continue;
		err = read_table(b, scn, &header, out);
		if (err)
			return err;
	}
	return 0;
}

struct wanted {
	const char *text;
	size_t name_length;
	const char *version; /* NULL: any */
	bool only_default;
};

static struct wanted parse_wanted(const char *text)
{
	struct wanted w = { .text = text, .name_length = strcspn(text, "@") };
	const char *at = text + w.name_length;

	if (*at) {
		w.only_default = at[1] == '@';
		w.version = at + 1 + w.only_default;
	}
	return w;
}

static bool matches(const struct wanted *w, const struct function *f)
{
	/* in .symtab the version can be part of the name */
	if (streq(f->name, w->text))
		return true;
	if (strncmp(f->name, w->text, w->name_length) != 0)
		return false;
	if (f->name[w->name_length] == '@')
		return !w->version;
	if (f->name[w->name_length])
		return false;
	if (!w->version)
		return true;
	return f->version && streq(f->version, w->version) && !(w->only_default && f->hidden);
}

static void put_full_name(struct buf *text, const struct function *f)
{
	buf_puts(text, f->name);
	if (f->version)
		buf_printf(text, "%s%s", f->hidden ? "@" : "@@", f->version);
}

static int ambiguous(struct binary *b, const struct wanted *w, const struct function *one,
		     const struct function *other)
{
	_buf_free_ struct buf first = { 0 }, second = { 0 };

	put_full_name(&first, one);
	put_full_name(&second, other);
	report_error(b->report, EINVAL, "%s has several functions '%s', at different places",
		     b->path, w->text);
	if (!first.failed && !second.failed && !streq(first.data, second.data))
		report_hint(b->report, "say which: '%s' or '%s'", first.data, second.data);
	return -EINVAL;
}

/*
 * How well a match fits: a name alone means the default version, as it does to the linker, and
 * what is defined outright comes before what is weak.
 */
static unsigned int fitness(const struct wanted *w, const struct function *f)
{
	const char *at = strchr(f->name, '@');
	bool hidden = f->hidden || (at && at[1] != '@');

	return (w->version || !hidden) * 2u + (f->bind != STB_WEAK);
}

/* 1: found, 0: not, or a negative errno. */
static int choose(struct binary *b, const struct wanted *w, const functions *all, uint64_t *offset)
{
	const struct function *best = NULL;
	size_t i;

	for (i = 0; i < all->n; i++) {
		const struct function *f = &all->v[i];

		if (matches(w, f) && (!best || fitness(w, f) > fitness(w, best)))
			best = f;
	}
	if (!best)
		return 0;
	for (i = 0; i < all->n && best->bind != STB_WEAK; i++) {
		const struct function *f = &all->v[i];

		if (f->offset != best->offset && matches(w, f) && fitness(w, f) == fitness(w, best))
			return ambiguous(b, w, best, f);
	}
	*offset = best->offset;
	return 1;
}

static int not_found(struct binary *b, const struct wanted *w, const functions *all)
{
	VEC(const char *) names = { 0 };
	const char *version = NULL;
	size_t i;

	for (i = 0; i < all->n; i++) {
		const struct function *f = &all->v[i];

		if (vec_push(&names, f->name))
			break;
		if (f->version && strlen(f->name) == w->name_length &&
		    strncmp(f->name, w->text, w->name_length) == 0)
			version = f->version;
	}
	if (!all->n) {
		report_error(b->report, ENOENT, "no function '%s' in %s: it has no symbols",
			     w->text, b->path);
		report_hint(b->report, "give the function's offset in the file instead");
	} else {
		report_error(b->report, ENOENT, "no function '%s' in %s", w->text, b->path);
		if (w->version && version)
			report_hint(b->report, "there is '%.*s@%s'",
				    (int)MIN(w->name_length, (size_t)256), w->text, version);
		else
			report_nearest(b->report, w->text, names.v, names.n);
	}
	vec_free(&names);
	return -ENOENT;
}

int elf_function_offset(const char *path, const char *symbol, uint64_t *offset, struct report *r)
{
	_cleanup_(binary_close) struct binary b = { .path = path, .report = r, .fd = -1 };
	_cleanup_(binary_close) struct binary debug = { .report = NULL, .fd = -1 };
	_cleanup_(binary_close) struct binary mini = { .report = NULL, .fd = -1 };
	static const uint32_t types[] = { SHT_DYNSYM, SHT_SYMTAB };
	struct wanted w = parse_wanted(symbol);
	functions all = { 0 };
	size_t i;
	int err;

	err = binary_open(&b);
	/* what others link against is the first meaning of a name; then what only it itself uses */
	for (i = 0; i < ARRAY_SIZE(types) && !err; i++) {
		err = read_tables(&b, types[i], &all);
		if (!err)
			err = choose(&b, &w, &all, offset);
	}
	/* a damaged one is as good as none */
	if (!err && open_debug(&debug, &b) && !read_tables(&debug, SHT_SYMTAB, &all))
		err = choose(&b, &w, &all, offset);
	if (!err && open_minidebug(&mini, &b) && !read_tables(&mini, SHT_SYMTAB, &all))
		err = choose(&b, &w, &all, offset);
	if (!err)
		err = not_found(&b, &w, &all);
	vec_free(&all);
	return err < 0 ? err : 0;
}

static int bind_rank(uint8_t bind)
{
	return bind == STB_WEAK ? 1 : bind == STB_LOCAL ? 2 : 0;
}

static int compare_functions(const void *a, const void *b)
{
	const struct function *x = a, *y = b;

	if (x->offset != y->offset)
		return x->offset < y->offset ? -1 : 1;
	if (bind_rank(x->bind) != bind_rank(y->bind))
		return bind_rank(x->bind) - bind_rank(y->bind);
	return strcmp(x->name, y->name);
}

static int call_each(struct binary *b, const char *pattern, functions *all,
		     int (*fn)(void *user, const char *name, uint64_t offset), void *user)
{
	size_t i, n = 0;
	int err;

	for (i = 0; i < all->n; i++)
		if (text_glob(pattern, all->v[i].name))
			all->v[n++] = all->v[i];
	if (!n)
		return report_error(b->report, ENOENT, "no function in %s matches '%s'", b->path,
				    pattern);
	qsort(all->v, n, sizeof(*all->v), compare_functions);
	for (i = 0; i < n; i++) {
		if (i && all->v[i].offset == all->v[i - 1].offset)
			continue;
		err = fn(user, all->v[i].name, all->v[i].offset);
		if (err)
			return err;
	}
	return 0;
}

static bool has_table(struct binary *b, uint32_t type)
{
	Elf_Scn *scn = NULL;
	GElf_Shdr header;

	while ((scn = elf_nextscn(b->elf, scn)))
		if (gelf_getshdr(scn, &header) && header.sh_type == type)
			return true;
	return false;
}

/* A binary, and where else its symbols may be. */
struct symbol_files {
	struct binary binary, debug, mini;
};

static const struct symbol_files no_files = { .binary.fd = -1, .debug.fd = -1, .mini.fd = -1 };

static void symbol_files_close(struct symbol_files *f)
{
	binary_close(&f->binary);
	binary_close(&f->debug);
	binary_close(&f->mini);
}

/* All that the binary has symbols for, else its debug file or .gnu_debugdata. */
static int read_all(struct symbol_files *f, const char *path, functions *all, struct report *r)
{
	struct binary *b = &f->binary;
	int err;

	b->path = path;
	b->report = r;
	err = binary_open(b);
	if (!err)
		err = read_tables(b, SHT_DYNSYM, all);
	if (!err)
		err = read_tables(b, SHT_SYMTAB, all);
	if (err || has_table(b, SHT_SYMTAB))
		return err;
	if (open_debug(&f->debug, b))
		read_tables(&f->debug, SHT_SYMTAB, all);
	else if (open_minidebug(&f->mini, b))
		read_tables(&f->mini, SHT_SYMTAB, all);
	return 0;
}

int elf_function_each(const char *path, const char *pattern,
		      int (*fn)(void *user, const char *name, uint64_t offset), void *user,
		      struct report *r)
{
	_cleanup_(symbol_files_close) struct symbol_files files = no_files;
	functions all = { 0 };
	int err = read_all(&files, path, &all, r);

	if (!err)
		err = call_each(&files.binary, pattern, &all, fn, user);
	vec_free(&all);
	return err;
}

/* ---- from offsets to names ------------------------------------------------------------------- */

struct elf_functions {
	struct elf_build_id id;
	VEC(struct function) all; /* by offset; of those that begin together the best name */
	char *names;
};

/* The names outlive the files that they are in. */
static int keep(struct elf_functions *f, const functions *all)
{
	size_t room = 1, at = 0;

	for (size_t i = 0; i < all->n; i++)
		room += strlen(all->v[i].name) + 1;
	f->names = malloc(room);
	if (!f->names || vec_reserve(&f->all, all->n))
		return -ENOMEM;
	for (size_t i = 0; i < all->n; i++) {
		struct function one = all->v[i];
		size_t bytes = strlen(one.name) + 1;

		if (f->all.n && f->all.v[f->all.n - 1].offset == one.offset)
			continue;
		one.name = memcpy(f->names + at, one.name, bytes);
		at += bytes;
		f->all.v[f->all.n++] = one;
	}
	return 0;
}

int elf_functions_read(const char *path, struct elf_functions **out)
{
	_cleanup_(symbol_files_close) struct symbol_files files = no_files;
	struct elf_functions *f = calloc(1, sizeof(*f));
	functions all = { 0 };
	int err = f ? read_all(&files, path, &all, NULL) : -ENOMEM;

	if (!err) {
		elf_build_id(files.binary.elf, &f->id);
		if (all.n)
			qsort(all.v, all.n, sizeof(*all.v), compare_functions);
		err = keep(f, &all);
	}
	vec_free(&all);
	if (err) {
		elf_functions_free(f);
		return err;
	}
	*out = f;
	return 0;
}

void elf_functions_free(struct elf_functions *f)
{
	if (!f)
		return;
	vec_free(&f->all);
	free(f->names);
	free(f);
}

const struct elf_build_id *elf_functions_build_id(const struct elf_functions *f)
{
	return &f->id;
}

const char *elf_functions_name(const struct elf_functions *f, uint64_t offset, uint64_t *into)
{
	size_t low = 0, high = f->all.n;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (f->all.v[middle].offset <= offset)
			low = middle + 1;
		else
			high = middle;
	}
	if (!low)
		return NULL;
	*into = offset - f->all.v[low - 1].offset;
	/* what assembly defines may have no size: it goes on until the next begins */
	if (f->all.v[low - 1].size && *into >= f->all.v[low - 1].size)
		return NULL;
	return f->all.v[low - 1].name;
}
