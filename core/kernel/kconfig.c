// SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
/*
 * kconfig.c - the configuration the running kernel was built with.
 *
 * Knows where it is kept and the format of its lines. Does not know what an option means, nor how
 * its text becomes a variable: that is the object's business.
 */
#include <sys/utsname.h>
#include <zlib.h>

#include "base/text.h"
#include "base/vec.h"
#include "kernel/facts.h"

#define TEXT_MAX  (16u << 20) /* a configuration has some 300 KB */
#define READ_STEP (64u << 10)

struct kconfig {
	struct buf text;
	VEC(const char *) lines; /* "BPF=y": what follows CONFIG_ */
};

/* Text that is not compressed goes through zlib's gz functions as it is. */
static int read_text(const char *path, struct buf *text)
{
	gzFile f;
	int n, err = 0;

	/* Else a missing file cannot be told from zlib's lack of memory. */
	if (access(path, R_OK))
		return -errno;
	errno = 0;
	f = gzopen(path, "rbe");
	if (!f)
		return errno ? -errno : -ENOMEM;
	do {
		char *to = buf_reserve(text, READ_STEP);

		if (!to) {
			err = -ENOMEM;
			break;
		}
		n = gzread(f, to, READ_STEP);
		if (n < 0) {
			/* Damaged: as any other file that cannot be read. */
			err = -EIO;
			break;
		}
		text->len += (size_t)n;
		if (text->len > TEXT_MAX)
			err = -EFBIG;
	} while (n > 0 && !err);
	if (gzclose_r(f) != Z_OK && !err)
		err = -EIO;
	buf_put(text, "", 0);
	return err ? err : text->failed ? -ENOMEM : 0;
}

static int parse(struct kconfig *k)
{
	char *rest = k->text.data, *line;

	while ((line = strsep(&rest, "\n"))) {
		/* "# CONFIG_X is not set" is a comment like any other. */
		if (!has_prefix(line, "CONFIG_"))
			continue;
		line = text_trim(line);
		if (!strchr(line, '='))
			continue;
		if (vec_push(&k->lines, line + strlen("CONFIG_")))
			return -ENOMEM;
	}
	return 0;
}

/* The file at @path, or @text. */
static int open_from(struct kconfig **out, const char *path, const char *text)
{
	struct kconfig *k = calloc(1, sizeof(*k));
	int err;

	if (!k)
		return -ENOMEM;
	if (text)
		buf_puts(&k->text, text);
	err = path ? read_text(path, &k->text) : k->text.failed ? -ENOMEM : 0;
	if (!err)
		err = parse(k);
	if (err) {
		kconfig_free(k);
		return err;
	}
	*out = k;
	return 0;
}

int kconfig_open_path(struct kconfig **out, const char *path)
{
	return open_from(out, path, NULL);
}

int kconfig_open_text(struct kconfig **out, const char *text)
{
	return open_from(out, NULL, text);
}

int kconfig_open(struct kconfig **out)
{
	_free_ char *path = NULL;
	struct utsname u;
	int err = kconfig_open_path(out, "/proc/config.gz");

	/* It needs CONFIG_IKCONFIG_PROC, which distributions leave out. */
	if (err != -ENOENT)
		return err;
	if (uname(&u))
		return -errno;
	path = text_format("/boot/config-%s", u.release);
	return path ? kconfig_open_path(out, path) : -ENOMEM;
}

void kconfig_free(struct kconfig *k)
{
	if (!k)
		return;
	vec_free(&k->lines);
	buf_free(&k->text);
	free(k);
}

const char *kconfig_get(const struct kconfig *k, const char *name)
{
	size_t n;

	if (has_prefix(name, "CONFIG_"))
		name += strlen("CONFIG_");
	n = strlen(name);
	for (size_t i = 0; i < k->lines.n; i++) {
		const char *line = k->lines.v[i];

		if (!strncmp(line, name, n) && line[n] == '=')
			return line + n + 1;
	}
	return NULL;
}
