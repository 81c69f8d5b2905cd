/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * talker - a process that opens sockets and talks through them on demand. It prints its pid, then
 * reads commands, a line each, does them and prints a line: a number, a text, or "-" and the name
 * of an error. Nothing waits longer than a second. It knows nothing of who steers its packets.
 *
 *   tcp ADDRESS PORT       listen; prints the descriptor. All sockets have SO_REUSEPORT
 *   udp ADDRESS PORT       receive datagrams there; prints the descriptor
 *   connect ADDRESS PORT   by TCP; prints the descriptor
 *   accept FD              prints the descriptor of the connection
 *   ready FD               is there something to accept or to read: 1 or 0
 *   send FD TEXT           prints the number of bytes
 *   fill FD N              send N bytes of nothing; prints how many
 *   recv FD                prints what arrived in one piece, "" at the end
 *   length FD              prints how many bytes that is; of an AF_XDP socket, the frame's
 *   to ADDRESS PORT TEXT   a datagram from a new socket
 *   aim FD ADDRESS PORT    connect a socket of datagrams
 *   pair                   a connection to itself; prints both descriptors
 *   trio                   the same, and before them the socket that listens
 *   map ID KEY FD          put a socket into a sockmap (values of 8 bytes)
 *   xsk INTERFACE          an AF_XDP socket on its queue 0, which copies
 *   fanout INTERFACE N     N packet sockets that share its packets by their flows' hash; prints
 *                          the first descriptor, the others follow
 *   count FD               packets at a packet socket since the last time
 *   congestion FD [NAME]   choose TCP's congestion control; prints the one in use
 *   close FD
 */
#include <arpa/inet.h>
#include <errno.h>
#include <limits.h>
#include <linux/bpf.h>
#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <linux/if_xdp.h>
#include <net/if.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#define A_SECOND 1000
#define SAID INT_MIN /* the answer is printed */

union address {
	struct sockaddr sa;
	struct sockaddr_in in;
	struct sockaddr_in6 in6;
};

static socklen_t set_address(union address *a, const char *text, int port)
{
	memset(a, 0, sizeof(*a));
	if (strchr(text, ':')) {
		a->in6.sin6_family = AF_INET6;
		a->in6.sin6_port = htons((uint16_t)port);
		return inet_pton(AF_INET6, text, &a->in6.sin6_addr) == 1 ? sizeof(a->in6) : 0;
	}
	a->in.sin_family = AF_INET;
	a->in.sin_port = htons((uint16_t)port);
	return inet_pton(AF_INET, text, &a->in.sin_addr) == 1 ? sizeof(a->in) : 0;
}

static int wait_for(int fd, short events, int ms)
{
	struct pollfd p = { .fd = fd, .events = events };

	return poll(&p, 1, ms) == 1 ? 0 : -1;
}

static int serve(const char *address, int port, int type)
{
	union address a;
	socklen_t n = set_address(&a, address, port);
	int fd = socket(a.sa.sa_family, type, 0), on = 1;

	if (fd < 0 || setsockopt(fd, SOL_SOCKET, SO_REUSEPORT, &on, sizeof(on)) ||
	    bind(fd, &a.sa, n) || (type == SOCK_STREAM && listen(fd, 16))) {
		close(fd);
		return -1;
	}
	return fd;
}

static int dial(const char *address, int port)
{
	struct timeval second = { .tv_sec = 1 };
	union address a;
	socklen_t n = set_address(&a, address, port);
	int fd = socket(a.sa.sa_family, SOCK_STREAM, 0);

	/* The limit for sending is that for connecting, too. */
	if (fd < 0 || setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &second, sizeof(second)) ||
	    connect(fd, &a.sa, n)) {
		int err = errno;

		close(fd);
		errno = err == EINPROGRESS ? EAGAIN : err;
		return -1;
	}
	return fd;
}

static int take(int fd)
{
	if (wait_for(fd, POLLIN, A_SECOND)) {
		errno = EAGAIN;
		return -1;
	}
	return accept(fd, NULL, NULL);
}

static int datagram(const char *address, int port, const char *text)
{
	union address a;
	socklen_t n = set_address(&a, address, port);
	int fd = socket(a.sa.sa_family, SOCK_DGRAM, 0), sent;

	sent = (int)sendto(fd, text, strlen(text), 0, &a.sa, n);
	close(fd);
	return sent;
}

static int aim(int fd, const char *address, int port)
{
	union address a;
	socklen_t n = set_address(&a, address, port);

	return connect(fd, &a.sa, n);
}

