// SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
/*
 * delegate.c - run a command in a user namespace of its own, with a BPF file system at DIR that may
 * do there what it is told: delegate DIR CMDS MAPS PROGS ATTACHS COMMAND...
 *
 * The four are masks for the file system's options delegate_cmds and so on ("any", "0x20", "-" for
 * none). The command is root in namespaces of users, mounts and networks, its parent is outside of
 * them, and only the parent may delegate. Exit status: the command's; 77 and a reason on
 * standard error when this kernel or this machine cannot do it; 1 with what is wrong.
 */
#include <errno.h>
#include <fcntl.h>
#include <linux/mount.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#define CANNOT 77

static void fail(const char *what)
{
	int err = errno;

	fprintf(stderr, "%s: %s\n", what, strerror(err));
	exit(err == ENOSYS || err == EPERM || err == EINVAL || err == ENODEV ? CANNOT : 1);
}

static void write_text(pid_t pid, const char *file, const char *text)
{
	char path[64];
	int fd;

	snprintf(path, sizeof(path), "/proc/%d/%s", (int)pid, file);
	fd = open(path, O_WRONLY | O_CLOEXEC);
	if (fd < 0 || write(fd, text, strlen(text)) < 0)
		fail(path);
	close(fd);
}

static void send_fd(int sock, int fd)
{
	char byte = 0, control[CMSG_SPACE(sizeof(int))] = { 0 };
	struct iovec iov = { .iov_base = &byte, .iov_len = 1 };
	struct msghdr msg = {
		.msg_iov = &iov,
		.msg_iovlen = 1,
		.msg_control = control,
		.msg_controllen = sizeof(control),
	};
	struct cmsghdr *c = CMSG_FIRSTHDR(&msg);

	c->cmsg_level = SOL_SOCKET;
	c->cmsg_type = SCM_RIGHTS;
	c->cmsg_len = CMSG_LEN(sizeof(int));
	memcpy(CMSG_DATA(c), &fd, sizeof(fd));
	if (sendmsg(sock, &msg, 0) != 1)
		fail("sendmsg");
}

static int receive_fd(int sock)
{
	char byte, control[CMSG_SPACE(sizeof(int))] = { 0 };
	struct iovec iov = { .iov_base = &byte, .iov_len = 1 };
	struct msghdr msg = {
		.msg_iov = &iov,
		.msg_iovlen = 1,
		.msg_control = control,
		.msg_controllen = sizeof(control),
	};
	struct cmsghdr *c;
	int fd;

	if (recvmsg(sock, &msg, 0) != 1)
		return -1;
	c = CMSG_FIRSTHDR(&msg);
	if (!c || c->cmsg_type != SCM_RIGHTS)
		return -1;
	memcpy(&fd, CMSG_DATA(c), sizeof(fd));
	return fd;
}

static void wait_for_parent(int sock)
{
	char byte;

	if (read(sock, &byte, 1) != 1)
		exit(CANNOT); /* it has said why */
}

/* In the namespaces: the file system is this namespace's because it is opened here. */
static void child(int sock, const char *dir, char **command)
{
	int fs, mount_fd;

	if (unshare(CLONE_NEWUSER | CLONE_NEWNS | CLONE_NEWNET))
		fail("unshare");
	if (write(sock, "", 1) != 1)
		exit(1);
	wait_for_parent(sock);
	if (setgid(0) || setuid(0))
		fail("setuid");
	if (mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL))
		fail("mount");
	fs = (int)syscall(SYS_fsopen, "bpf", 0);
	if (fs < 0)
		fail("fsopen");
	send_fd(sock, fs);
	wait_for_parent(sock);
	mount_fd = (int)syscall(SYS_fsmount, fs, 0, 0);
	if (mount_fd < 0)
		fail("fsmount");
	if (syscall(SYS_move_mount, mount_fd, "", AT_FDCWD, dir, MOVE_MOUNT_F_EMPTY_PATH))
		fail("move_mount");
	close(mount_fd);
	close(fs);
	close(sock);
	execvp(command[0], command);
	fail(command[0]);
}

int main(int argc, char **argv)
{
	static const char *const options[] = { "delegate_cmds", "delegate_maps", "delegate_progs",
					       "delegate_attachs" };
	int pair[2], fs, status;
	char byte;
	pid_t pid;

	if (argc < 7) {
		fprintf(stderr, "usage: delegate DIR CMDS MAPS PROGS ATTACHS COMMAND...\n");
		return 2;
	}
	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair))
		fail("socketpair");
	pid = fork();
	if (pid < 0)
		fail("fork");
	if (!pid) {
		close(pair[0]);
		child(pair[1], argv[1], argv + 6);
	}
	close(pair[1]);
	if (read(pair[0], &byte, 1) == 1) {
		write_text(pid, "setgroups", "deny");
		write_text(pid, "uid_map", "0 0 1");
		write_text(pid, "gid_map", "0 0 1");
		if (write(pair[0], "", 1) != 1)
			fail("write");
		fs = receive_fd(pair[0]);
		for (int i = 0; fs >= 0 && i < 4; i++)
			if (strcmp(argv[i + 2], "-") != 0 &&
			    syscall(SYS_fsconfig, fs, FSCONFIG_SET_STRING, options[i], argv[i + 2],
				    0))
				fail(options[i]);
		if (fs >= 0 && syscall(SYS_fsconfig, fs, FSCONFIG_CMD_CREATE, NULL, NULL, 0))
			fail("fsconfig");
		if (fs >= 0 && write(pair[0], "", 1) != 1)
			fail("write");
	}
	if (waitpid(pid, &status, 0) != pid)
		fail("waitpid");
	return WIFEXITED(status) ? WEXITSTATUS(status) : 1;
}
