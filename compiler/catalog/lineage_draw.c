/* Lineage as text from which Graphviz and Mermaid draw. */
#include "compiler/catalog/lineage.h"

#include <string.h>

typedef struct {
    const LineageGraph *graph;
    Buffer *out;
    VEC(Relation *) groups;    /* relations of which columns are drawn, in order of first mention */
} Drawing;

static bool is_inner(const LineagePoint *point) {
    return point->kind == POINT_COLUMN || point->kind == POINT_ROWS;
}

static void find_groups(Drawing *drawing) {
    Map seen;
    map_open(&seen, drawing->out->arena);
    for (uint32_t i = 0; i < drawing->graph->points.count; i++) {
        const LineagePoint *point = &drawing->graph->points.items[i];
        if (is_inner(point) && !map_put(&seen, point->relation, point->relation))
            vec_push(drawing->out->arena, &drawing->groups, point->relation);
    }
}

/* What stands in the box. */
static const char *label_of(const Drawing *drawing, const LineagePoint *point) {
    if (point->kind == POINT_COLUMN) return point->column->name->text;
    if (point->kind == POINT_ROWS) return "(rows)";
    return point_name(drawing->out->arena, point);
}

static bool is_dashed(LinkKind kind) {
    return kind == LINK_FILTER || kind == LINK_ROWS;
}

/* -------------------------------------------------------------------- dot */

/* A string of the dot language: only quotes and backslashes are told from themselves. */
static void put_quoted(Buffer *out, const char *text) {
    buffer_char(out, '"');
    for (; *text; text++) {
        if (*text == '"' || *text == '\\') buffer_char(out, '\\');
        buffer_char(out, *text);
    }
    buffer_char(out, '"');
}

static const char *dot_shape(const LineagePoint *point) {
    if (point->kind == POINT_USER) return "shape=ellipse";
    if (point->kind == POINT_ROWS) return "shape=box, style=\"rounded,dashed\"";
    bool source = point->relation->kind != RELATION_MODEL;
    return source ? "shape=box, style=filled, fillcolor=\"#dddddd\"" : "shape=box";
}

static void dot_point(const Drawing *drawing, uint32_t index, const char *indent) {
    const LineagePoint *point = &drawing->graph->points.items[index];
    buffer_format(drawing->out, "%sn%u [label=", indent, index);
    put_quoted(drawing->out, label_of(drawing, point));
    buffer_format(drawing->out, ", %s%s];\n", dot_shape(point), index ? "" : ", penwidth=2");
}

static void dot_group(const Drawing *drawing, uint32_t group) {
    const Relation *relation = drawing->groups.items[group];
    buffer_format(drawing->out, "    subgraph cluster_%u {\n        label=", group);
    put_quoted(drawing->out, relation->full_name->text);
    buffer_text(drawing->out, ";\n");
    for (uint32_t i = 0; i < drawing->graph->points.count; i++)
        if (is_inner(&drawing->graph->points.items[i]) && drawing->graph->points.items[i].relation == relation)
            dot_point(drawing, i, "        ");
    buffer_text(drawing->out, "    }\n");
}

static void dot_link(const Drawing *drawing, const LineageLink *link) {
    buffer_format(drawing->out, "    n%u -> n%u", link->from, link->to);
    if (link->kind != LINK_READS)
        buffer_format(drawing->out, " [label=\"%s\"%s]", link_word(link->kind), is_dashed(link->kind) ? ", style=dashed" : "");
    buffer_text(drawing->out, ";\n");
}

void lineage_dot(const Program *program, const LineageGraph *graph, Buffer *out) {
    Drawing drawing = {.graph = graph, .out = out};
    find_groups(&drawing);
    buffer_text(out, "digraph ");
    put_quoted(out, program->project_name ? program->project_name : "lineage");
    buffer_text(out, " {\n    rankdir=LR;\n    node [fontname=\"sans-serif\"];\n    edge [fontname=\"sans-serif\", fontsize=10];\n");
    for (uint32_t i = 0; i < graph->points.count; i++)
        if (!is_inner(&graph->points.items[i])) dot_point(&drawing, i, "    ");
    for (uint32_t i = 0; i < drawing.groups.count; i++) dot_group(&drawing, i);
    for (uint32_t i = 0; i < graph->links.count; i++) dot_link(&drawing, &graph->links.items[i]);
    buffer_text(out, "}\n");
}

/* ---------------------------------------------------------------- mermaid */

/* Within Mermaid's quotes everything stands for itself but quotes and what looks like HTML. */
static void put_entities(Buffer *out, const char *text) {
    for (; *text; text++) {
        if (*text == '"') buffer_text(out, "#quot;");
        else if (*text == '<') buffer_text(out, "#lt;");
        else if (*text == '>') buffer_text(out, "#gt;");
        else if (*text == '#') buffer_text(out, "#35;");
        else buffer_char(out, *text);
    }
}

/* Sources as cylinders, models as boxes, who uses them as hexagons. */
static void mermaid_point(const Drawing *drawing, uint32_t index, const char *indent) {
    const LineagePoint *point = &drawing->graph->points.items[index];
    bool source = point->kind == POINT_RELATION && point->relation->kind != RELATION_MODEL;
    const char *open = source ? "[(" : point->kind == POINT_USER ? "{{" : point->kind == POINT_ROWS ? "([" : "[";
    const char *close = source ? ")]" : point->kind == POINT_USER ? "}}" : point->kind == POINT_ROWS ? "])" : "]";
    buffer_format(drawing->out, "%sn%u%s\"", indent, index, open);
    put_entities(drawing->out, label_of(drawing, point));
    buffer_format(drawing->out, "\"%s\n", close);
}

static void mermaid_group(const Drawing *drawing, uint32_t group) {
    const Relation *relation = drawing->groups.items[group];
    buffer_format(drawing->out, "    subgraph g%u[\"", group);
    put_entities(drawing->out, relation->full_name->text);
    buffer_text(drawing->out, "\"]\n");
    for (uint32_t i = 0; i < drawing->graph->points.count; i++)
        if (is_inner(&drawing->graph->points.items[i]) && drawing->graph->points.items[i].relation == relation)
            mermaid_point(drawing, i, "        ");
    buffer_text(drawing->out, "    end\n");
}

static void mermaid_link(const Drawing *drawing, const LineageLink *link) {
    const char *arrow = is_dashed(link->kind) ? "-.->" : "-->";
    buffer_format(drawing->out, "    n%u %s", link->from, arrow);
    if (link->kind != LINK_READS) buffer_format(drawing->out, "|%s|", link_word(link->kind));
    buffer_format(drawing->out, " n%u\n", link->to);
}

void lineage_mermaid(const Program *program, const LineageGraph *graph, Buffer *out) {
    Drawing drawing = {.graph = graph, .out = out};
    (void)program;
    find_groups(&drawing);
    buffer_text(out, "flowchart LR\n");
    for (uint32_t i = 0; i < graph->points.count; i++)
        if (!is_inner(&graph->points.items[i])) mermaid_point(&drawing, i, "    ");
    for (uint32_t i = 0; i < drawing.groups.count; i++) mermaid_group(&drawing, i);
    for (uint32_t i = 0; i < graph->links.count; i++) mermaid_link(&drawing, &graph->links.items[i]);
}
