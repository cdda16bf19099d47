/* Lineage for programs: points and the links between them, one a line. */
#include "compiler/catalog/internal.h"
#include "compiler/catalog/lineage.h"

static void write_place(Json *json, const Program *program, Span span) {
    Location at = span.end ? source_locate(program->sources, span.begin) : (Location){0};
    if (!at.source) return;
    json_key(json, "place");
    json_open(json, '{');
    json_text_member(json, "file", at.source->path);
    json_count_member(json, "line", at.line);
    json_count_member(json, "column", at.column);
    json_close(json, '}');
}

static const char *kind_of(const LineagePoint *point) {
    static const char *const RELATIONS[] = {[RELATION_SOURCE] = "source", [RELATION_MODEL] = "model", [RELATION_SYSTEM] = "system"};
    switch (point->kind) {
    case POINT_RELATION: return RELATIONS[point->relation->kind];
    case POINT_COLUMN: return "column";
    case POINT_ROWS: return "rows";
    case POINT_USER: return point->user->kind;
    }
    return "";
}

static void write_point(Json *json, const Program *program, const LineagePoint *point) {
    json_open(json, '{');
    json_text_member(json, "id", point_name(json->out.arena, point));
    json_text_member(json, "kind", kind_of(point));
    json_text_member(json, "relation", point->relation ? point->relation->full_name->text : NULL);
    if (point->kind == POINT_COLUMN) {
        json_text_member(json, "column", point->column->name->text);
        json_text_member(json, "type", type_text(program->types, point->column->type));
        json_text_member(json, "description", text_copy(json->out.arena, point->column->doc));
    }
    json_text_member(json, "name", point->kind == POINT_USER ? point->user->name : NULL);
    write_place(json, program, point_span(point));
    json_close(json, '}');
}

static void write_link(Json *json, const Program *program, const LineageGraph *graph, const LineageLink *link) {
    json_open(json, '{');
    json_text_member(json, "from", point_name(json->out.arena, &graph->points.items[link->from]));
    json_text_member(json, "to", point_name(json->out.arena, &graph->points.items[link->to]));
    json_text_member(json, "kind", link_word(link->kind));
    if (link->ways) {
        json_key(json, "ways");
        json_open(json, '[');
        for (unsigned way = 1; way <= link->ways; way <<= 1)
            if (link->ways & way) json_text(json, filter_word(way));
        json_close(json, ']');
    }
    write_place(json, program, link->span);
    bool made = link->kind == LINK_DIRECT || link->kind == LINK_DERIVED || link->kind == LINK_AGGREGATED;
    if (made) json_text_member(json, "expression", text_copy(json->out.arena, source_text(program->sources, link->span)));
    json_close(json, '}');
}

static void break_line(Json *json, uint32_t index) {
    if (index) buffer_char(&json->out, ',');
    buffer_char(&json->out, '\n');
    json->comma = false;
}

void lineage_json(const Program *program, const LineageGraph *graph, Buffer *out) {
    Json json;
    json_begin(&json, out->arena);
    json_open(&json, '{');
    json_key(&json, "points");
    json_open(&json, '[');
    for (uint32_t i = 0; i < graph->points.count; i++) {
        break_line(&json, i);
        write_point(&json, program, &graph->points.items[i]);
    }
    json_close(&json, ']');
    json_key(&json, "links");
    json_open(&json, '[');
    for (uint32_t i = 0; i < graph->links.count; i++) {
        break_line(&json, i);
        write_link(&json, program, graph, &graph->links.items[i]);
    }
    json_close(&json, ']');
    json_close(&json, '}');
    buffer_add(out, json.out.at, json.out.length);
    buffer_char(out, '\n');
}
