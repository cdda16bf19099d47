/* The register of processing operations (LGPD art. 37; GDPR art. 30): what is processed, why, on what basis, for how long, by
 * whom it is seen. */
#include "compiler/audit/audit.h"

typedef struct Register {
    const Facts *facts;
    const Program *program;
    Arena *arena;
    const Tag *tag;
} Register;

static const struct { const char *word, *article; } BASES[] = {
#define LEGAL_BASIS(word, sensitive, article) {word, article},
#include "compiler/names/legal_basis.def"
#undef LEGAL_BASIS
};

static void put(Buffer *out, const char *text) {
    buffer_format(out, "%s%s", out->length ? ", " : "", text);
}

static const char *purposes_of(const Register *of) {
    Buffer out;
    buffer_open(&out, of->arena);
    for (uint32_t i = 0; i < of->tag->purposes.count; i++) put(&out, of->tag->purposes.items[i].name->text);
    return buffer_string(&out);
}

static const char *retention_of(const Register *of) {
    const Duration *kept = of->tag->retention;
    if (!kept) return "";
    return arena_format(of->arena, "%lld %s%s", (long long)kept->count, kept->unit.name->text, kept->count == 1 ? "" : "s");
}

/* The columns that are tagged so where they come in, and who answers for them. */
static void put_origins(const Register *of, Buffer *columns, Buffer *owners) {
    Map seen;
    map_open(&seen, of->arena);
    for (uint32_t i = 0; i < of->program->relations.count; i++) {
        const Relation *relation = of->program->relations.items[i];
        for (uint32_t k = 0; relation->kind != RELATION_SYSTEM && k < relation->facts.count; k++) {
            const ColumnFacts *facts = relation->facts.items[k];
            for (uint32_t t = 0; t < facts->tags.count; t++) {
                if (facts->tags.items[t] != of->tag) continue;
                put(columns, arena_format(of->arena, "%s.%s", relation->full_name->text, facts->name->text));
                if (relation->owner && !map_put(&seen, relation->owner, relation->owner)) put(owners, relation->owner->name->text);
            }
        }
    }
}

static const char *holders_of(const Register *of) {
    Buffer out;
    buffer_open(&out, of->arena);
    for (uint32_t i = 0; i < of->program->relations.count; i++) {
        const Relation *relation = of->program->relations.items[i];
        Level level = relation->kind == RELATION_SYSTEM ? LEVEL_NONE : flow_label_level(flow_told_by(of->facts, relation), of->tag->index);
        if (level > LEVEL_NONE) put(&out, arena_format(of->arena, "%s (%s)", relation->full_name->text, level_word(level)));
    }
    return buffer_string(&out);
}

/* What a role learns of the category by all that it is granted. */
static Level learnt_by(const Register *of, const Role *role) {
    FlowLabel label = {0};
    for (uint32_t i = 0; i < of->program->relations.count; i++) {
        const Relation *relation = of->program->relations.items[i];
        if (relation->kind == RELATION_SYSTEM || !relation->rows) continue;
        RelationAccess access = access_of(of->facts, of->arena, role, relation);
        if (!access.grant) continue;
        label = flow_label_join(label, access.rows);
        for (uint32_t k = 0; k < relation->rows->columns.count; k++) label = flow_label_join(label, access.columns[k].shows);
    }
    return flow_label_level(label, of->tag->index);
}

static const char *readers_of(const Register *of) {
    Buffer out;
    buffer_open(&out, of->arena);
    for (uint32_t i = 0; i < of->program->roles.count; i++) {
        Level level = learnt_by(of, of->program->roles.items[i]);
        if (level > LEVEL_NONE) put(&out, arena_format(of->arena, "%s (%s)", of->program->roles.items[i]->name->text, level_word(level)));
    }
    return buffer_string(&out);
}

/* Shares and deliveries of what carries it: it leaves the house by them. */
static const char *recipients_of(const Register *of) {
    Buffer out;
    buffer_open(&out, of->arena);
    for (uint32_t i = 0; i < of->program->deferred.count; i++) {
        const Deferred *deferred = of->program->deferred.items[i];
        bool leaves = deferred->decl->of == DECL_SHARE || deferred->decl->of == DECL_DELIVERY;
        if (!leaves || !deferred->reads.count || flow_label_level(flow_told_by(of->facts, deferred->reads.items[0]), of->tag->index) == LEVEL_NONE) continue;
        if (deferred->decl->of == DECL_SHARE) put(&out, arena_format(of->arena, "%s %s", deferred->kind, deferred->name));
        for (uint32_t k = 0; deferred->decl->of != DECL_SHARE && k < deferred->roles.count; k++)
            put(&out, arena_format(of->arena, "%s %s to %s", deferred->kind, deferred->name, deferred->roles.items[k]->name->text));
    }
    return buffer_string(&out);
}

static bool is_builtin(const Register *of) {
    const Source *source = source_of(of->program->sources, of->tag->decl->node.span.begin);
    return !source || source->builtin;
}

static void add_record(const Register *of, AuditTable *table) {
    Buffer origins, owners;
    buffer_open(&origins, of->arena);
    buffer_open(&owners, of->arena);
    put_origins(of, &origins, &owners);
    const char *holders = holders_of(of);
    if (is_builtin(of) && !*holders) return; /* nothing of it is processed here */
    const char **row = audit_row(of->arena, table);
    row[0] = of->tag->name->text;
    row[1] = text_copy(of->arena, of->tag->words);
    if (of->tag->basis >= 0) row[2] = arena_format(of->arena, "%s (%s)", BASES[of->tag->basis].word, BASES[of->tag->basis].article);
    row[3] = purposes_of(of);
    row[4] = retention_of(of);
    row[5] = buffer_string(&owners);
    row[6] = buffer_string(&origins);
    row[7] = holders;
    row[8] = readers_of(of);
    row[9] = recipients_of(of);
}

AuditTable audit_records(const Facts *facts, Arena *arena) {
    static const char *const columns[] = {"category", "words", "basis", "purposes", "retention", "owners", "comes in by", "held by", "read by", "sent to"};
    AuditTable table = audit_table(columns, sizeof columns / sizeof *columns);
    for (uint32_t i = 0; i < facts->program->tags.count; i++) {
        Register of = {facts, facts->program, arena, facts->program->tags.items[i]};
        add_record(&of, &table);
    }
    return table;
}
