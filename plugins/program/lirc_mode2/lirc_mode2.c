/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * lirc_mode2.c - programs that decode what infrared receivers measure.
 *
 * Knows the one way in which they are attached, to an open device; there is no link for it.
 */
#define CLEAT_ABI 1
#include <cleat/plugin.h>

#include <errno.h>
#include <fcntl.h>
#include <glob.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "common/progref.h"
#include "common/targets.h"

#define MOST 64 /* programs at one device; the kernel's limit */

static const struct cleat_section sections[] = {
	{ .pattern = "lirc_mode2",
	  .attach_type = BPF_LIRC_MODE2,
	  .flags = CLEAT_SECTION_ATTACH_OPTIONAL },
};

static const struct cleat_key keys[] = {
	{ .name = "device",
	  .type = CLEAT_TYPE_PATH,
	  .flags = CLEAT_KEY_REQUIRED | CLEAT_KEY_REPEAT,
	  .help = "receiver: /dev/lirc0; * and ? match several" },
};

static int expand(struct cleat_program *prog, const struct cleat_params *p,
		  struct cleat_targets *out)
{
	struct cleat *c = cleat_program_context(prog);
	int err = 0;

	for (size_t i = 0; i < cleat_param_count(p, "device") && !err; i++) {
		const char *device = cleat_param_nth(p, "device", i);
		glob_t found = { 0 };

		if (glob(device, 0, NULL, &found) != 0)
			err = cleat_param_error(c, p, "device", ENOENT, "no device '%s'%s", device,
						strpbrk(device, "*?[") ? " or like it" : "");
		for (size_t k = 0; !err && k < found.gl_pathc; k++)
			err = targets_add(c, p, "device", found.gl_pathv[k], out);
		globfree(&found);
	}
	return err;
}

static int open_device(struct cleat *c, const struct cleat_params *p)
{
	const char *device = cleat_param(p, "device");
	int fd = open(device, O_RDONLY | O_NONBLOCK | O_CLOEXEC | O_NOCTTY);
	struct stat st;

	if (fd < 0)
		return cleat_param_error(c, p, "device", errno, "cannot open '%s': %s", device,
					 strerror(errno));
	if (fstat(fd, &st) == 0 && S_ISCHR(st.st_mode))
		return fd;
	close(fd);
	return cleat_param_error(c, p, "device", ENODEV, "'%s' is no device", device);
}

struct placed {
	int device_fd, prog_fd;
};

static int remove_placed(struct cleat *c, const void *data)
{
	const struct placed *placed = data;
	union bpf_attr attr = { 0 };
	int err;

	(void)c;
	attr.target_fd = (uint32_t)placed->device_fd;
	attr.attach_bpf_fd = (uint32_t)placed->prog_fd;
	attr.attach_type = BPF_LIRC_MODE2;
	err = cleat_sys_bpf(BPF_PROG_DETACH, &attr, sizeof(attr));
	close(placed->device_fd);
	close(placed->prog_fd);
	/* The receiver was unplugged, or somebody else has detached it. */
	return err == -ENODEV || err == -ENOENT ? 0 : err;
}

static void leave(const void *data)
{
	const struct placed *placed = data;

	close(placed->device_fd);
	close(placed->prog_fd);
}

/* Takes the descriptors. */
static int note_placed(struct cleat_attach *a, const struct cleat_params *p,
		       const struct placed *placed)
{
	int err = cleat_attach_undo(a, remove_placed, placed, sizeof(*placed), "lirc_mode2 on %s",
				    cleat_param(p, "device"));

	return err ? err : cleat_attach_stays(a, leave, "%s", "");
}

static int report(struct cleat *c, const struct cleat_params *p, int err)
{
	const char *device = cleat_param(p, "device");

	switch (err) {
	case -EINVAL:
		cleat_param_error(c, p, "device", err, "'%s' is no infrared receiver", device);
		cleat_hint(c, "senders, and receivers that decode by themselves, take no programs");
		return err;
	case -EEXIST:
		return cleat_param_error(c, p, "device", err,
					 "this very program is attached to '%s' already", device);
	case -E2BIG:
		return cleat_param_error(c, p, "device", err,
					 "'%s' has %d programs already: more cannot be", device,
					 MOST);
	default:
		return cleat_error_sys(c, err, "cannot attach to '%s'", device);
	}
}

