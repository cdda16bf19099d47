/* Small conversions from the tree to the plan's structs: values, places, lists. */
#include "compiler/plan/internal.h"

#include <string.h>

Planned *planned_of(const Planner *planner, const Relation *relation) {
    return map_get(&planner->by_relation, relation);
}

const char *published_name(const Planner *planner, const Relation *relation) {
    return emit_published(planner->arena, planner->dialect, planner->schemas, relation, "");
}

const char *staged_table(const Planner *planner, const Relation *relation) {
    return planner->is_server ? postgres_staged(planner, relation, "")
                              : emit_published(planner->arena, planner->dialect, planner->schemas, relation, "__next");
}

const char *staged_name(const Planner *planner, const Relation *relation) {
    bool parts = is_built_by_period(relation), view = relation->stored == STORED_VIEW || parts;
    if (planner->is_server) return postgres_staged(planner, relation, parts ? "__view" : "");
    return view ? emit_published(planner->arena, planner->dialect, planner->schemas, relation, "__next_view") : staged_table(planner, relation);
}

const char *name_for_readers(void *context, const Relation *relation) {
    return relation->stored == STORED_INLINE ? NULL : published_name(context, relation);
}

const char *name_in_run(void *context, const Relation *relation) {
    const Planned *planned = planned_of(context, relation);
    if (relation->stored == STORED_INLINE) return NULL;
    return planned && planned->runs ? staged_name(context, relation) : published_name(context, relation);
}

GovTexts texts_of(Arena *arena, const TextList *list) {
    const char **items = arena_alloc(arena, (list->count + 1) * sizeof *items);
    if (list->count) memcpy(items, list->items, list->count * sizeof *items);
    return (GovTexts){items, list->count};
}

void put_subquery(const char *sql, const char *alias, Buffer *out) {
    buffer_text(out, "\nfrom (\n  ");
    for (; *sql; sql++) {
        buffer_char(out, *sql);
        if (*sql == '\n') buffer_text(out, "  ");
    }
    buffer_format(out, "\n) as %s", alias);
}

GovPlace place_of(const Planner *planner, Span span) {
    Location at = source_locate(planner->program->sources, span.begin);
    if (!at.source) return (GovPlace){NULL, 0, 0};
    return (GovPlace){at.source->path, at.line, at.column};
}

static const char *string_argument(const Planner *planner, const Call *call, uint32_t index) {
    if (index >= call->args.count || call->args.items[index]->kind != NODE_LITERAL) return NULL;
    return text_copy(planner->arena, NODE_AS(Literal, LITERAL, call->args.items[index])->text);
}

static GovValue value_of_call(const Planner *planner, const Call *call) {
    const char *name = call->name.count ? call->name.items[0].name->text : "";
    const char *of = string_argument(planner, call, 0);
    if (of && strcmp(name, "env") == 0) return (GovValue){GOV_VALUE_ENV, of, string_argument(planner, call, 1)};
    if (of && strcmp(name, "secret") == 0) return (GovValue){GOV_VALUE_SECRET, of, NULL};
    return (GovValue){GOV_VALUE_TEXT, "", NULL};
}

static const char *literal_text(const Planner *planner, const Literal *literal) {
    switch (literal->of) {
    case LITERAL_NULL: return "";
    case LITERAL_TRUE: return "true";
    case LITERAL_FALSE: return "false";
    case LITERAL_INTEGER:
    case LITERAL_NUMBER:
    case LITERAL_STRING: return text_copy(planner->arena, literal->text);
    }
    return "";
}

/* A constant that is named where a value is wanted. */
static const Node *behind_constant(const Planner *planner, const Node *node) {
    const Program *program = planner->program;
    if (node->kind == NODE_INLINED) return NODE_AS(Inlined, INLINED, node)->body;
    if (node->kind != NODE_REF || NODE_AS(Ref, REF, node)->name.count != 1) return node;
    for (uint32_t i = 0; i < program->consts.count; i++)
        if (program->consts.items[i]->name == NODE_AS(Ref, REF, node)->name.items[0].name)
            return program->consts.items[i]->value;
    return node;
}

GovValue value_of(const Planner *planner, const Node *node) {
    node = behind_constant(planner, node);
    const char *text = "";
    if (node->kind == NODE_CALL) return value_of_call(planner, NODE_AS(Call, CALL, node));
    if (node->kind == NODE_LITERAL)
        text = literal_text(planner, NODE_AS(Literal, LITERAL, node));
    else if (node->kind == NODE_TYPED_LITERAL)
        text = text_copy(planner->arena, NODE_AS(TypedLiteral, TYPED_LITERAL, node)->text);
    else if (node->kind == NODE_UNARY)
        text = arena_format(planner->arena, "-%s", value_of(planner, NODE_AS(Unary, UNARY, node)->operand).text);
    else if (node->kind == NODE_REF && NODE_AS(Ref, REF, node)->name.count)
        text = parts_text(planner->arena, NODE_AS(Ref, REF, node)->name);
    return (GovValue){GOV_VALUE_TEXT, text, NULL};
}

GovSettings settings_of(const Planner *planner, const Nodes *options) {
    GovSetting *items = arena_alloc(planner->arena, (options->count + 1) * sizeof *items);
    for (uint32_t i = 0; i < options->count; i++) {
        const Option *option = NODE_AS(Option, OPTION, options->items[i]);
        items[i] = (GovSetting){text_copy(planner->arena, option->key), value_of(planner, option->value)};
    }
    return (GovSettings){items, options->count};
}
