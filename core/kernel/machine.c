// SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
/*
 * machine.c - facts about the running system, from sysfs, procfs, uname and capget.
 *
 * Knows where Linux and its distributions write these facts down. Keeps nothing, reports nothing,
 * and draws no conclusions: which kernel can do what is found out by probe.c, not from a version.
 */
#include <fcntl.h>
#include <limits.h>
#include <linux/capability.h>
#include <stdio.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/utsname.h>
#include <sys/vfs.h>

#include "base/file.h"
#include "base/text.h"
#include "base/vec.h"
#include "kernel/machine.h"

#define BPFFS_MAGIC 0xcafe4a11u /* BPF_FS_MAGIC in <linux/magic.h>, which old headers lack */
#define PROC_MAX    (16u << 20) /* no /proc file read here is anywhere near */

/* --- processors ------------------------------------------------------------------------------- */

typedef VEC(int) int_list;

/* "0-3,5,8-11\n": the kernel's "cpulist", as all files in /sys/devices/system/cpu have it. */
int machine_parse_cpus(const char *text, int **cpus, size_t *n)
{
	int_list list = { 0 };
	const char *s = text;

	while (*s && *s != '\n') {
		char *end;
		unsigned long from, to;

		if (*s < '0' || *s > '9')
			goto invalid;
		from = to = strtoul(s, &end, 10);
		if (*end == '-') {
			if (end[1] < '0' || end[1] > '9')
				goto invalid;
			to = strtoul(end + 1, &end, 10);
		}
		/* CONFIG_NR_CPUS has never been near a million. */
		if (to < from || to >= 1u << 20)
			goto invalid;
		for (unsigned long i = from; i <= to; i++) {
			if (vec_push(&list, (int)i)) {
				vec_free(&list);
				return -ENOMEM;
			}
		}
		if (*end == ',' && end[1] != '\0' && end[1] != '\n')
			end++;
		else if (*end && *end != '\n')
			goto invalid;
		s = end;
	}
	*cpus = list.v;
	*n = list.n;
	return 0;
invalid:
	vec_free(&list);
	return -EINVAL;
}

static int read_cpus(const char *path, int **cpus, size_t *n)
{
	_free_ char *text = NULL;
	int err = file_read(path, PROC_MAX, &text, NULL);

	return err ? err : machine_parse_cpus(text, cpus, n);
}

int machine_possible_cpus(void)
{
	_free_ int *cpus = NULL;
	size_t n;
	int err = read_cpus("/sys/devices/system/cpu/possible", &cpus, &n);

	if (err)
		return err;
	return n ? (int)n : -EINVAL;
}

int machine_online_cpus(int **cpus, size_t *n)
{
	return read_cpus("/sys/devices/system/cpu/online", cpus, n);
}

/* --- version ---------------------------------------------------------------------------------- */

/* The first "A.B[.C]" in @s as LINUX_VERSION_CODE, or 0. */
uint32_t machine_parse_version(const char *s)
{
	unsigned int a, b, c = 0;

	while (*s && (*s < '0' || *s > '9'))
		s++;
	if (sscanf(s, "%u.%u.%u", &a, &b, &c) < 2 || a > 0xffff || b > 0xff)
		return 0;
	/* As KERNEL_VERSION() does since 4.4.256 was released. */
	return a << 16 | b << 8 | MIN(c, 255u);
}

uint32_t machine_kernel_version(void)
{
	_free_ char *ubuntu = NULL;
	struct utsname u;
	uint32_t version = 0;
	const char *s;

	/* "Ubuntu 5.15.0-91.101-generic 5.15.131": uname has an ABI number for a patch level. */
	if (!file_read("/proc/version_signature", 4096, &ubuntu, NULL)) {
		s = strrchr(text_trim(ubuntu), ' ');
		version = s ? machine_parse_version(s) : 0;
	}
	if (version || uname(&u))
		return version;
	/* "#1 SMP PREEMPT_DYNAMIC Debian 6.1.176-1 (2026-01-02)": the same. */
	s = strstr(u.version, "Debian ");
	if (s)
		version = machine_parse_version(s + strlen("Debian "));
	return version ? version : machine_parse_version(u.release);
}

int machine_release(char *text, size_t size)
{
	struct utsname u;

	if (uname(&u))
		return -errno;
	if (strlen(u.release) >= size)
		return -ENAMETOOLONG;
	memcpy(text, u.release, strlen(u.release) + 1);
	return 0;
}