static int attach(struct cleat_attach *a, const struct cleat_params *p)
{
	struct cleat *c = cleat_attach_context(a);
	struct placed placed = { .device_fd = open_device(c, p) };
	union bpf_attr attr = { 0 };
	int err;

	if (placed.device_fd < 0)
		return placed.device_fd;
	placed.prog_fd = fcntl(cleat_attach_fd(a), F_DUPFD_CLOEXEC, 3);
	if (placed.prog_fd < 0) {
		err = cleat_error_sys(c, errno, "cannot keep the program");
		close(placed.device_fd);
		return err;
	}
	attr.target_fd = (uint32_t)placed.device_fd;
	attr.attach_bpf_fd = (uint32_t)placed.prog_fd;
	attr.attach_type = BPF_LIRC_MODE2;
	err = cleat_sys_bpf(BPF_PROG_ATTACH, &attr, sizeof(attr));
	if (!err)
		return note_placed(a, p, &placed);
	close(placed.device_fd);
	close(placed.prog_fd);
	return report(c, p, err);
}

static int foresee(struct cleat_program *prog, const struct cleat_params *p, struct cleat_way *way)
{
	(void)prog;
	(void)p;
	way->name = "device without a link";
	way->lasts = CLEAT_LASTS_KERNEL;
	return 0;
}

/* The ids of the programs; returns how many, or -errno. */
static int read_attached(int fd, uint32_t programs[static MOST])
{
	union bpf_attr attr = { 0 };
	int err;

	attr.query.target_fd = (uint32_t)fd;
	attr.query.attach_type = BPF_LIRC_MODE2;
	attr.query.prog_ids = (uintptr_t)programs;
	attr.query.prog_cnt = MOST;
	err = cleat_sys_bpf(BPF_PROG_QUERY, &attr, sizeof(attr));
	return err ? err : (int)(attr.query.prog_cnt < MOST ? attr.query.prog_cnt : MOST);
}

static int find(struct cleat_attach *a, const struct cleat_params *p, const char *note)
{
	struct placed placed = { .device_fd = open_device(cleat_attach_context(a), p) };
	uint32_t programs[MOST], id = progref_id(cleat_attach_fd(a));
	int n, err = -ENOENT;

	(void)note;
	if (placed.device_fd < 0)
		return placed.device_fd;
	n = read_attached(placed.device_fd, programs);
	for (int i = 0; i < n && err; i++)
		err = programs[i] == id ? 0 : err;
	if (!err) {
		placed.prog_fd = fcntl(cleat_attach_fd(a), F_DUPFD_CLOEXEC, 3);
		err = placed.prog_fd < 0 ? -errno : 0;
	}
	if (!err)
		return note_placed(a, p, &placed);
	close(placed.device_fd);
	return err;
}

static int query(struct cleat *c, const struct cleat_params *p, struct cleat_facts *out)
{
	uint32_t programs[MOST];
	int fd = open_device(c, p), n;

	if (fd < 0)
		return fd;
	n = read_attached(fd, programs);
	close(fd);
	for (int i = 0; i < n; i++)
		cleat_facts_number(out, "program", programs[i]);
	return n < 0 ? report(c, p, n) : 0;
}

static const struct cleat_program_plugin lirc_mode2 = {
	.base = CLEAT_HEAD(struct cleat_program_plugin, CLEAT_KIND_PROGRAM, "lirc_mode2",
			   "decoders of infrared remote controls"),
	CLEAT_TABLE(sections, sections),
	CLEAT_TABLE(keys, keys),
	.program_type = BPF_PROG_TYPE_LIRC_MODE2,
	.ctx_type = "__u32",
	.expand = expand,
	.attach = attach,
	.query = query,
	.find = find,
	.foresee = foresee,
};
CLEAT_PLUGIN(lirc_mode2)
