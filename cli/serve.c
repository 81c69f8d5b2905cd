/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * serve.c - a page over HTTP, by libmicrohttpd, which is opened only when it is wanted: who never serves neither needs
 * it nor waits for it. Knows sockets and requests; refuses to know what the page says.
 */
#include "config.h"

#include <errno.h>
#include <netdb.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#ifdef HAVE_MICROHTTPD
#include <dlfcn.h>
#include <microhttpd.h>
#endif

#include "serve.h"
#include "stay.h"

#ifdef HAVE_MICROHTTPD

#define LIBRARY "libmicrohttpd.so.12"
#define CONNECTIONS 16u /* at one time */
#define PATIENCE 10u /* seconds, with one that says nothing */

/* ---- the library ----------------------------------------------------------------------------- */

/* What we call of it, by the types that its header says. */
static struct {
	__typeof__(&MHD_start_daemon) start_daemon;
	__typeof__(&MHD_stop_daemon) stop_daemon;
	__typeof__(&MHD_get_daemon_info) get_daemon_info;
	__typeof__(&MHD_get_timeout) get_timeout;
	__typeof__(&MHD_run) run;
	__typeof__(&MHD_create_response_from_buffer) create_response_from_buffer;
	__typeof__(&MHD_destroy_response) destroy_response;
	__typeof__(&MHD_add_response_header) add_response_header;
	__typeof__(&MHD_queue_response) queue_response;
} mhd;

static int open_library(void)
{
	static const struct {
		const char *name;
		void *to;
	} functions[] = {
		{ "MHD_start_daemon", &mhd.start_daemon },
		{ "MHD_stop_daemon", &mhd.stop_daemon },
		{ "MHD_get_daemon_info", &mhd.get_daemon_info },
		{ "MHD_get_timeout", &mhd.get_timeout },
		{ "MHD_run", &mhd.run },
		{ "MHD_create_response_from_buffer", &mhd.create_response_from_buffer },
		{ "MHD_destroy_response", &mhd.destroy_response },
		{ "MHD_add_response_header", &mhd.add_response_header },
		{ "MHD_queue_response", &mhd.queue_response },
	};
	void *library = dlopen(LIBRARY, RTLD_NOW | RTLD_LOCAL);

	for (size_t i = 0; library && i < sizeof(functions) / sizeof(functions[0]); i++) {
		void *function = dlsym(library, functions[i].name);

		if (!function)
			library = NULL;
		memcpy(functions[i].to, &function, sizeof(function));
	}
	if (library)
		return CLI_DONE;
	fprintf(stderr, "cleat: error: cannot serve: %s\n  hint: install libmicrohttpd\n", dlerror());
	return CLI_FAILED;
}

/* ---- the socket ------------------------------------------------------------------------------ */

/* @where in two parts. The address is NULL when none is said. False: it is no place. */
static bool split(char *where, char **address, char **port)
{
	char *colon = strrchr(where, ':'), *end;
	unsigned long number;

	*address = colon ? where : NULL;
	*port = colon ? colon + 1 : where;
	if (colon)
		*colon = '\0';
	if (colon && where[0] == '[') {
		end = colon - 1;
		if (end <= where || *end != ']')
			return false;
		*end = '\0';
		++*address;
	} else if (colon && strchr(where, ':')) {
		return false; /* of IPv6, and without its brackets */
	}
	errno = 0;
	number = strtoul(*port, &end, 10);
	return **port >= '0' && **port <= '9' && !*end && !errno && number <= UINT16_MAX &&
	       (!*address || **address);
}

static int bind_to(const struct addrinfo *to)
{
	const int yes = 1;
	int fd = socket(to->ai_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0), err;

	if (fd < 0)
		return -errno;
	/* what was served a moment ago does not keep the port */
	setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof(yes));
	if (bind(fd, to->ai_addr, to->ai_addrlen) == 0 && listen(fd, CONNECTIONS) == 0)
		return fd;
	err = -errno;
	close(fd);
	return err;
}

static void say_where(int fd, const char *path)
{
	struct sockaddr_storage address;
	socklen_t size = sizeof(address);
	char host[64], port[16];

	if (getsockname(fd, (struct sockaddr *)&address, &size) == 0 &&
	    getnameinfo((struct sockaddr *)&address, size, host, sizeof(host), port, sizeof(port),
			NI_NUMERICHOST | NI_NUMERICSERV) == 0)
		fprintf(stderr,
			address.ss_family == AF_INET6 ? "serving http://[%s]:%s%s\n"
						      : "serving http://%s:%s%s\n",
			host, port, path);
}

/* A descriptor, or -1 after saying why. */
static int listen_at(struct cli *cli, const char *where, int *status)
{
	const struct addrinfo hints = { .ai_family = AF_UNSPEC,
					.ai_socktype = SOCK_STREAM,
					.ai_flags = AI_NUMERICHOST | AI_NUMERICSERV };
	char *copy = strdup(where), *address, *port;
	struct addrinfo *found = NULL;
	int fd = -1;

	*status = CLI_FAILED;
	if (!copy) {
		cli_failed_in("strdup");
	} else if (!split(copy, &address, &port) ||
		   getaddrinfo(address ? address : "127.0.0.1", port, &hints, &found)) {
		*status = cli_usage(cli, "--listen takes [ADDRESS:]PORT, the address as a number "
					 "(of IPv6 in brackets), not '%s'", where);
	} else {
		fd = bind_to(found);
		if (fd < 0)
			fprintf(stderr, "cleat: error: cannot listen at %s: %s\n", where,
				strerror(-fd));
	}
	if (found)
		freeaddrinfo(found);
	free(copy);
	return fd < 0 ? -1 : fd;
}

