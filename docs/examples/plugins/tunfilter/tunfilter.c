/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * tunfilter.c - a program type with a hook of its own: programs that say how much of each packet gets
 * through a tun or tap device, 0 for none of it. The kernel calls them socket filters; where they are
 * put, with an ioctl, only this plugin knows.
 *
 * To begin a plugin of your own: copy the folder, rename its files, and replace what is about tun.
 */
#define CLEAT_ABI 1
#include <cleat/plugin.h>

#include <errno.h>
#include <fcntl.h>
#include <linux/if_tun.h>
#include <net/if.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

/* SEC("tunfilter") takes its device from the unit, SEC("tunfilter/tap0") says it. */
static const struct cleat_section sections[] = {
	{ .pattern = "tunfilter+" },
};

static const struct cleat_key keys[] = {
	{ .name = "device",
	  .flags = CLEAT_KEY_REQUIRED,
	  .help = "tun or tap device; one that is not there is made, and goes with the program" },
	{ .name = "layer",
	  .type = CLEAT_TYPE_CHOICE,
	  .choices = "ethernet|ip",
	  .preset = "ethernet",
	  .help = "what the device carries: frames (tap) or packets (tun)" },
};

/* What must be known to take the program away again: plain data, no pointers. */
struct place {
	char device[IFNAMSIZ];
	bool ip;
};

/* The one queue of the device, or -errno. */
static int open_device(const struct place *place)
{
	struct ifreq request;
	int fd = open("/dev/net/tun", O_RDWR | O_CLOEXEC), err;

	if (fd < 0)
		return -errno;
	memset(&request, 0, sizeof(request));
	memcpy(request.ifr_name, place->device, IFNAMSIZ);
	request.ifr_flags = (short)(IFF_NO_PI | (place->ip ? IFF_TUN : IFF_TAP));
	if (ioctl(fd, TUNSETIFF, &request) == 0)
		return fd;
	err = -errno;
	close(fd);
	return err;
}

/* A device that was there before us keeps its filter until it is told. */
static int undo(struct cleat *c, const void *data)
{
	const struct place *place = data;
	int none = -1, fd, err = 0;

	if (!if_nametoindex(place->device))
		return 0; /* it was ours, and went with its descriptor */
	fd = open_device(place);
	if (fd < 0)
		return cleat_error_sys(c, fd, "cannot open device '%s' again", place->device);
	if (ioctl(fd, TUNSETFILTEREBPF, &none))
		err = cleat_error_sys(c, errno, "cannot take the filter from '%s'", place->device);
	close(fd);
	return err;
}

static int parse_target(struct cleat *c, struct cleat_params *p,
			const struct cleat_section *section, const char *text)
{
	(void)c;
	(void)section;
	return *text ? cleat_param_set(p, "device", text) : 0;
}

static int check(struct cleat_program *prog, const struct cleat_params *p)
{
	const char *device = cleat_param(p, "device");

	if (device && (!*device || strlen(device) >= IFNAMSIZ || strpbrk(device, "/ %")))
		return cleat_param_error(cleat_program_context(prog), p, "device", EINVAL,
					 "'%s' cannot be the name of a device", device);
	return 0;
}

static int attach(struct cleat_attach *a, const struct cleat_params *p)
{
	struct cleat *c = cleat_attach_context(a);
	int fd, err, program = cleat_attach_fd(a);
	struct place place;

	memset(&place, 0, sizeof(place));
	strncpy(place.device, cleat_param(p, "device"), IFNAMSIZ - 1);
	place.ip = strcmp(cleat_param(p, "layer"), "ip") == 0;
	fd = open_device(&place);
	if (fd < 0) {
		err = cleat_error_sys(c, fd, "cannot open device '%s'", place.device);
		if (fd == -EBUSY)
			cleat_hint(c, "another process has it: a device has one queue");
		return err;
	}
	if (ioctl(fd, TUNSETFILTEREBPF, &program)) {
		err = cleat_error_sys(c, errno, "device '%s' takes no filter", place.device);
		close(fd);
		return err;
	}
	/* from here on the host closes the descriptor, and then calls undo() */
	err = cleat_attach_hold(a, fd, "filter of %s", place.device);
	return err ? err : cleat_attach_after(a, undo, &place, sizeof(place));
}

static const struct cleat_program_plugin tunfilter = {
	.base = CLEAT_HEAD(struct cleat_program_plugin, CLEAT_KIND_PROGRAM, "tunfilter",
			   "how much of a packet gets through a tun or tap device"),
	CLEAT_TABLE(sections, sections),
	CLEAT_TABLE(keys, keys),
	.program_type = BPF_PROG_TYPE_SOCKET_FILTER,
	.ctx_type = "__sk_buff",
	.parse_target = parse_target,
	.check = check,
	.attach = attach,
};
CLEAT_PLUGIN(tunfilter)
