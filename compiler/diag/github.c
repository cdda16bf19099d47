/* Reports as GitHub's workflow commands, which it shows at the lines of a pull request. Escapes as its documentation of
 * workflow commands says: % \r \n everywhere, `:` and `,` in properties too. */
#include "compiler/diag/draw.h"

#include <string.h>

static void escaped(Buffer *out, const char *text, bool property) {
    for (; *text; text++) {
        if (strchr("%\r\n", *text) || (property && strchr(":,", *text)))
            buffer_format(out, "%%%02X", (unsigned char)*text);
        else buffer_char(out, *text);
    }
}

void diag_draw_github(Diag *diag, Buffer *out) {
    Report **sorted = diag_sorted(diag);
    for (uint32_t i = 0; i < diag->reports.count; i++) {
        const Report *report = sorted[i];
        Location begin = source_locate(diag->sources, report->primary.span.begin);
        Location end = source_locate(diag->sources, report->primary.span.end);
        buffer_format(out, "::%s ", severity_word(report->severity));
        if (begin.source) {
            buffer_text(out, "file=");
            escaped(out, begin.source->path, true);
            buffer_format(out, ",line=%u,col=%u,endLine=%u,endColumn=%u,", begin.line, begin.column, end.line, end.column);
        }
        buffer_format(out, "title=%s::", code_info(report->code)->number);
        escaped(out, report->message, false);
        if (*report->primary.words) {
            escaped(out, ": ", false);
            escaped(out, report->primary.words, false);
        }
        buffer_char(out, '\n');
    }
}
