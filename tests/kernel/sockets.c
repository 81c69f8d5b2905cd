/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * sockets - a process that has sockets for maps to hold. It prints its pid, then reads commands, a line
 * each, and prints a line of numbers: descriptors, lengths, -1 for what did not work. It knows
 * nothing of maps.
 *
 *   tcp            a listening socket, one that connected to it, one that it accepted, on 127.0.0.1
 *   udp PORT       bound to that port with SO_REUSEPORT (0: any), on 127.0.0.1
 *   to FD ADDRESS PORT   connect a UDP socket
 *   xsk IF         an AF_XDP socket on queue 0 of the interface, which copies
 *   send FD N      N bytes
 *   receive FD     how many bytes of one record come within two seconds; a frame's, from AF_XDP
 *   close FD
 */
#include <arpa/inet.h>
#include <errno.h>
#include <linux/if_xdp.h>
#include <net/if.h>
#include <netinet/in.h>
#include <poll.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

#define FRAMES 64
#define FRAME_SIZE 4096

/* Of the one AF_XDP socket. */
struct xsk {
	int fd;
	uint32_t *producer, *consumer; /* of the frames that came */
	struct xdp_desc *received;
};

static int bound(int type, uint16_t port, int shared)
{
	struct sockaddr_in at = { .sin_family = AF_INET, .sin_port = htons(port) };
	int fd = socket(AF_INET, type, 0);

	at.sin_addr.s_addr = port ? htonl(INADDR_LOOPBACK) : htonl(INADDR_ANY);
	if (type == SOCK_STREAM)
		at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	setsockopt(fd, SOL_SOCKET, SO_REUSEPORT, &shared, sizeof(shared));
	return bind(fd, (struct sockaddr *)&at, sizeof(at)) ? -1 : fd;
}

static void tcp(void)
{
	struct sockaddr_in at;
	socklen_t n = sizeof(at);
	int listener = bound(SOCK_STREAM, 0, 0), client = socket(AF_INET, SOCK_STREAM, 0), server;

	if (listen(listener, 1) || getsockname(listener, (struct sockaddr *)&at, &n) ||
	    connect(client, (struct sockaddr *)&at, sizeof(at))) {
		puts("-1");
		return;
	}
	server = accept(listener, NULL, NULL);
	printf("%d %d %d\n", listener, client, server);
}

static int connect_to(int fd, const char *address, int port)
{
	struct sockaddr_in to = { .sin_family = AF_INET, .sin_port = htons((uint16_t)port) };

	if (inet_pton(AF_INET, address, &to.sin_addr) != 1)
		return -1;
	return connect(fd, (struct sockaddr *)&to, sizeof(to));
}

static void *ring_at(int fd, size_t size, off_t offset)
{
	void *at = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_POPULATE, fd, offset);

	return at == MAP_FAILED ? NULL : at;
}

static int open_xsk(struct xsk *x, const char *interface)
{
	struct sockaddr_xdp at = { .sxdp_family = AF_XDP, .sxdp_flags = XDP_COPY };
	struct xdp_umem_reg umem = { .len = FRAMES * FRAME_SIZE, .chunk_size = FRAME_SIZE };
	struct xdp_mmap_offsets off;
	socklen_t n = sizeof(off);
	int fd = socket(AF_XDP, SOCK_RAW, 0), size = FRAMES;
	uint8_t *fill, *rx;
	void *memory = mmap(NULL, FRAMES * FRAME_SIZE, PROT_READ | PROT_WRITE,
			    MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	umem.addr = (uintptr_t)memory;
	at.sxdp_ifindex = if_nametoindex(interface);
	if (fd < 0 || memory == MAP_FAILED || !at.sxdp_ifindex ||
	    setsockopt(fd, SOL_XDP, XDP_UMEM_REG, &umem, sizeof(umem)) ||
	    setsockopt(fd, SOL_XDP, XDP_UMEM_FILL_RING, &size, sizeof(size)) ||
	    setsockopt(fd, SOL_XDP, XDP_UMEM_COMPLETION_RING, &size, sizeof(size)) ||
	    setsockopt(fd, SOL_XDP, XDP_RX_RING, &size, sizeof(size)) ||
	    getsockopt(fd, SOL_XDP, XDP_MMAP_OFFSETS, &off, &n))
		return -1;
	fill = ring_at(fd, off.fr.desc + FRAMES * sizeof(uint64_t),
		       (off_t)XDP_UMEM_PGOFF_FILL_RING);
	rx = ring_at(fd, off.rx.desc + FRAMES * sizeof(struct xdp_desc), XDP_PGOFF_RX_RING);
	if (!fill || !rx)
		return -1;
	for (uint64_t i = 0; i < FRAMES; i++)
		((uint64_t *)(void *)(fill + off.fr.desc))[i] = i * FRAME_SIZE;
	__atomic_store_n((uint32_t *)(void *)(fill + off.fr.producer), FRAMES, __ATOMIC_RELEASE);
	if (bind(fd, (struct sockaddr *)&at, sizeof(at)))
		return -1;
	x->fd = fd;
	x->producer = (uint32_t *)(void *)(rx + off.rx.producer);
	x->consumer = (uint32_t *)(void *)(rx + off.rx.consumer);
	x->received = (struct xdp_desc *)(void *)(rx + off.rx.desc);
	return fd;
}

static int receive(struct xsk *x, int fd)
{
	struct pollfd p = { .fd = fd, .events = POLLIN };
	char buf[4096];
	uint32_t at;
	int n;

	if (poll(&p, 1, 2000) != 1)
		return -1;
	if (fd != x->fd)
		return (int)recv(fd, buf, sizeof(buf), MSG_DONTWAIT);
	at = *x->consumer;
	if (at == __atomic_load_n(x->producer, __ATOMIC_ACQUIRE))
		return -1;
	n = (int)x->received[at % FRAMES].len;
	__atomic_store_n(x->consumer, at + 1, __ATOMIC_RELEASE);
	return n;
}

static void obey(struct xsk *x, const char *line)
{
	static const char data[4096];
	char what[32], word[64] = "";
	int fd = -1, n = 0;

	if (sscanf(line, "%31s %d", what, &fd) < 1)
		return;
	if (!strcmp(what, "tcp")) {
		tcp();
	} else if (!strcmp(what, "udp")) {
		printf("%d\n", bound(SOCK_DGRAM, (uint16_t)fd, 1));
	} else if (!strcmp(what, "to") && sscanf(line, "%*s %*d %63s %d", word, &n) == 2) {
		printf("%d\n", connect_to(fd, word, n));
	} else if (!strcmp(what, "xsk") && sscanf(line, "%*s %63s", word) == 1) {
		printf("%d\n", open_xsk(x, word));
	} else if (!strcmp(what, "send") && sscanf(line, "%*s %*d %d", &n) == 1 && n < 4096) {
		printf("%d\n", (int)send(fd, data, (size_t)n, MSG_NOSIGNAL));
	} else if (!strcmp(what, "receive")) {
		printf("%d\n", receive(x, fd));
	} else if (!strcmp(what, "close")) {
		printf("%d\n", close(fd));
	} else {
		puts("-1");
	}
}

int main(void)
{
	struct xsk x = { .fd = -1 };
	char line[128];

	printf("%d\n", (int)getpid());
	fflush(stdout);
	while (fgets(line, sizeof(line), stdin)) {
		obey(&x, line);
		fflush(stdout);
	}
	return 0;
}