/* A connection to itself: who listens, who connected, who was accepted. */
static int trio(int fds[3])
{
	union address a;
	socklen_t n = sizeof(a);

	fds[0] = serve("127.0.0.1", 0, SOCK_STREAM);
	if (fds[0] < 0 || getsockname(fds[0], &a.sa, &n))
		return -1;
	fds[1] = dial("127.0.0.1", ntohs(a.in.sin_port));
	fds[2] = take(fds[0]);
	return fds[2];
}

static int say_trio(void)
{
	int fds[3];

	if (trio(fds) < 0)
		return -1;
	printf("%d %d %d\n", fds[0], fds[1], fds[2]);
	return SAID;
}

static int say_pair(void)
{
	int fds[3];

	if (trio(fds) < 0)
		return -1;
	close(fds[0]);
	printf("%d %d\n", fds[1], fds[2]);
	return SAID;
}

static int put_in_map(uint32_t id, uint32_t key, int fd)
{
	uint64_t value = (uint64_t)fd;
	union bpf_attr attr;
	int map, err;

	memset(&attr, 0, sizeof(attr));
	attr.map_id = id;
	map = (int)syscall(SYS_bpf, BPF_MAP_GET_FD_BY_ID, &attr, sizeof(attr));
	if (map < 0)
		return -1;
	memset(&attr, 0, sizeof(attr));
	attr.map_fd = (uint32_t)map;
	attr.key = (uintptr_t)&key;
	attr.value = (uintptr_t)&value;
	err = (int)syscall(SYS_bpf, BPF_MAP_UPDATE_ELEM, &attr, sizeof(attr));
	close(map);
	return err;
}

static int fan_out(const char *interface, int n)
{
	struct sockaddr_ll a = { .sll_family = AF_PACKET,
				 .sll_protocol = htons(ETH_P_ALL),
				 .sll_ifindex = (int)if_nametoindex(interface) };
	int group = (getpid() & 0xffff) | PACKET_FANOUT_HASH << 16, first = -1;

	for (int i = 0; i < n; i++) {
		int fd = socket(AF_PACKET, SOCK_RAW, htons(ETH_P_ALL));

		if (fd < 0 || bind(fd, (struct sockaddr *)&a, sizeof(a)) ||
		    setsockopt(fd, SOL_PACKET, PACKET_FANOUT, &group, sizeof(group)))
			return -1;
		if (!i)
			first = fd;
	}
	return first;
}

static int count(int fd)
{
	struct tpacket_stats s = { 0 };
	socklen_t n = sizeof(s);

	return getsockopt(fd, SOL_PACKET, PACKET_STATISTICS, &s, &n) ? -1 : (int)s.tp_packets;
}

/* ---- AF_XDP ---------------------------------------------------------------------------------- */

#define FRAMES 64
#define FRAME_SIZE 4096

/* The one such socket. */
struct xsk {
	int fd;
	uint32_t *producer, *consumer; /* of the frames that came */
	struct xdp_desc *received;
};

static void *ring_at(int fd, size_t size, off_t offset)
{
	void *at = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_POPULATE, fd, offset);

	return at == MAP_FAILED ? NULL : at;
}

static int set_rings(int fd, void *memory)
{
	struct xdp_umem_reg umem = {
		.addr = (uintptr_t)memory,
		.len = FRAMES * FRAME_SIZE,
		.chunk_size = FRAME_SIZE,
	};
	int size = FRAMES;

	return setsockopt(fd, SOL_XDP, XDP_UMEM_REG, &umem, sizeof(umem)) ?:
	       setsockopt(fd, SOL_XDP, XDP_UMEM_FILL_RING, &size, sizeof(size)) ?:
	       setsockopt(fd, SOL_XDP, XDP_UMEM_COMPLETION_RING, &size, sizeof(size)) ?:
	       setsockopt(fd, SOL_XDP, XDP_RX_RING, &size, sizeof(size));
}

