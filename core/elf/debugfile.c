// SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
/*
 * debugfile.c - separate debug files, see debugfile.h. Knows where distributions put them and how it is
 * seen that they belong to a binary; refuses to know what is in them.
 */
#include <ctype.h>
#include <gelf.h>
#include <limits.h>
#include <stdio.h>
#include <zlib.h>

#include "base/file.h"
#include "base/text.h"
#include "elf/debugfile.h"

#define DEBUG_DIR "/usr/lib/debug"

/* What is known of a binary whose debug file is looked for. */
struct stripped {
	const char *path;
	struct elf_build_id id;
	char link[NAME_MAX + 1]; /* "": none */
	uint32_t sum; /* of the file that the link names */
};

Elf_Scn *elf_scn_named(Elf *elf, uint32_t type, const char *name)
{
	Elf_Scn *scn = NULL;
	GElf_Shdr header;
	size_t names;

	if (elf_getshdrstrndx(elf, &names))
		return NULL;
	while ((scn = elf_nextscn(elf, scn))) {
		const char *its =
			gelf_getshdr(scn, &header) ? elf_strptr(elf, names, header.sh_name) : NULL;

		if (its && header.sh_type == type && streq(its, name))
			return scn;
	}
	return NULL;
}

void elf_build_id(Elf *elf, struct elf_build_id *id)
{
	Elf_Scn *scn = elf_scn_named(elf, SHT_NOTE, ".note.gnu.build-id");
	Elf_Data *data = scn ? elf_getdata(scn, NULL) : NULL;
	size_t at = 0, name, desc;
	GElf_Nhdr note;

	id->n = 0;
	while (data && (at = gelf_getnote(data, at, &note, &name, &desc)) > 0) {
		const uint8_t *bytes = data->d_buf;

		if (note.n_type != NT_GNU_BUILD_ID || note.n_namesz != 4 ||
		    memcmp(bytes + name, "GNU", 4) != 0 || note.n_descsz > sizeof(id->bytes))
			continue;
		memcpy(id->bytes, bytes + desc, note.n_descsz);
		id->n = note.n_descsz;
		return;
	}
}

/* A name, a zero, padding to four bytes, a check sum. */
static void read_link(Elf *elf, struct stripped *s)
{
	Elf_Scn *scn = elf_scn_named(elf, SHT_PROGBITS, ".gnu_debuglink");
	Elf_Data *data = scn ? elf_rawdata(scn, NULL) : NULL;
	const char *ident = elf_getident(elf, NULL);
	size_t n, at;

	s->link[0] = '\0';
	if (!data || !ident || !data->d_buf)
		return;
	n = strnlen(data->d_buf, data->d_size);
	at = (n + 4) & ~(size_t)3;
	if (!n || n >= sizeof(s->link) || at > data->d_size || data->d_size - at < 4 ||
	    memchr(data->d_buf, '/', n))
		return;
	memcpy(s->link, data->d_buf, n);
	s->link[n] = '\0';
	memcpy(&s->sum, (const char *)data->d_buf + at, 4);
	if (ident[EI_DATA] !=
	    (__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__ ? ELFDATA2LSB : ELFDATA2MSB))
		s->sum = __builtin_bswap32(s->sum);
}

static bool has_sum(const char *path, uint32_t sum)
{
	struct file_view view;
	bool same;

	if (file_map(path, &view))
		return false;
	same = crc32_z(crc32(0, NULL, 0), view.data, view.size) == sum;
	file_unmap(&view);
	return same;
}

static bool has_build_id(const char *path, const struct elf_build_id *id)
{
	_close_ int fd = file_open_regular(path);
	Elf *elf = fd >= 0 ? elf_begin(fd, ELF_C_READ, NULL) : NULL;
	struct elf_build_id its = { 0 };

	if (elf && elf_kind(elf) == ELF_K_ELF)
		elf_build_id(elf, &its);
	if (elf)
		elf_end(elf);
	return its.n == id->n && memcmp(its.bytes, id->bytes, id->n) == 0;
}

/* Takes the path, and returns it when the file is what is looked for. */
static char *if_right(const struct stripped *s, char *path)
{
	/* a link may name the binary itself */
	if (path && !file_is_same(path, s->path) &&
	    (s->id.n ? has_build_id(path, &s->id) : has_sum(path, s->sum)))
		return path;
	free(path);
	return NULL;
}

static char *by_build_id(const struct stripped *s, const char *root)
{
	char digits[2 * sizeof(s->id.bytes) + 1];

	if (s->id.n < 2)
		return NULL;
	for (size_t i = 0; i < s->id.n; i++)
		snprintf(digits + 2 * i, 3, "%02x", s->id.bytes[i]);
	return if_right(s, text_format("%s" DEBUG_DIR "/.build-id/%.2s/%s.debug", root, digits,
				       digits + 2));
}

static char *by_link(const struct stripped *s, const char *root, const char *dir)
{
	char *found;

	if (!s->link[0])
		return NULL;
	found = if_right(s, text_format("%s%s/%s", root, dir, s->link));
	if (!found)
		found = if_right(s, text_format("%s%s/.debug/%s", root, dir, s->link));
	if (!found)
		found = if_right(s, text_format("%s" DEBUG_DIR "%s/%s", root, dir, s->link));
	return found;
}

/* "/proc/PID/root" of a path below it, as its length; 0: it is not. */
static size_t root_length(const char *path)
{
	size_t n = sizeof("/proc/") - 1, digits = 0;

	if (strncmp(path, "/proc/", n) != 0)
		return 0;
	while (isdigit((unsigned char)path[n + digits]))
		digits++;
	n += digits;
	return digits && strncmp(path + n, "/root/", 6) == 0 ? n + 5 : 0;
}

char *elf_debug_file(Elf *elf, const char *path)
{
	size_t n = root_length(path);
	/* symbolic links in another root would lead out of it */
	_free_ char *root = text_format("%.*s", (int)n, path);
	_free_ char *inside = n ? text_dup(path + n) : path_real(path);
	_free_ char *dir = inside ? path_dir(inside) : NULL;
	struct stripped s = { .path = path };
	char *found;

	if (!root || !dir)
		return NULL;
	elf_build_id(elf, &s.id);
	read_link(elf, &s);
	found = by_build_id(&s, root);
	if (!found)
		found = by_link(&s, root, streq(dir, "/") ? "" : dir);
	if (!found && n)
		found = by_build_id(&s, "");
	return found;
}
