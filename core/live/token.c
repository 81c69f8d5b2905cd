/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * token.c - the BPF token: what lets a process in a user namespace load (Linux 6.9).
 *
 * Knows where a token comes from: a BPF file system of the namespace, whose mounter outside has
 * delegated commands to it. What may be done with it only the kernel knows.
 */
#include <fcntl.h>

#include "kernel/bpf.h"
#include "kernel/machine.h"
#include "live/context.h"

#define USUAL_PATH "/sys/fs/bpf"

static int explain(struct cleat *c, const char *path, int err)
{
	struct report *r = c->report;

	report_sys(r, err, "cannot make a BPF token from %s", path);
	if (err == -EINVAL && !machine_is_bpffs(path))
		report_hint(r, "it has to be the root of a BPF file system");
	else if (err == -EINVAL)
		report_hint(r, "this kernel has no BPF tokens, which came with Linux 6.9, or the "
			       "directory is not the file system's root");
	else if (err == -EOPNOTSUPP)
		report_hint(r, "tokens are for user namespaces: here nobody needs one");
	else if (err == -EPERM)
		report_hint(r, "the file system has to be of this user namespace, and CAP_BPF "
			       "is needed in it");
	else if (err == -ENOENT && machine_is_bpffs(path))
		report_hint(r, "nothing is delegated to it: see TOKENS in cleat(8)");
	return err;
}

static int make_token(const char *path)
{
	_close_ int dir = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	return dir < 0 ? -errno : sys_token_create(dir);
}

/*
 * The path that somebody gave, or where the file system is by custom. In the first user namespace
 * there are no tokens, and nobody looks for one unless told to. Who asked for a token must get it;
 * who did not finds out when something is refused.
 */
int context_make_token(struct cleat *c)
{
	const char *path = c->token_path ? c->token_path : USUAL_PATH;
	int fd;

	if (c->token_fd >= 0 || c->token_tried)
		return 0;
	if (!*path || (!c->token_path && machine_in_first_user_namespace())) {
		c->token_tried = true;
		return 0;
	}
	fd = make_token(path);
	if (fd < 0 && c->token_path)
		return explain(c, path, fd);
	c->token_tried = true;
	c->token_fd = fd < 0 ? -1 : fd;
	return 0;
}

bool hint_user_namespace(struct cleat *c)
{
	if (machine_in_first_user_namespace())
		return false;
	if (c->token_fd >= 0)
		report_hint(c->report, "the BPF token of this user namespace may not allow it: see "
				       "TOKENS in cleat(8)");
	else
		report_hint(c->report, "the capabilities are those of a user namespace, which do "
				       "not count for BPF: load outside of it, or with a BPF token "
				       "(TOKENS in cleat(8))");
	return true;
}