static int open_xsk(struct xsk *x, const char *interface)
{
	struct sockaddr_xdp at = { .sxdp_family = AF_XDP, .sxdp_flags = XDP_COPY };
	struct xdp_mmap_offsets off;
	socklen_t n = sizeof(off);
	int fd = socket(AF_XDP, SOCK_RAW, 0);
	uint8_t *fill, *rx;
	void *memory = mmap(NULL, FRAMES * FRAME_SIZE, PROT_READ | PROT_WRITE,
			    MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	at.sxdp_ifindex = if_nametoindex(interface);
	if (fd < 0 || memory == MAP_FAILED || !at.sxdp_ifindex || set_rings(fd, memory) ||
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

static int next_frame(struct xsk *x)
{
	uint32_t at = *x->consumer;
	int n;

	if (at == __atomic_load_n(x->producer, __ATOMIC_ACQUIRE))
		return -1;
	n = (int)x->received[at % FRAMES].len;
	__atomic_store_n(x->consumer, at + 1, __ATOMIC_RELEASE);
	return n;
}

/* ---- answers ----------------------------------------------------------------------------------- */

static int length(struct xsk *x, int fd)
{
	char data[4096];

	if (wait_for(fd, POLLIN, A_SECOND)) {
		errno = EAGAIN;
		return -1;
	}
	return fd == x->fd ? next_frame(x) : (int)recv(fd, data, sizeof(data), MSG_DONTWAIT);
}

static int fill(int fd, int n)
{
	static const char nothing[4096];

	return (int)send(fd, nothing, n < 4096 ? (size_t)n : sizeof(nothing), MSG_NOSIGNAL);
}

/* @name "": leave it. */
static int congestion(int fd, const char *name)
{
	char now[32] = "";
	socklen_t n = sizeof(now) - 1;

	if (*name && setsockopt(fd, IPPROTO_TCP, TCP_CONGESTION, name, (socklen_t)strlen(name)))
		return -1;
	if (getsockopt(fd, IPPROTO_TCP, TCP_CONGESTION, now, &n))
		return -1;
	printf("%s\n", now);
	return SAID;
}

static int receive(int fd)
{
	char text[256];
	ssize_t n;

	if (wait_for(fd, POLLIN, A_SECOND)) {
		errno = EAGAIN;
		return -1;
	}
	n = recv(fd, text, sizeof(text), 0);
	if (n < 0)
		return -1;
	printf("%.*s\n", (int)n, text);
	return SAID;
}

static int obey(struct xsk *x, int n, char w[4][128])
{
	const char *what = n > 0 ? w[0] : "";
	int one = n > 1 ? atoi(w[1]) : -1, two = n > 2 ? atoi(w[2]) : -1;

	if (!strcmp(what, "tcp") || !strcmp(what, "udp"))
		return serve(w[1], two, what[0] == 't' ? SOCK_STREAM : SOCK_DGRAM);
	if (!strcmp(what, "connect"))
		return dial(w[1], two);
	if (!strcmp(what, "accept"))
		return take(one);
	if (!strcmp(what, "ready"))
		return wait_for(one, POLLIN, 0) == 0;
	if (!strcmp(what, "send"))
		return (int)send(one, w[2], strlen(w[2]), MSG_NOSIGNAL);
	if (!strcmp(what, "fill"))
		return fill(one, two);
	if (!strcmp(what, "recv"))
		return receive(one);
	if (!strcmp(what, "length"))
		return length(x, one);
	if (!strcmp(what, "to"))
		return datagram(w[1], two, w[3]);
	if (!strcmp(what, "aim"))
		return aim(one, w[2], atoi(w[3]));
	if (!strcmp(what, "pair"))
		return say_pair();
	if (!strcmp(what, "trio"))
		return say_trio();
	if (!strcmp(what, "map"))
		return put_in_map((uint32_t)one, (uint32_t)two, atoi(w[3]));
	if (!strcmp(what, "xsk"))
		return open_xsk(x, w[1]);
	if (!strcmp(what, "fanout"))
		return fan_out(w[1], two);
	if (!strcmp(what, "count"))
		return count(one);
	if (!strcmp(what, "congestion"))
		return congestion(one, w[2]);
	if (!strcmp(what, "close"))
		return close(one);
	errno = ENOSYS;
	return -1;
}

int main(void)
{
	struct xsk x = { .fd = -1 };
	char line[512], w[4][128];

	printf("%d\n", (int)getpid());
	fflush(stdout);
	while (fgets(line, sizeof(line), stdin)) {
		int n, got;

		memset(w, 0, sizeof(w));
		n = sscanf(line, "%127s %127s %127s %127s", w[0], w[1], w[2], w[3]);
		got = obey(&x, n, w);
		if (got >= 0)
			printf("%d\n", got);
		else if (got != SAID)
			printf("-%s\n", strerrorname_np(errno));
		fflush(stdout);
	}
	return 0;
}