/* ---- requests -------------------------------------------------------------------------------- */

struct served {
	struct cli *cli;
	const struct serve_page *page;
};

/* Takes @text. */
static enum MHD_Result answer(struct MHD_Connection *to, unsigned int status, const char *type,
			      char *text, size_t size)
{
	struct MHD_Response *response =
		mhd.create_response_from_buffer(size, text, MHD_RESPMEM_MUST_FREE);
	enum MHD_Result result;

	if (!response) {
		free(text);
		return MHD_NO;
	}
	mhd.add_response_header(response, "Content-Type", type);
	if (status == MHD_HTTP_METHOD_NOT_ALLOWED)
		mhd.add_response_header(response, "Allow", "GET, HEAD");
	result = mhd.queue_response(to, status, response);
	mhd.destroy_response(response);
	return result;
}

static enum MHD_Result answer_in_words(struct MHD_Connection *to, unsigned int status,
				       const char *words)
{
	char *text = strdup(words);

	return text ? answer(to, status, "text/plain; charset=utf-8", text, strlen(text)) : MHD_NO;
}

static enum MHD_Result answer_page(const struct served *s, struct MHD_Connection *to)
{
	char *text = NULL;
	size_t size;
	FILE *out = open_memstream(&text, &size);
	int status = out ? s->page->write(s->cli, out) : CLI_FAILED;

	if (out && (fclose(out) || status)) {
		free(text);
		status = CLI_FAILED;
	}
	if (status)
		return answer_in_words(to, MHD_HTTP_INTERNAL_SERVER_ERROR,
				       "it could not be made: see what cleat says\n");
	return answer(to, MHD_HTTP_OK, s->page->type, text, size);
}

static enum MHD_Result handle(void *user, struct MHD_Connection *to, const char *url,
			      const char *method, const char *version, const char *data,
			      size_t *data_size, void **request)
{
	static int begun;
	const struct served *s = user;

	(void)version;
	(void)data;
	/* The first call is for the head alone: an answer to it would close the connection. */
	if (!*request) {
		*request = &begun;
		return MHD_YES;
	}
	if (*data_size) {
		*data_size = 0;
		return MHD_YES;
	}
	if (strcmp(method, "GET") != 0 && strcmp(method, "HEAD") != 0)
		return answer_in_words(to, MHD_HTTP_METHOD_NOT_ALLOWED, "only to be read\n");
	if (strcmp(url, s->page->path) != 0)
		return answer_in_words(to, MHD_HTTP_NOT_FOUND, "there is nothing here\n");
	return answer_page(s, to);
}

/* ---- serving --------------------------------------------------------------------------------- */

/* How long it may be waited, in ms: the library has times of its own, and so has a supervisor. */
static int pause_of(struct MHD_Daemon *d)
{
	const int watchdog = stay_pause();
	MHD_UNSIGNED_LONG_LONG timeout;

	if (mhd.get_timeout(d, &timeout) == MHD_YES &&
	    (watchdog < 0 || timeout < (unsigned int)watchdog))
		return timeout < 60000 ? (int)timeout : 60000;
	return watchdog;
}

static int serve_until_signal(struct MHD_Daemon *d, int signals)
{
	const union MHD_DaemonInfo *info = mhd.get_daemon_info(d, MHD_DAEMON_INFO_EPOLL_FD);
	struct pollfd fds[] = { { .fd = signals, .events = POLLIN },
				{ .fd = info ? info->epoll_fd : -1, .events = POLLIN } };

	for (;;) {
		if (poll(fds, 2, pause_of(d)) < 0 && errno != EINTR)
			return cli_failed_in("poll");
		stay_alive();
		if (fds[0].revents && stay_take_signal(signals) == STAY_END)
			return CLI_DONE;
		mhd.run(d);
		fds[0].revents = fds[1].revents = 0;
	}
}

int serve(struct cli *cli, const char *where, int signals, const struct serve_page *page)
{
	struct served s = { .cli = cli, .page = page };
	int status = open_library(), fd;
	struct MHD_Daemon *d;

	if (status)
		return status;
	fd = listen_at(cli, where, &status);
	if (fd < 0)
		return status;
	d = mhd.start_daemon(MHD_USE_EPOLL, 0, NULL, NULL, handle, &s, MHD_OPTION_LISTEN_SOCKET, fd,
			     MHD_OPTION_CONNECTION_LIMIT, CONNECTIONS,
			     MHD_OPTION_CONNECTION_TIMEOUT, PATIENCE, MHD_OPTION_END);
	if (!d) {
		close(fd);
		return cli_failed_in("libmicrohttpd");
	}
	say_where(fd, page->path);
	stay_say_ready();
	status = serve_until_signal(d, signals);
	mhd.stop_daemon(d);
	return status;
}

#else

int serve(struct cli *cli, const char *where, int signals, const struct serve_page *page)
{
	(void)cli;
	(void)where;
	(void)signals;
	(void)page;
	fputs("cleat: error: cannot serve: it was built without libmicrohttpd\n", stderr);
	return CLI_FAILED;
}

#endif
