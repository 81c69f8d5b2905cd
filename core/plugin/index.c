// SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
/*
 * index.c - all descriptors of a directory in one file beside it, DIR.index, so that a load opens
 * one file and not eighty. Knows when it may still be believed; refuses to know what a descriptor
 * means.
 *
 * It is a copy and never an authority: each file is looked at with one fstatat(), and the index counts
 * only while inode, size, mode, owner and both times of every one, and the names in the directory, are
 * those of the day it was made. The time of the last change cannot be set by anybody. Where something
 * differs, or nothing can be made of the index, the descriptors are read as if there were none.
 */
#include <fcntl.h>
#include <time.h>

#include "base/file.h"
#include "base/text.h"
#include "plugin/inner.h"

#define INDEX_SUFFIX ".index"
#define INDEX_MOST   ((size_t)16 << 20)

/* The number changes with the layout, and with what descriptor_claims() keeps. */
static const char magic[16] = "cleat index 1\n";

/* What tells one state of a file from another. */
struct stamp {
	uint64_t inode, size;
	int64_t changed, modified; /* nanoseconds */
	uint32_t mode, uid, gid, reserved;
};

/* Offsets are from the beginning of the file; texts end with a NUL that is not counted. */
struct index_entry {
	struct stamp stamp;
	uint32_t name, claims, text, text_size; /* no text: it is looked at as if not listed */
};

struct index_head {
	char magic[16];
	uint32_t size, n;
	struct stamp dir;
	struct index_entry entries[];
};

static struct stamp stamp_of(const struct stat *st)
{
	return (struct stamp){
		.inode = st->st_ino,
		.size = (uint64_t)st->st_size,
		.changed = st->st_ctim.tv_sec * 1000000000ll + st->st_ctim.tv_nsec,
		.modified = st->st_mtim.tv_sec * 1000000000ll + st->st_mtim.tv_nsec,
		.mode = st->st_mode,
		.uid = st->st_uid,
		.gid = st->st_gid,
	};
}

static bool same_stamp(const struct stamp *a, const struct stamp *b)
{
	return memcmp(a, b, sizeof(*a)) == 0;
}

static char *index_path(const char *dir)
{
	return text_format("%s" INDEX_SUFFIX, dir);
}

/* ---- may it be believed ---------------------------------------------------------------------- */

/* The text at an offset, or NULL when it does not lie in the file with its end. */
static const char *text_at(const struct index_head *h, uint32_t at)
{
	const char *whole = (const char *)h;

	return at < h->size && memchr(whole + at, '\0', h->size - at) ? whole + at : NULL;
}

static bool entry_is_sound(const struct index_head *h, const struct index_entry *e)
{
	const char *name = text_at(h, e->name);

	if (!name || !*name || strchr(name, '/'))
		return false;
	if (!e->text)
		return true;
	return text_at(h, e->claims) && e->text < h->size && e->text_size < h->size - e->text &&
	       ((const char *)h)[e->text + e->text_size] == '\0';
}

bool index_is_sound(const void *data, size_t size)
{
	const struct index_head *h = data;

	if (size < sizeof(*h) || memcmp(h->magic, magic, sizeof(magic)) != 0 || h->size != size ||
	    h->n > (size - sizeof(*h)) / sizeof(h->entries[0]))
		return false;
	for (uint32_t i = 0; i < h->n; i++)
		if (!entry_is_sound(h, &h->entries[i]))
			return false;
	return true;
}

/* The names in the directory are those of the index, whatever else came or went. */
static bool same_names(const struct index_head *h, const char *dir)
{
	char **names = NULL;
	size_t n = 0, i = 0;
	bool same;

	if (path_list(dir, DESCRIPTOR_SUFFIX, &names, &n))
		return false;
	same = n == h->n;
	while (same && i < n) {
		same = streq(names[i], text_at(h, h->entries[i].name));
		i++;
	}
	path_list_free(names, n);
	return same;
}

