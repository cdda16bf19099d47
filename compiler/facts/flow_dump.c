#include "compiler/facts/facts.h"

static void dump_label(const Program *program, FlowLabel label, Buffer *out) {
    const char *before = "";
    for (uint32_t i = 0; i < program->tags.count; i++) {
        const Tag *tag = program->tags.items[i];
        Level level = flow_label_level(label, tag->index);
        if (level == LEVEL_NONE) continue;
        buffer_format(out, "%s%s %s", before, tag->name->text, level_word(level));
        before = ", ";
    }
}

static void dump_part(const Program *program, const char *name, FlowLabel d, FlowLabel u, bool key, Buffer *out) {
    if (flow_label_is_none(d)) return;
    buffer_format(out, "  %s: ", name);
    dump_label(program, d, out);
    if (key) buffer_text(out, " as key");
    if (!flow_label_is_none(u)) {
        buffer_text(out, "; a choice by it tells ");
        dump_label(program, u, out);
    }
    buffer_char(out, '\n');
}

void facts_dump_flow(const Facts *facts, Buffer *out) {
    for (uint32_t i = 0; i < facts->relations.count; i++) {
        const RelationFacts *relation = facts->relations.items[i];
        if (!relation->flow || relation->relation->kind == RELATION_SYSTEM) continue;
        buffer_format(out, "%s%s\n", relation->relation->full_name->text, relation->flow->unknown ? " (not followed)" : "");
        for (uint32_t k = 0; k < relation->relation->rows->columns.count; k++) {
            const ColumnFlow *flow = &relation->flow->columns[k];
            const Name *name = relation->relation->rows->columns.items[k]->name;
            dump_part(facts->program, name ? name->text : "?", flow->d, flow->u, flow->domain, out);
        }
        dump_part(facts->program, "(rows)", relation->flow->rows, (FlowLabel){0}, false, out);
    }
}
