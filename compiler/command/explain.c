#include "compiler/command/command.h"

#include "compiler/base/embed.h"

#include <string.h>
#include <strings.h>

EMBEDDED_FILES(error_pages);

static const OptionId NO_OPTIONS[] = {OPTION_COUNT};

static const EmbeddedFile *page_of(const char *number) {
    size_t length = strlen(number);
    for (size_t i = 0; i < error_pages_count; i++)
        if (!strncmp(error_pages[i].name, number, length) && !strcmp(error_pages[i].name + length, ".md"))
            return &error_pages[i];
    return NULL;
}

static void list_codes(void) {
    for (int code = 0; code < CODE_COUNT; code++) {
        const CodeInfo *info = code_info((Code)code);
        printf("%s  %-7s  %s\n", info->number, info->severity == SEVERITY_ERROR ? "error" : "warning", info->title);
    }
}

static GovExit run(Session *session, CommandLine *line) {
    (void)session;
    if (!line->argument_count) {
        list_codes();
        return GOV_EXIT_FINE;
    }
    const char *asked = line->arguments[0];
    Code code = code_of(asked);
    if (code == CODE_COUNT) return misuse("there is no code `%s`; `gov explain` lists them", asked);
    const CodeInfo *info = code_info(code);
    const EmbeddedFile *page = page_of(info->number);
    if (page) fwrite(page->bytes, 1, page->size, stdout);
    else printf("# %s: %s\n", info->number, info->title);
    return GOV_EXIT_FINE;
}

const Command command_explain = {
    .name = "explain", .arguments = "[CODE]", .most = 1, .options = NO_OPTIONS, .run = run,
    .words = "Tells what a diagnostic means, why it matters, a wrong example and a right one. Without a code, lists all.",
    .examples = "  gov explain G0301\n",
};