static bool is_fresh(const struct index_head *h, const char *dir)
{
	_close_ int fd = open(dir, O_PATH | O_DIRECTORY | O_CLOEXEC);
	struct stamp now;
	struct stat st;

	if (fd < 0 || fstat(fd, &st))
		return false;
	now = stamp_of(&st);
	if (!same_stamp(&now, &h->dir) && !same_names(h, dir))
		return false;
	for (uint32_t i = 0; i < h->n; i++) {
		const struct index_entry *e = &h->entries[i];

		if (fstatat(fd, text_at(h, e->name), &st, AT_SYMLINK_NOFOLLOW))
			return false;
		now = stamp_of(&st);
		/* what may speak for root may not for another: its files need not be his */
		if (!same_stamp(&now, &e->stamp) || (e->text && trust_file(dir, &st, NULL)))
			return false;
	}
	return true;
}

/* ---- reading it ------------------------------------------------------------------------------ */

static int take_entry(struct registry *reg, struct strmap *seen, const char *dir,
		      const struct index_head *h, const struct index_entry *e)
{
	const char *name = text_at(h, e->name);
	struct unread u = { 0 };

	if (!e->text)
		return read_descriptor(reg, seen, dir, name);
	if (strmap_has(seen, name))
		return 0;
	u.path = path_join(dir, name);
	u.text = (char *)h + e->text;
	u.size = e->text_size;
	u.claims = text_at(h, e->claims);
	if (u.path && !strmap_set(seen, name, NULL) && !vec_push(&reg->unread, u))
		return 0;
	free(u.path);
	return -ENOMEM;
}

/* The index of @dir, or NULL: there is none that could be used. */
static struct index_head *load(struct registry *reg, const char *dir)
{
	_free_ char *path = index_path(dir);
	_free_ char *text = NULL;
	struct stat st;
	size_t size;

	if (!path || lstat(path, &st) || !S_ISREG(st.st_mode) ||
	    trust_file(path, &st, reg->problems) || file_read(path, INDEX_MOST, &text, &size))
		return NULL;
	if (!index_is_sound(text, size))
		return NULL;
	return (struct index_head *)take_ptr(text);
}

int index_read(struct registry *reg, struct strmap *seen, const char *dir, const char *real)
{
	struct index_head *h = load(reg, real);
	int err = 0;

	if (!h)
		return 0;
	if (!is_fresh(h, real)) {
		free(h);
		return 0;
	}
	/* its texts are in use from here on */
	if (vec_push(&reg->indexes, h)) {
		free(h);
		return -ENOMEM;
	}
	for (uint32_t i = 0; i < h->n && !err; i++)
		err = take_entry(reg, seen, dir, h, &h->entries[i]);
	return err ? err : 1;
}

/* ---- making it ------------------------------------------------------------------------------- */

struct making {
	struct buf image;
	struct report *r;
	int64_t newest; /* change of anything that is in it */
};

/* Behind what is there already. */
static uint32_t append(struct making *m, const char *text, size_t size)
{
	uint32_t at = (uint32_t)m->image.len;

	buf_put(&m->image, text, size);
	buf_putc(&m->image, '\0');
	return at;
}

static struct index_entry *entry_at(struct making *m, size_t i)
{
	return &((struct index_head *)m->image.data)->entries[i];
}

static int put_entry(struct making *m, const char *dir, const char *name, size_t i)
{
	_free_ char *path = path_join(dir, name);
	_buf_free_ struct buf claims = { 0 };
	_free_ char *text = NULL;
	struct index_entry e = { 0 };
	struct stat st;
	size_t size;

	if (!path)
		return report_oom(m->r);
	if (lstat(path, &st))
		return report_sys(m->r, -errno, "cannot look at %s", path);
	e.stamp = stamp_of(&st);
	m->newest = MAX(m->newest, e.stamp.changed);
	e.name = append(m, name, strlen(name));
	/* links, masks, and what is not to be trusted: looked at each time */
	if (S_ISREG(st.st_mode) && st.st_size && !trust_file(path, &st, NULL) &&
	    !file_read(path, DESCRIPTOR_MOST, &text, &size) && !memchr(text, '\0', size)) {
		descriptor_claims(text, size, &claims);
		buf_putc(&claims, '\0');
		if (claims.failed)
			return report_oom(m->r);
		e.claims = append(m, claims.data, claims.len - 1);
		e.text = append(m, text, size);
		e.text_size = (uint32_t)size;
	}
	if (!m->image.failed)
		*entry_at(m, i) = e;
	return 0;
}

