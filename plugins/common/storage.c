/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * storage.c - values that live with something; see storage.h. The rules are those of the kernel's
 * kernel/bpf/bpf_local_storage.c.
 */
#include "common/storage.h"

#include <errno.h>
#include <limits.h>
#include <string.h>

#include "common/mapref.h"

int storage_check(struct cleat_map *m, const struct cleat_params *p,
		  const struct cleat_map_attr *attr)
{
	struct cleat *c = cleat_map_context(m);
	uint32_t others = attr->flags & ~(uint32_t)(BPF_F_NO_PREALLOC | BPF_F_CLONE);

	(void)p;
	if (attr->key_size != sizeof(int))
		return cleat_error(c, EINVAL, "keys of local storage have 4 bytes, not %u",
				   attr->key_size);
	if (!attr->value_size)
		return cleat_error(c, EINVAL, "the map has no value: its size is 0");
	if (!attr->typed) {
		cleat_error(c, EINVAL, "the kernel wants to know the types of key and value");
		cleat_hint(c, "write __type(key, int) and __type(value, ...), and compile with -g");
		return -EINVAL;
	}
	if (others)
		return cleat_error(c, EINVAL,
				   "local storage takes the flags 'no_prealloc' and 'clone', "
				   "not 0x%x",
				   others);
	return 0;
}

/* There is no room to be made: a value comes and goes with what it belongs to. */
int storage_prepare(struct cleat_map *m, const struct cleat_params *p, struct cleat_map_attr *attr)
{
	if (cleat_param_given(p, "max-entries"))
		return cleat_param_error(cleat_map_context(m), p, "max-entries", EINVAL,
					 "local storage has no limit of its own");
	attr->flags |= BPF_F_NO_PREALLOC;
	attr->max_entries = 0;
	return 0;
}

int storage_explain(struct cleat_map *m, int err, const char *noun)
{
	if (err == -EBADF || err == -ENOTSOCK)
		return cleat_error(cleat_map_context(m), EINVAL, "the key is no descriptor of %s",
				   noun);
	return err;
}

int storage_key_text(int which, const char *text, char *buf, size_t size)
{
	if (which != CLEAT_KEY || !mapref_word(text, buf, size) || !*buf)
		return -EAGAIN;
	return strspn(buf, "0123456789") == strlen(buf) ? -EAGAIN : 0;
}

int storage_key(struct cleat_map *m, int fd, void *data, size_t size)
{
	if (fd < 0)
		return fd;
	cleat_map_keep_fd(m, CLEAT_KEY, fd);
	memcpy(data, &fd, size < sizeof(fd) ? size : sizeof(fd));
	return 0;
}

int storage_format(struct cleat_map *m, int which, const void *data, size_t size,
		   unsigned int flags, struct cleat_text *out)
{
	const char *quote = flags & CLEAT_FORMAT_JSON ? "\"" : "";
	char text[PATH_MAX];
	int fd;

	(void)m;
	if (which != CLEAT_KEY || size != sizeof(fd))
		return -EAGAIN;
	memcpy(&fd, data, sizeof(fd));
	/* A path with a quote or a control character would not be read back, nor be JSON. */
	if (!mapref_fd_text(fd, text, sizeof(text)) || strpbrk(text, "\"\\\n\t"))
		return -EAGAIN;
	cleat_text_add(out, "%s%s%s", quote, text, quote);
	return 0;
}
