/* The live line: how many steps are done, what runs now, and for how long. Redrawn in place, wiped before every line. */
#include "runtime/log/format.h"
#include "runtime/log/internal.h"

#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>

enum { BAR_WIDTH = 20, WIDEST_LINE = 240 };

static size_t terminal_width(FILE *stream) {
    struct winsize size;
    if (ioctl(fileno(stream), TIOCGWINSZ, &size) == 0 && size.ws_col > 0)
        return size.ws_col < WIDEST_LINE ? size.ws_col : WIDEST_LINE;
    return 80;
}

static double elapsed(const Log *log) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)(now.tv_sec - log->started.tv_sec) + (double)(now.tv_nsec - log->started.tv_nsec) / 1e9;
}

static void write_bar(const Log *log, FILE *out) {
    double done = (double)log->finished;
    for (size_t i = 0; i < log->running_count; i++) done += log->running[i].share > 0 ? log->running[i].share : 0;
    int filled = log->step_count ? (int)(BAR_WIDTH * done / (double)log->step_count) : BAR_WIDTH;
    fputc('[', out);
    for (int i = 0; i < BAR_WIDTH; i++) fputc(i < filled ? '=' : i == filled ? '>' : ' ', out);
    fputc(']', out);
}

static void write_running(const LogRunning *running, FILE *out) {
    char count[FORMAT_COUNT_SIZE];
    fprintf(out, "  %s", running->step->name);
    if (running->rows > 0) fprintf(out, " %s rows", log_format_count(running->rows, count));
    if (running->share > 0) fprintf(out, " %d%%", (int)(100 * running->share));
}

/* Cuts `text` to `width` characters. */
static void cut(char *text, size_t width) {
    for (size_t seen = 0; *text; text++)
        if (((unsigned char)*text & 0xC0) != 0x80 && ++seen > width) {
            *text = '\0';
            return;
        }
}

void log_live_draw(Log *log) {
    char *line = NULL, seconds[FORMAT_COUNT_SIZE];
    size_t size;
    FILE *out = log->live ? open_memstream(&line, &size) : NULL;
    if (!out) return;
    fprintf(out, "%c ", "|/-\\"[log->ticks % 4]);
    write_bar(log, out);
    fprintf(out, " %zu of %zu  %s", log->finished, log->step_count, log_format_seconds(elapsed(log), seconds));
    for (size_t i = 0; i < log->running_count; i++) write_running(&log->running[i], out);
    if (fclose(out) == 0) {
        cut(line, terminal_width(log->stream) - 1);
        fprintf(log->stream, "\r%s\033[K", line);
        fflush(log->stream);
        log->live_drawn = true;
    }
    free(line);
}

void log_live_clear(Log *log) {
    if (log->live_drawn) fputs("\r\033[K", log->stream);
    log->live_drawn = false;
}