static int put_entries(struct making *m, const char *dir)
{
	char **names = NULL;
	size_t n = 0, i;
	int err = path_list(dir, DESCRIPTOR_SUFFIX, &names, &n);

	if (err)
		report_sys(m->r, err, "plugin directory %s", dir);
	for (i = 0; i < n && !err; i++)
		buf_put(&m->image, &(struct index_entry){ 0 }, sizeof(struct index_entry));
	for (i = 0; i < n && !err; i++)
		err = put_entry(m, dir, names[i], i);
	path_list_free(names, n);
	if (!m->image.failed)
		((struct index_head *)m->image.data)->n = (uint32_t)n;
	return err;
}

/* A whole index of the directory as it is now. */
static int build(struct making *m, const char *dir)
{
	struct index_head head = { 0 };
	struct stat st;
	int err;

	memcpy(head.magic, magic, sizeof(magic));
	if (stat(dir, &st))
		return report_sys(m->r, -errno, "cannot look at %s", dir);
	head.dir = stamp_of(&st);
	m->newest = head.dir.changed;
	buf_put(&m->image, &head, sizeof(head));
	err = put_entries(m, dir);
	if (err)
		return err;
	if (m->image.failed)
		return report_oom(m->r);
	if (m->image.len > INDEX_MOST)
		return report_error(m->r, EFBIG, "the descriptors in %s are too many for an index",
				    dir);
	((struct index_head *)m->image.data)->size = (uint32_t)m->image.len;
	return 0;
}

/*
 * A change within the same tick of the file system's clock as the one before it has the same time. So
 * the clock must have moved on since the last change when the files are looked at: 20 ms are
 * more than any kernel's tick, and where there are whole seconds only, it takes two.
 */
static bool settled(const struct making *m)
{
	const int64_t ms = 1000000, tick = m->newest % (1000 * ms) ? 20 * ms : 2000 * ms;
	struct timespec now, nap = { tick / (1000 * ms), tick % (1000 * ms) };

	clock_gettime(CLOCK_REALTIME, &now);
	if (now.tv_sec * 1000 * ms + now.tv_nsec - m->newest > tick)
		return true;
	nanosleep(&nap, NULL);
	return false;
}

/*
 * Built twice: each file is read after it was looked at, so only what is twice the same, with the clock moved
 * on in between, belongs together.
 */
static int build_settled(struct making *m, const char *dir)
{
	for (int tries = 0; tries < 20; tries++) {
		size_t size = m->image.len;
		_free_ char *last = size ? buf_take(&m->image) : NULL;
		int err = build(m, dir);

		if (err)
			return err;
		if (settled(m) && last && size == m->image.len &&
		    memcmp(last, m->image.data, size) == 0)
			return 0;
	}
	return report_error(m->r, EBUSY, "%s changes all the time", dir);
}

int index_write(const char *dir, struct report *r)
{
	struct making m = { .r = r };
	_free_ char *real = NULL;
	_free_ char *path = NULL;
	int err = trust_resolve(dir, &real, r);

	if (err)
		return err;
	path = index_path(real);
	if (!path)
		return report_oom(r);
	err = build_settled(&m, real);
	if (!err) {
		err = file_write(path, m.image.data, m.image.len);
		/* whatever the umask is: for all to read, and for nobody else to write */
		if (!err && chmod(path, 0644))
			err = -errno;
		if (err)
			report_sys(r, err, "cannot write %s", path);
	}
	buf_free(&m.image);
	return err;
}
