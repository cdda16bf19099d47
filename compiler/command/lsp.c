/* The host of the language server: files, standard input and output, the clock. */
#include "compiler/command/command.h"

#include "compiler/lsp/lsp.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

static const OptionId OPTIONS[] = {OPTION_DIRECTORY, OPTION_THREADS, OPTION_COUNT};

enum { CHUNK = 1 << 16, LONGEST_MESSAGE = 1 << 28 };

typedef struct {
    Session *session;         /* of the command line: nothing is compiled in it */
    CommandLine *line;
    Buffer in;                /* read, not yet taken */
} Host;

static bool load(void *context, Arena *arena, const char *folder, SourceTexts *ret_texts, const char **ret_folder) {
    Host *host = context;
    Session reading = {.arena = *arena};
    CommandLine line = *host->line;
    if (folder) line.values[OPTION_DIRECTORY] = folder;
    Project project;
    bool loaded = project_load(&reading, &line, false, &project);
    char *path = loaded ? realpath(project.folder, NULL) : NULL;
    *arena = reading.arena;
    if (!path) return false;
    *ret_folder = arena_copy(arena, path, strlen(path));
    free(path);
    for (uint32_t i = 0; i < project.texts.count; i++) vec_push(arena, ret_texts, project.texts.items[i]);
    return true;
}

static void send(void *context, const char *message, size_t length) {
    (void)context;
    printf("Content-Length: %zu\r\n\r\n", length);
    fwrite(message, 1, length, stdout);
    fflush(stdout);
}

static double milliseconds(void *context) {
    (void)context;
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec * 1e3 + (double)now.tv_nsec / 1e6;
}

/* Where the first message begins and how long it is; false: its header is not whole yet. A header that says no length is
 * taken for an empty message. */
static bool find_message(const Buffer *in, size_t *ret_begin, size_t *ret_length) {
    const char *end = in->length ? memmem(in->at, in->length, "\r\n\r\n", 4) : NULL;
    if (!end) return false;
    *ret_begin = (size_t)(end - in->at) + 4;
    const char *length = memmem(in->at, *ret_begin, "Content-Length:", 15);
    *ret_length = length ? strtoul(length + 15, NULL, 10) : 0;
    return true;
}

static void drop(Buffer *in, size_t count) {
    memmove(in->at, in->at + count, in->length - count);
    in->length -= count;
}

/* Hands over all messages that are whole; false: one is too long to be one. */
static bool take_messages(Host *host, LspServer *server) {
    size_t begin, length;
    while (find_message(&host->in, &begin, &length)) {
        if (length > LONGEST_MESSAGE) return false;
        if (host->in.length - begin < length) return true;
        lsp_receive(server, host->in.at + begin, length);
        drop(&host->in, begin + length);
    }
    return true;
}

static bool input_waits(void) {
    struct pollfd input = {.fd = STDIN_FILENO, .events = POLLIN};
    return poll(&input, 1, 0) > 0;
}

static GovExit serve(Host *host, LspServer *server) {
    char chunk[CHUNK];
    int code;
    for (ssize_t got; (got = read(STDIN_FILENO, chunk, sizeof chunk)) != 0;) {
        if (got < 0 && errno == EINTR) continue;
        if (got < 0) return failure("standard input cannot be read: %s", strerror(errno));
        buffer_add(&host->in, chunk, (size_t)got);
        if (!take_messages(host, server)) return failure("a message of more than %d bytes", LONGEST_MESSAGE);
        if (lsp_ended(server, &code)) return code ? GOV_EXIT_FAILED : GOV_EXIT_FINE;
        if (!input_waits()) lsp_settle(server);
    }
    return failure("the client went away without `exit`");
}

static GovExit run(Session *session, CommandLine *line) {
    CompileOptions options;
    if (!compile_options(session, line, &options)) return GOV_EXIT_MISUSE;
    Host host = {.session = session, .line = line};
    LspHost asked = {&host, load, send, milliseconds, options};
    buffer_open(&host.in, &session->arena);
    LspServer *server = lsp_open(&session->arena, &asked);
    GovExit code = serve(&host, server);
    lsp_close(server);
    return code;
}

const Command command_lsp = {
    .name = "lsp", .arguments = "", .most = 0, .options = OPTIONS, .run = run,
    .words = "A language server for editors: speaks the Language Server Protocol on standard input and output.\n"
             "Diagnostics while you type, types and words of columns, where a name is defined, quick fixes.",
    .examples = "  gov lsp                         # started by the editor: see docs/how-to/editors.md\n",
};
