/* Lineage as a tree, drawn as cargo tree draws dependencies. */
#include "compiler/catalog/lineage.h"

#include <string.h>

enum { MOST_TEXT = 60 };

typedef struct {
    const Program *program;
    const LineageGraph *graph;
    const LineageTextOptions *options;
    Buffer *out;
    Buffer prefix;        /* of the lines below */
    bool *expanded;       /* beside points */
} Drawn;

static void put_coloured(const Drawn *tree, const char *colour, const char *text) {
    if (tree->options->colours && *colour) buffer_format(tree->out, "\033[%sm%s\033[0m", colour, text);
    else buffer_text(tree->out, text);
}

static const char *colour_of(LinkKind kind) {
    switch (kind) {
    case LINK_READS: return "";
    case LINK_DIRECT: return "32";
    case LINK_DERIVED: return "33";
    case LINK_AGGREGATED: return "35";
    case LINK_FILTER: return "36";
    case LINK_ROWS: return "34";
    }
    return "";
}

static void put_place(const Drawn *tree, Span span) {
    Location at = source_locate(tree->program->sources, span.begin);
    if (at.source) put_coloured(tree, "2", arena_format(tree->out->arena, "  %s:%u:%u", at.source->path, at.line, at.column));
}

/* The expression, in one line and not too long. */
static void put_expression(const Drawn *tree, const LineageLink *link) {
    bool told = link->kind == LINK_DERIVED || link->kind == LINK_AGGREGATED;
    Text text = told ? source_text(tree->program->sources, link->span) : (Text){0};
    uint32_t put = 0;
    bool space = false;
    if (text.length) buffer_text(tree->out, "  ");
    for (uint32_t i = 0; i < text.length; i++) {
        bool blank = strchr(" \t\r\n", text.at[i]) != NULL;
        if (put >= MOST_TEXT && (text.at[i] & 0xC0) != 0x80) {
            buffer_text(tree->out, "…");
            break;
        }
        if (!blank && space) buffer_char(tree->out, ' ');
        put += blank ? 0 : 1 + space;
        space = blank;
        if (!blank) buffer_char(tree->out, text.at[i]);
    }
}

static void put_link(const Drawn *tree, const LineageLink *link) {
    if (link->kind == LINK_READS) return;
    buffer_text(tree->out, "  ");
    put_coloured(tree, colour_of(link->kind), link_word(link->kind));
    const char *before = " (";
    for (unsigned way = 1; way <= link->ways; way <<= 1) {
        if (!(link->ways & way)) continue;
        buffer_format(tree->out, "%s%s", before, filter_word(way));
        before = ", ";
    }
    if (link->ways) buffer_char(tree->out, ')');
}

static void put_point(Drawn *tree, uint32_t index, const LineageLink *by) {
    const LineagePoint *point = &tree->graph->points.items[index];
    put_coloured(tree, by ? "" : "1", point_name(tree->out->arena, point));
    if (by) put_link(tree, by);
    bool declared = !by || by->kind == LINK_READS || !by->span.end;
    put_place(tree, declared ? point_span(point) : by->span);
    if (by) put_expression(tree, by);
}

static void put_branches(Drawn *tree, uint32_t index) {
    const LineagePoint *point = &tree->graph->points.items[index];
    bool up = tree->options->upstream;
    const uint32_t *links = up ? point->up.items : point->down.items;
    uint32_t count = up ? point->up.count : point->down.count;
    size_t indent = tree->prefix.length;
    if (tree->expanded[index] && count) buffer_text(tree->out, "  (*)");
    buffer_char(tree->out, '\n');
    if (tree->expanded[index]) return;
    tree->expanded[index] = true;
    for (uint32_t i = 0; i < count; i++) {
        const LineageLink *link = &tree->graph->links.items[links[i]];
        uint32_t next = up ? link->from : link->to;
        buffer_format(tree->out, "%s%s", buffer_string(&tree->prefix), i + 1 < count ? "├── " : "└── ");
        put_point(tree, next, link);
        buffer_text(&tree->prefix, i + 1 < count ? "│   " : "    ");
        put_branches(tree, next);
        tree->prefix.length = indent;
        tree->prefix.at[indent] = 0;
    }
}

void lineage_text(const Program *program, const LineageGraph *graph, const LineageTextOptions *options, Buffer *out) {
    Drawn tree = {.program = program, .graph = graph, .options = options, .out = out};
    buffer_open(&tree.prefix, out->arena);
    tree.expanded = arena_alloc(out->arena, (graph->points.count + 1) * sizeof *tree.expanded);
    put_point(&tree, 0, NULL);
    put_branches(&tree, 0);
}
