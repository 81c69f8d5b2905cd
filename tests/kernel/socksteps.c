/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * socksteps VERB ... - a process that does with sockets what tests of hooks want to see done, over
 * loopback and with itself alone. One line for each step: its name, and what came of it.
 *
 *   make 4|6 stream|dgram      a socket, its mark and priority
 *   bind 4|6 PORT              bind, and what address getsockname() says
 *   talk 4|6 ASKED REAL        listen at REAL, connect and send to ASKED; who the other side is
 *   talk unix ASKED REAL       the same with abstract names
 *   tos 4 PORT                 the IP_TOS of both sides of a connection
 *   getopt LEVEL NAME          an integer option of a TCP socket
 *   setopt LEVEL NAME VALUE    set it and read it again
 */
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <poll.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

union address {
	struct sockaddr any;
	struct sockaddr_in v4;
	struct sockaddr_in6 v6;
	struct sockaddr_un un;
};

static int family_of(const char *word)
{
	return strcmp(word, "4") == 0 ? AF_INET : strcmp(word, "6") == 0 ? AF_INET6 : AF_UNIX;
}

/* Loopback and a port, or an abstract name. */
static socklen_t address(union address *a, int family, const char *where)
{
	memset(a, 0, sizeof(*a));
	a->any.sa_family = (sa_family_t)family;
	if (family == AF_INET) {
		a->v4.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
		a->v4.sin_port = htons((uint16_t)atoi(where));
		return sizeof(a->v4);
	}
	if (family == AF_INET6) {
		a->v6.sin6_addr = in6addr_loopback;
		a->v6.sin6_port = htons((uint16_t)atoi(where));
		return sizeof(a->v6);
	}
	strncpy(a->un.sun_path + 1, where, sizeof(a->un.sun_path) - 2);
	return (socklen_t)(offsetof(struct sockaddr_un, sun_path) + 1 + strlen(where));
}

static void say(const char *step, const union address *a, socklen_t size)
{
	int name = (int)size - (int)offsetof(struct sockaddr_un, sun_path) - 1;

	if (a->any.sa_family == AF_INET)
		printf("%s %d\n", step, ntohs(a->v4.sin_port));
	else if (a->any.sa_family == AF_INET6)
		printf("%s %d\n", step, ntohs(a->v6.sin6_port));
	else
		printf("%s %.*s\n", step, name > 0 ? name : 0, a->un.sun_path + 1);
}

/* Says how a step went, and whether it went well. */
static int went(const char *step, int result)
{
	printf("%s %s\n", step, result < 0 ? strerror(errno) : "ok");
	return result >= 0;
}

static int make(int family, int type)
{
	int fd = socket(family, type | SOCK_CLOEXEC, 0), mark = 0, priority = 0;
	socklen_t size = sizeof(int);

	if (!went("socket", fd))
		return 1;
	getsockopt(fd, SOL_SOCKET, SO_MARK, &mark, &size);
	size = sizeof(int);
	getsockopt(fd, SOL_SOCKET, SO_PRIORITY, &priority, &size);
	printf("mark %d\npriority %d\n", mark, priority);
	return 0;
}

static int do_bind(int family, const char *port)
{
	int fd = socket(family, SOCK_STREAM | SOCK_CLOEXEC, 0);
	union address a;
	socklen_t size = address(&a, family, port);

	if (!went("bind", bind(fd, &a.any, size)))
		return 1;
	size = sizeof(a);
	if (getsockname(fd, &a.any, &size) == 0)
		say("name", &a, size);
	return 0;
}

static int listener(int family, int type, const char *where)
{
	int fd = socket(family, type | SOCK_CLOEXEC, 0), one = 1;
	union address a;
	socklen_t size = address(&a, family, where);

	setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof(one));
	if (bind(fd, &a.any, size) < 0 || (type == SOCK_STREAM && listen(fd, 1) < 0)) {
		went("listen", -1);
		exit(1);
	}
	return fd;
}

/* A connection: the client's socket. */
static int connected(int family, const char *asked)
{
	int fd = socket(family, SOCK_STREAM | SOCK_CLOEXEC, 0);
	union address a;
	socklen_t size = address(&a, family, asked);

	if (!went("connect", connect(fd, &a.any, size)))
		exit(1);
	return fd;
}

static void talk_stream(int family, const char *asked, const char *real)
{
	int server = listener(family, SOCK_STREAM, real), fd = connected(family, asked);
	union address a;
	socklen_t size = sizeof(a);

	if (getpeername(fd, &a.any, &size) == 0)
		say("peer", &a, size);
	close(fd);
	close(server);
}

static void talk_dgram(int family, const char *asked, const char *real)
{
	int server = listener(family, SOCK_DGRAM, real);
	int fd = socket(family, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	struct pollfd wait = { .fd = server, .events = POLLIN };
	union address a;
	socklen_t size;
	char text[8];

	if (family == AF_UNIX) { /* nobody has a name of itself */
		size = address(&a, family, "cleat-sender");
		if (bind(fd, &a.any, size) == 0 &&
		    (size = sizeof(a), getsockname(fd, &a.any, &size)) == 0)
			say("name", &a, size);
	}
	size = address(&a, family, asked);
	if (!went("send", (int)sendto(fd, "hello", 5, 0, &a.any, size)))
		exit(1);
	size = sizeof(a);
	if (poll(&wait, 1, 3000) < 1 || recvfrom(server, text, sizeof(text), 0, &a.any, &size) < 0)
		puts("receive nothing");
	else
		say("from", &a, size);
}

static int tos(int family, const char *port)
{
	int server = listener(family, SOCK_STREAM, port), fd = connected(family, port);
	int other = accept(server, NULL, NULL), value = -1;
	socklen_t size = sizeof(value);

	getsockopt(fd, IPPROTO_IP, IP_TOS, &value, &size);
	printf("active %d\n", value);
	size = sizeof(value);
	getsockopt(other, IPPROTO_IP, IP_TOS, &value, &size);
	printf("passive %d\n", value);
	return 0;
}

static int option(char **args, int n)
{
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0), value = n > 2 ? atoi(args[2]) : 0;
	int level = atoi(args[0]), name = atoi(args[1]);
	socklen_t size = sizeof(value);

	if (n > 2 && !went("set", setsockopt(fd, level, name, &value, sizeof(value))))
		return 1;
	value = 0;
	if (getsockopt(fd, level, name, &value, &size) < 0)
		return !went("get", -1);
	printf("get %d\n", value);
	return 0;
}

int main(int argc, char **argv)
{
	const char *verb = argc > 2 ? argv[1] : "";
	int family = argc > 2 ? family_of(argv[2]) : 0;

	setvbuf(stdout, NULL, _IOLBF, 0);
	if (strcmp(verb, "make") == 0 && argc == 4)
		return make(family, strcmp(argv[3], "dgram") ? SOCK_STREAM : SOCK_DGRAM);
	if (strcmp(verb, "bind") == 0 && argc == 4)
		return do_bind(family, argv[3]);
	if (strcmp(verb, "tos") == 0 && argc == 4)
		return tos(family, argv[3]);
	if (strcmp(verb, "talk") == 0 && argc == 5) {
		talk_stream(family, argv[3], argv[4]);
		talk_dgram(family, argv[3], argv[4]);
		return 0;
	}
	if (strcmp(verb, "getopt") == 0 && argc == 4)
		return option(argv + 2, 2);
	if (strcmp(verb, "setopt") == 0 && argc == 5)
		return option(argv + 2, 3);
	fprintf(stderr, "socksteps: see the head of socksteps.c\n");
	return 2;
}
