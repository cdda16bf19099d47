/* Health, metrics and the catalog, answered between jobs by the service's one thread. */
#include "runtime/serve/internal.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <limits.h>
#include <microhttpd.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { MOST_CONNECTIONS = 64, SECONDS = 30 };

/* ------------------------------------------------------------------------------------------------------- answers */

static enum MHD_Result answer(struct MHD_Connection *connection, unsigned status, const char *type, struct MHD_Response *response) {
    if (!response) return MHD_NO;
    if (type) MHD_add_response_header(response, "Content-Type", type);
    MHD_add_response_header(response, "X-Content-Type-Options", "nosniff");
    MHD_add_response_header(response, "Cache-Control", "no-cache");
    enum MHD_Result result = MHD_queue_response(connection, status, response);
    MHD_destroy_response(response);
    return result;
}

static enum MHD_Result answer_words(struct MHD_Connection *connection, unsigned status, const char *words) {
    return answer(connection, status, "text/plain; charset=utf-8", MHD_create_response_from_buffer(strlen(words), (void *)words, MHD_RESPMEM_PERSISTENT));
}

/* Takes over the text; null: out of memory. */
static enum MHD_Result answer_text(struct MHD_Connection *connection, const char *type, char *text) {
    if (!text) return answer_words(connection, MHD_HTTP_SERVICE_UNAVAILABLE, "out of memory\n");
    return answer(connection, MHD_HTTP_OK, type, MHD_create_response_from_buffer(strlen(text), text, MHD_RESPMEM_MUST_FREE));
}

/* --------------------------------------------------------------------------------------------------------- files */

static const char *type_of(const char *path) {
    static const struct { const char *end, *type; } types[] = {
        {".html", "text/html; charset=utf-8"}, {".js", "text/javascript; charset=utf-8"}, {".css", "text/css; charset=utf-8"},
        {".json", "application/json"}, {".svg", "image/svg+xml"}, {".png", "image/png"}, {".txt", "text/plain; charset=utf-8"}, {".woff2", "font/woff2"},
    };
    size_t length = strlen(path);
    for (size_t i = 0; i < sizeof types / sizeof *types; i++) {
        size_t end = strlen(types[i].end);
        if (length >= end && !strcmp(path + length - end, types[i].end)) return types[i].type;
    }
    return "application/octet-stream";
}

/* Opens the file of a path, which lies within the folder however it is written and whatever links there are; -1: none does. */
static int open_within(const char *folder, const char *path, char *ret_path, struct stat *ret_about) {
    char asked[PATH_MAX], root[PATH_MAX];
    int length = snprintf(asked, sizeof asked, "%s%s%s", folder, path, path[strlen(path) - 1] == '/' ? "index.html" : "");
    if (length < 0 || (size_t)length >= sizeof asked || !realpath(folder, root) || !realpath(asked, ret_path)) return -1;
    size_t within = strlen(root);
    if (strncmp(ret_path, root, within) || ret_path[within] != '/') return -1;
    int file = open(ret_path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (file >= 0 && fstat(file, ret_about) == 0 && S_ISREG(ret_about->st_mode)) return file;
    if (file >= 0) close(file);
    return -1;
}

static enum MHD_Result answer_file(struct MHD_Connection *connection, const char *folder, const char *path) {
    char found[PATH_MAX];
    struct stat about;
    int file = folder && *path == '/' ? open_within(folder, path, found, &about) : -1;
    if (file < 0) return answer_words(connection, MHD_HTTP_NOT_FOUND, "there is nothing here\n");
    return answer(connection, MHD_HTTP_OK, type_of(found), MHD_create_response_from_fd((uint64_t)about.st_size, file));
}

static enum MHD_Result handle(void *context, struct MHD_Connection *connection, const char *url, const char *method, const char *version,
                              const char *upload, size_t *upload_size, void **state) {
    static int seen;
    Service *service = context;
    (void)version;
    (void)upload;
    if (!*state) { /* the head alone has come */
        *state = &seen;
        return MHD_YES;
    }
    *upload_size = 0;
    if (strcmp(method, "GET") && strcmp(method, "HEAD")) return answer_words(connection, MHD_HTTP_METHOD_NOT_ALLOWED, "only GET and HEAD are answered\n");
    if (!strcmp(url, "/health")) return answer_text(connection, "application/json", health_text(service));
    if (!strcmp(url, "/metrics")) return answer_text(connection, "text/plain; version=0.0.4; charset=utf-8", metrics_text(service));
    return answer_file(connection, service->options->site, url);
}

/* -------------------------------------------------------------------------------------------------------- server */

static bool write_port(const Service *service) {
    if (!service->options->port_file) return true;
    FILE *file = fopen(service->options->port_file, "we");
    if (!file) return false;
    fprintf(file, "%d\n", service->port);
    return fclose(file) == 0;
}

bool answer_open(Service *service) {
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons((uint16_t)service->options->port)};
    if (inet_pton(AF_INET, service->options->address, &address.sin_addr) != 1) return false;
    service->http = MHD_start_daemon(MHD_USE_EPOLL, 0, NULL, NULL, handle, service, MHD_OPTION_SOCK_ADDR, (struct sockaddr *)&address,
                                     MHD_OPTION_CONNECTION_LIMIT, (unsigned)MOST_CONNECTIONS, MHD_OPTION_CONNECTION_TIMEOUT, (unsigned)SECONDS, MHD_OPTION_END);
    if (!service->http) return false;
    const union MHD_DaemonInfo *about = MHD_get_daemon_info(service->http, MHD_DAEMON_INFO_BIND_PORT);
    service->port = about ? about->port : service->options->port;
    return write_port(service);
}

void answer_close(Service *service) {
    if (service->http) MHD_stop_daemon(service->http);
    service->http = NULL;
}

int answer_descriptor(const Service *service) {
    const union MHD_DaemonInfo *about = service->http ? MHD_get_daemon_info(service->http, MHD_DAEMON_INFO_EPOLL_FD) : NULL;
    return about ? about->epoll_fd : -1;
}

void answer_all(Service *service) {
    if (service->http) MHD_run(service->http);
}
