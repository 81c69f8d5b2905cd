/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * logd.c - a log daemon for tests: logd SOCKET FILE. What comes is appended to the file as it is, with
 * a line "--" behind each entry. Of an entry that comes as a descriptor the file has "memfd SEALS" and
 * what is in it. Knows nothing of what entries look like.
 */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

static char buffer[1 << 20];

/* The descriptor that came with a datagram, or -1. */
static int descriptor(struct msghdr *m)
{
	struct cmsghdr *c = CMSG_FIRSTHDR(m);
	int fd = -1;

	if (c && c->cmsg_level == SOL_SOCKET && c->cmsg_type == SCM_RIGHTS)
		memcpy(&fd, CMSG_DATA(c), sizeof(fd));
	return fd;
}

static void take_file(int fd, FILE *out)
{
	off_t at = 0;
	ssize_t n;

	fprintf(out, "memfd %x\n", (unsigned int)fcntl(fd, F_GET_SEALS));
	while ((n = pread(fd, buffer, sizeof(buffer), at)) > 0) {
		fwrite(buffer, 1, (size_t)n, out);
		at += n;
	}
	close(fd);
}

int main(int argc, char **argv)
{
	struct sockaddr_un to = { .sun_family = AF_UNIX };
	int s = socket(AF_UNIX, SOCK_DGRAM, 0);
	FILE *out = argc == 3 ? fopen(argv[2], "a") : NULL;

	if (!out || s < 0 || strlen(argv[1]) >= sizeof(to.sun_path))
		return 2;
	memcpy(to.sun_path, argv[1], strlen(argv[1]));
	if (bind(s, (struct sockaddr *)&to, sizeof(to))) {
		perror("logd");
		return 1;
	}
	for (;;) {
		char control[256];
		struct iovec part = { buffer, sizeof(buffer) };
		struct msghdr m = { .msg_iov = &part, .msg_iovlen = 1, .msg_control = control,
				    .msg_controllen = sizeof(control) };
		ssize_t n = recvmsg(s, &m, 0);

		if (n < 0)
			return 1;
		fwrite(buffer, 1, (size_t)n, out);
		n = descriptor(&m);
		if (n >= 0)
			take_file((int)n, out);
		fputs("\n--\n", out);
		fflush(out);
	}
}