char *machine_vmlinux_path(size_t i)
{
	/* The release stands between the two, and once more at the end. */
	static const struct {
		const char *before, *after;
		bool again;
	} places[] = {
		{ "/boot/vmlinux-", "", false },
		{ "/lib/modules/", "/vmlinux-", true },
		{ "/lib/modules/", "/build/vmlinux", false },
		{ "/usr/lib/modules/", "/kernel/vmlinux", false },
		{ "/usr/lib/debug/boot/vmlinux-", "", false },
		{ "/usr/lib/debug/boot/vmlinux-", ".debug", false },
		{ "/usr/lib/debug/lib/modules/", "/vmlinux", false },
	};
	char release[NAME_MAX];

	if (i >= ARRAY_SIZE(places) || machine_release(release, sizeof(release)))
		return NULL;
	return text_format("%s%s%s%s", places[i].before, release, places[i].after,
			   places[i].again ? release : "");
}

/* --- mounts ----------------------------------------------------------------------------------- */

/* mountinfo writes space, tab, newline and backslash as three octal digits. */
static void unescape(char *s)
{
	char *to = s;

	for (; *s; s++) {
		if (s[0] == '\\' && s[1] >= '0' && s[1] <= '3' && s[2] >= '0' && s[2] <= '7' &&
		    s[3] >= '0' && s[3] <= '7') {
			*to++ = (char)((s[1] - '0') << 6 | (s[2] - '0') << 3 | (s[3] - '0'));
			s += 3;
		} else {
			*to++ = *s;
		}
	}
	*to = '\0';
}

/* Cuts the next word off. */
static char *word(char **rest)
{
	char *w;

	do {
		w = strsep(rest, " ");
	} while (w && !*w);
	return w;
}

/*
 * The best mount of @fstype in the text of /proc/self/mountinfo (destroyed). A whole tree is better
 * than a bind mount of a part, @usual is better than elsewhere, the first better than the rest.
 */
char *machine_parse_mounts(char *text, const char *fstype, const char *usual)
{
	_free_ char *best = NULL;
	int best_score = -1;
	char *line;

	while ((line = strsep(&text, "\n"))) {
		char *rest = line, *root, *point, *type, *w;
		int score;

		/* id parent major:minor root point options [optional...] - type source options */
		if (!word(&rest) || !word(&rest) || !word(&rest))
			continue;
		root = word(&rest);
		point = word(&rest);
		if (!root || !point)
			continue;
		do {
			w = word(&rest);
		} while (w && !streq(w, "-"));
		type = w ? word(&rest) : NULL;
		if (!type || !streq(type, fstype))
			continue;
		unescape(point);
		score = 2 * streq(root, "/") + (usual && streq(point, usual));
		if (score <= best_score)
			continue;
		free(best);
		best = text_dup(point);
		if (!best)
			return NULL;
		best_score = score;
	}
	return take_ptr(best);
}

static int find_mount(const char *fstype, const char *usual, char **path)
{
	_free_ char *text = NULL;
	int err = file_read("/proc/self/mountinfo", PROC_MAX, &text, NULL);

	if (err)
		return err;
	*path = machine_parse_mounts(text, fstype, usual);
	return *path ? 0 : -ENOENT;
}

int machine_mount_point(const char *fstype, char **path)
{
	_free_ char *debugfs = NULL;
	int err;

	if (streq(fstype, "bpf"))
		return find_mount(fstype, "/sys/fs/bpf", path);
	if (!streq(fstype, "tracefs"))
		return find_mount(fstype, NULL, path);
	err = find_mount(fstype, "/sys/kernel/tracing", path);
	if (err != -ENOENT)
		return err;
	/* debugfs mounts tracefs in itself when somebody looks there. */
	err = find_mount("debugfs", NULL, &debugfs);
	if (err)
		return err;
	*path = path_join(debugfs, "tracing");
	if (!*path)
		return -ENOMEM;
	if (!access(*path, F_OK))
		return 0;
	err = -errno;
	free(*path);
	*path = NULL;
	return err;
}

bool machine_is_bpffs(const char *path)
{
	_free_ char *at = text_dup(path);
	struct statfs fs;

	/* What is not there yet will lie where its nearest existing directory lies. */
	while (at && statfs(at, &fs)) {
		char *dir;

		if (errno != ENOENT || streq(at, "/") || streq(at, "."))
			return false;
		dir = path_dir(at);
		free(at);
		at = dir;
	}
	return at && (uint32_t)fs.f_type == BPFFS_MAGIC;
}

