/* `gov dump --stage=program`: what was bound, a line a thing. */
#include "compiler/names/internal.h"

static const char *const STORED_WORDS[] = {"default", "view", "table", "files", "inline"};
static const char *const LEVEL_WORDS[] = {"none", "aggregate", "influence", "pseudonym", "partial", "raw"};
static const char *const KIND_WORDS[] = {"source", "model", "system"};

static void dump_small(const Program *program, Buffer *out) {
    if (program->project_name) buffer_format(out, "project %s timezone %s\n", program->project_name, program->timezone);
    for (uint32_t i = 0; i < program->targets.count; i++) {
        const Target *target = program->targets.items[i];
        buffer_format(out, "target %s on %s\n", target->name->text, target->engine ? target->engine->text : "?");
    }
    for (uint32_t i = 0; i < program->owners.count; i++)
        buffer_format(out, "owner %s '%.*s'\n", program->owners.items[i]->name->text, TEXT_ARGS(program->owners.items[i]->title));
    for (uint32_t i = 0; i < program->units.count; i++) buffer_format(out, "unit %s\n", program->units.items[i]->name->text);
    for (uint32_t i = 0; i < program->consts.count; i++)
        buffer_format(out, "const %s%s\n", program->consts.items[i]->name->text, program->consts.items[i]->is_list ? " list" : "");
    for (uint32_t i = 0; i < program->user_functions.count; i++)
        buffer_format(out, "function %s\n", program->user_functions.items[i]->name.items[0].name->text);
}

static void dump_tags_and_roles(const Program *program, Buffer *out) {
    for (uint32_t i = 0; i < program->tags.count; i++) {
        const Tag *tag = program->tags.items[i];
        buffer_format(out, "tag %s", tag->name->text);
        for (uint32_t k = 0; k < tag->implies.count; k++) buffer_format(out, " implies %s", tag->implies.items[k]->name->text);
        buffer_char(out, '\n');
    }
    for (uint32_t i = 0; i < program->roles.count; i++) {
        const Role *role = program->roles.items[i];
        buffer_format(out, "role %s", role->name->text);
        for (uint32_t k = 0; k < role->cleared.count; k++)
            buffer_format(out, " cleared %s %s", role->cleared.items[k].tag->name->text, LEVEL_WORDS[role->cleared.items[k].level]);
        for (uint32_t k = 0; k < role->includes.count; k++) buffer_format(out, " includes %s", role->includes.items[k]->name->text);
        buffer_char(out, '\n');
    }
}

static void dump_types_and_layers(const Program *program, Buffer *out) {
    for (uint32_t i = 0; i < program->named_types.count; i++) {
        const NamedType *type = program->named_types.items[i];
        buffer_format(out, "type %s as %s", type->name->text, type_text(program->types, type->type));
        if (type->unit) buffer_format(out, " unit %s", unit_text(program->types, type->unit));
        buffer_format(out, " constraints %u\n", type->constraints.count);
    }
    for (uint32_t i = 0; i < program->layers.count; i++) {
        const Layer *layer = program->layers.items[i];
        buffer_format(out, "layer %s", layer->name->text);
        for (uint32_t k = 0; k < layer->reads.count; k++) buffer_format(out, " reads %s", layer->reads.items[k]->name->text);
        if (layer->owner) buffer_format(out, " owner %s", layer->owner->name->text);
        if (layer->stored != STORED_DEFAULT) buffer_format(out, " stored %s", STORED_WORDS[layer->stored]);
        buffer_char(out, '\n');
    }
}

static void dump_column(const Program *program, const ColumnFacts *facts, Buffer *out) {
    buffer_format(out, "  column %s", facts->name->text);
    if (facts->type) buffer_format(out, " %s", type_text(program->types, facts->type));
    if (facts->named) buffer_format(out, " (%s)", facts->named->name->text);
    if (facts->unit) buffer_format(out, " unit %s", unit_text(program->types, facts->unit));
    if (facts->in_key) buffer_text(out, " key");
    else if (facts->not_null) buffer_text(out, " not null");
    for (uint32_t i = 0; i < facts->tags.count; i++) buffer_format(out, " tag %s", facts->tags.items[i]->name->text);
    if (facts->opaque_key) buffer_text(out, " as key");
    if (facts->is_public) buffer_text(out, " public");
    buffer_char(out, '\n');
}

static void dump_test(const Test *test, Buffer *out) {
    buffer_format(out, "  test '%s'", test->name ? test->name : "");
    if (test->warn) buffer_format(out, " warn above %lld", (long long)test->warn_above);
    if (test->referenced) buffer_format(out, " to %s", test->referenced->full_name->text);
    for (uint32_t i = 0; i < test->reads.count; i++) buffer_format(out, " reads %s", test->reads.items[i]->full_name->text);
    if (test->check) buffer_text(out, " with predicate");
    buffer_char(out, '\n');
}

static void dump_relation(const Program *program, const Relation *relation, Buffer *out) {
    buffer_format(out, "%s %s stored %s", KIND_WORDS[relation->kind], relation->full_name->text, STORED_WORDS[relation->stored]);
    if (relation->owner) buffer_format(out, " owner %s", relation->owner->name->text);
    if (relation->status) buffer_format(out, " status %s", relation->status->text);
    if (relation->open_list) buffer_text(out, " open");
    if (relation->bad) buffer_text(out, " bad");
    buffer_char(out, '\n');
    for (uint32_t i = 0; i < relation->reads.count; i++) buffer_format(out, "  reads %s\n", relation->reads.items[i]->full_name->text);
    for (uint32_t i = 0; i < relation->facts.count; i++) dump_column(program, relation->facts.items[i], out);
    for (uint32_t i = 0; i < relation->tests.count; i++) dump_test(relation->tests.items[i], out);
    if (!relation->query) return;
    Buffer tree;
    buffer_open(&tree, out->arena);
    node_dump(&relation->query->rowset.node, &tree);
    buffer_text(out, buffer_string(&tree));
}

static void dump_grant(const Grant *grant, Buffer *out) {
    buffer_format(out, "grant to %s", grant->role->name->text);
    for (uint32_t i = 0; i < grant->relations.count; i++) buffer_format(out, " %s", grant->relations.items[i]->full_name->text);
    for (uint32_t i = 0; i < grant->columns.count; i++) buffer_format(out, " column %s", grant->columns.items[i].name->text);
    for (uint32_t i = 0; i < grant->maskings.count; i++)
        buffer_format(out, " mask %s with %s", grant->maskings.items[i]->column.name->text,
                      grant->masks.items[i] ? grant->masks.items[i]->name->text : "null");
    buffer_format(out, "%s%s\n", grant->where ? " where" : "", grant->hiding ? " hiding" : "");
}

static void dump_deferred(const Deferred *deferred, Buffer *out) {
    buffer_format(out, "%s %s", deferred->kind, deferred->name);
    if (deferred->owner) buffer_format(out, " owner %s", deferred->owner->name->text);
    for (uint32_t i = 0; i < deferred->reads.count; i++) buffer_format(out, " reads %s", deferred->reads.items[i]->full_name->text);
    for (uint32_t i = 0; i < deferred->uses.count; i++) buffer_format(out, " uses %s", deferred->uses.items[i]->name);
    for (uint32_t i = 0; i < deferred->roles.count; i++) buffer_format(out, " for %s", deferred->roles.items[i]->name->text);
    buffer_char(out, '\n');
}

static bool is_ours(const Program *program, Span span) {
    const Source *source = source_of(program->sources, span.begin);
    return source && source->builtin;
}

void program_dump(const Program *program, Buffer *out) {
    dump_small(program, out);
    dump_tags_and_roles(program, out);
    dump_types_and_layers(program, out);
    for (uint32_t i = 0; i < program->relations.count; i++)
        if (!is_ours(program, program->relations.items[i]->decl->node.span)) dump_relation(program, program->relations.items[i], out);
    for (uint32_t i = 0; i < program->unit_tests.count; i++) buffer_format(out, "unit test '%s'\n", program->unit_tests.items[i]->name);
    for (uint32_t i = 0; i < program->masks.count; i++)
        buffer_format(out, "mask %s to %s\n", program->masks.items[i]->name->text, LEVEL_WORDS[program->masks.items[i]->level]);
    for (uint32_t i = 0; i < program->grants.count; i++) dump_grant(program->grants.items[i], out);
    for (uint32_t i = 0; i < program->deferred.count; i++) dump_deferred(program->deferred.items[i], out);
}