/* --- privilege -------------------------------------------------------------------------------- */

/* In the order of <linux/capability.h>: the number is the index. */
static const char *const cap_names[] = {
	"CAP_CHOWN",
	"CAP_DAC_OVERRIDE",
	"CAP_DAC_READ_SEARCH",
	"CAP_FOWNER",
	"CAP_FSETID",
	"CAP_KILL",
	"CAP_SETGID",
	"CAP_SETUID",
	"CAP_SETPCAP",
	"CAP_LINUX_IMMUTABLE",
	"CAP_NET_BIND_SERVICE",
	"CAP_NET_BROADCAST",
	"CAP_NET_ADMIN",
	"CAP_NET_RAW",
	"CAP_IPC_LOCK",
	"CAP_IPC_OWNER",
	"CAP_SYS_MODULE",
	"CAP_SYS_RAWIO",
	"CAP_SYS_CHROOT",
	"CAP_SYS_PTRACE",
	"CAP_SYS_PACCT",
	"CAP_SYS_ADMIN",
	"CAP_SYS_BOOT",
	"CAP_SYS_NICE",
	"CAP_SYS_RESOURCE",
	"CAP_SYS_TIME",
	"CAP_SYS_TTY_CONFIG",
	"CAP_MKNOD",
	"CAP_LEASE",
	"CAP_AUDIT_WRITE",
	"CAP_AUDIT_CONTROL",
	"CAP_SETFCAP",
	"CAP_MAC_OVERRIDE",
	"CAP_MAC_ADMIN",
	"CAP_SYSLOG",
	"CAP_WAKE_ALARM",
	"CAP_BLOCK_SUSPEND",
	"CAP_AUDIT_READ",
	"CAP_PERFMON",
	"CAP_BPF",
	"CAP_CHECKPOINT_RESTORE",
};
_Static_assert(ARRAY_SIZE(cap_names) == 41, "CAP_CHECKPOINT_RESTORE is number 40");

bool machine_in_first_user_namespace(void)
{
	_free_ char *map = NULL;
	unsigned int inside, outside, count;

	/* all numbers, each for itself */
	return file_read("/proc/self/uid_map", PROC_MAX, &map, NULL) ||
	       sscanf(map, "%u %u %u", &inside, &outside, &count) != 3 ||
	       (!inside && !outside && count == UINT32_MAX);
}

char *machine_missing_caps(uint64_t mask)
{
	struct __user_cap_header_struct header = { .version = _LINUX_CAPABILITY_VERSION_3 };
	struct __user_cap_data_struct data[_LINUX_CAPABILITY_U32S_3] = { { 0 } };
	struct buf names = { 0 };
	uint64_t held = 0;

	if (!syscall(SYS_capget, &header, data))
		held = data[0].effective | (uint64_t)data[1].effective << 32;
	/* bpf_capable() and perfmon_capable() take the old almighty one for the new small ones. */
	if (held & CAP_BIT(CAP_SYS_ADMIN))
		held |= CAP_BIT(CAP_PERFMON) | CAP_BIT(CAP_BPF);
	mask &= ~held;
	buf_puts(&names, "");
	for (unsigned int i = 0; i < 64; i++) {
		if (!(mask & CAP_BIT(i)))
			continue;
		if (names.len)
			buf_puts(&names, ", ");
		if (i < ARRAY_SIZE(cap_names))
			buf_puts(&names, cap_names[i]);
		else
			buf_printf(&names, "capability %u", i);
	}
	return buf_take(&names);
}

int machine_raise_memlock(void)
{
	struct rlimit now, most = { RLIM_INFINITY, RLIM_INFINITY };

	if (!setrlimit(RLIMIT_MEMLOCK, &most))
		return 0;
	if (getrlimit(RLIMIT_MEMLOCK, &now))
		return -errno;
	if (now.rlim_cur == now.rlim_max)
		return now.rlim_max == RLIM_INFINITY ? 0 : -EPERM;
	/* Without CAP_SYS_RESOURCE: as far as it goes. */
	now.rlim_cur = now.rlim_max;
	return setrlimit(RLIMIT_MEMLOCK, &now) ? -errno : 0;
}

void pin_put_name(struct buf *b, const char *name)
{
	for (const char *at = name; *at; at++) {
		if (*at == '.' || *at == '/' || *at == '%' || (*at == PIN_TEMPORARY && at == name))
			buf_printf(b, "%%%02x", (unsigned char)*at);
		else
			buf_putc(b, *at);
	}
}
