/* Masks lower what a column tells, so what they keep is held against what they say, and they stand only on plain copies of
 * tagged columns: docs/flow.md, "ways down". */
#include "compiler/check/internal.h"
#include "compiler/facts/access.h"

#include <string.h>

/* What of its value an expression keeps, and the part of it that keeps the most. */
typedef struct Kept {
    Level level;
    const Node *by;
    bool hashed;         /* by a hash without a key */
    bool keyed;          /* holds a keyed hash of the value */
} Kept;

typedef struct Looking { const Decl *mask; Kept kept; } Looking;

static Kept keeps(const Decl *mask, Node *expr);

/* ------------------------------------------------------------------- bodies */

static Kept most(Kept a, Kept b) {
    Kept kept = a.level >= b.level ? a : b;
    kept.keyed = a.keyed || b.keyed;
    return kept;
}

static bool is_parameter(const Decl *mask, const Ref *ref) {
    return ref->name.count && mask->params.count && ((const Param *)mask->params.items[0])->name.name == ref->name.items[0].name;
}

static bool is_called(const Call *call, const char *const *names) {
    for (; call->name.count == 1 && *names; names++)
        if (!strcmp(call->name.items[0].name->text, *names)) return true;
    return false;
}

static const Node *inlined_body(const Node *node) {
    while (node->kind == NODE_INLINED) node = ((const Inlined *)node)->body;
    return node;
}

static bool is_secret(const Node *node) {
    static const char *const SECRET[] = {"secret", NULL};
    node = inlined_body(node);
    return node->kind == NODE_CALL && is_called((const Call *)node, SECRET);
}

/* A whole number, written so. */
static bool is_count(const Node *node) {
    const Literal *literal = (const Literal *)inlined_body(node);
    return literal->expr.node.kind == NODE_LITERAL && literal->of == LITERAL_INTEGER;
}

static bool is_text(const Node *node) {
    node = inlined_body(node);
    return node->kind == NODE_LITERAL && ((const Literal *)node)->of == LITERAL_STRING;
}

/* A part of fixed length, or a date cut to a larger unit. */
static bool is_part(const Call *call) {
    static const char *const ENDS[] = {"left", "right", NULL}, *const MIDDLES[] = {"substring", "substr", NULL},
                      *const DATES[] = {"date_trunc", "date_part", "extract", NULL}, *const YEARS[] = {"year", "quarter", "month", NULL};
    uint32_t count = call->args.count;
    if (is_called(call, ENDS)) return count == 2 && is_count(call->args.items[1]);
    if (is_called(call, MIDDLES)) return count == 3 && is_count(call->args.items[1]) && is_count(call->args.items[2]);
    if (is_called(call, DATES)) return count == 2 && is_text(call->args.items[0]);
    return is_called(call, YEARS) && count == 1;
}

static void look_into(void *context, Node **place) {
    Looking *looking = context;
    looking->kept = most(looking->kept, keeps(looking->mask, *place));
}

/* The most that any part keeps: what is computed of them keeps no more. */
static Kept parts_keep(const Decl *mask, Node *expr) {
    Looking looking = {.mask = mask};
    node_kids(expr, look_into, &looking);
    return looking.kept;
}

static Kept call_keeps(const Decl *mask, Call *call) {
    static const char *const KEYED[] = {"hmac_sha256", NULL};
    static const char *const HASHES[] = {"md5", "sha1", "sha256", "sha512", "hash", "crc32", "xxhash64", "murmur3", "fnv1a", NULL};
    Node *node = &call->expr.node;
    Kept kept = parts_keep(mask, node);
    bool keyed = is_called(call, KEYED);
    if (kept.level == LEVEL_NONE) return kept;
    if (keyed && call->args.count == 2 && is_secret(call->args.items[1])) {
        kept = keeps(mask, call->args.items[0]);
        if (kept.level > LEVEL_PSEUDONYM) kept = (Kept){LEVEL_PSEUDONYM, node, false, true};
        kept.keyed = true;
    } else if (keyed || is_called(call, HASHES)) {
        kept = (Kept){LEVEL_RAW, node, true, kept.keyed};
    } else if (is_part(call) && kept.level > LEVEL_PARTIAL) {
        kept = (Kept){LEVEL_PARTIAL, node, false, kept.keyed};
    }
    return kept;
}

static Kept keeps(const Decl *mask, Node *expr) {
    switch ((NodeKind)expr->kind) {
    case NODE_REF: return is_parameter(mask, (Ref *)expr) ? (Kept){.level = LEVEL_RAW, .by = expr} : (Kept){0};
    case NODE_CALL: return call_keeps(mask, (Call *)expr);
    case NODE_INLINED: return keeps(mask, ((Inlined *)expr)->body);
    case NODE_PARAMETER: {
        const Parameter *parameter = (const Parameter *)expr;
        bool known = parameter->of && (uint64_t)parameter->index < parameter->of->args.count;
        return known ? keeps(mask, parameter->of->args.items[parameter->index]) : (Kept){.level = LEVEL_RAW, .by = expr};
    }
    case NODE_QUERY: return (Kept){.level = LEVEL_RAW, .by = expr};
    default: return parts_keep(mask, expr);
    }
}

static Kept mask_keeps(const Mask *mask) {
    return mask->decl->body ? keeps(mask->decl, mask->decl->body) : (Kept){0};
}

static void check_body(Checking *checking, const Mask *mask) {
    Kept kept = mask_keeps(mask);
    const Clause *to = decl_clause(mask->decl, CLAUSE_TO);
    if (!to || mask->decl->params.count != 1 || mask->level == LEVEL_NONE || kept.level <= mask->level) return;
    const char *value = ((const Param *)mask->decl->params.items[0])->name.name->text;
    Report *report = diag_report(checking->diag, CODE_G0415, kept.by->span, "mask `%s` keeps more than `%s`", mask->name->text, level_word(mask->level));
    report_says(checking->diag, report, kept.hashed ? "a hash without a secret key is no mask" : "this keeps `%s` of the value", level_word(kept.level));
    report_label(checking->diag, report, to->node.span, "it says so here");
    if (kept.hashed) {
        report_note(checking->diag, report, "all 10^9 numbers of people (CPF) can be hashed in minutes, and the one found whose hash this is");
        report_edit(checking->diag, report, kept.by->span, arena_format(checking->arena, "hmac_sha256(%s, secret('PSEUDONYM_KEY'))", value), "hash it with a key that stays secret");
    } else if (kept.level == LEVEL_PARTIAL) {
        report_edit(checking->diag, report, to->kids.items[0]->span, "partial", "say what it keeps");
    } else {
        report_help(checking->diag, report, "keep a part of fixed length (`right(%s, 4)`, `date_trunc('year', %s)`), a keyed hash, or nothing (`null`)", value, value);
    }
}

/* -------------------------------------------------------------------- uses */

/* Where a partial mask of a source's column is used first. */
typedef struct Use { const Mask *mask; Span span; } Use;
typedef struct Uses { Checking *checking; Map by_column; } Uses;

static void report_computed(Checking *checking, const Masking *masking, const Column *column, const PlainCopy *copy) {
    Report *report = diag_report(checking->diag, CODE_G0416, masking->node.span, "mask `%s` cannot lower `%s`", masking->mask.name->text, column->name->text);
    report_says(checking->diag, report, "it is no plain copy of a tagged column");
    report_label(checking->diag, report, copy->span, "%s", copy->why);
    report_note(checking->diag, report, "of what is computed a mask would show what it is computed from");
    report_help(checking->diag, report, "give the tagged column itself and mask that, or write `mask %s with null`", column->name->text);
}

static void report_untagged(Checking *checking, const Masking *masking, const Column *column) {
    Report *report = diag_report(checking->diag, CODE_G0416, masking->node.span, "mask `%s` of `%s`, which is not tagged", masking->mask.name->text, column->name->text);
    report_says(checking->diag, report, "a keyed hash of what everybody may read is a dictionary");
    report_label(checking->diag, report, column->span, "no tag here, nor where it is copied from");
    report_note(checking->diag, report, "beside the value its token tells which value has this token in every other masked column");
    report_help(checking->diag, report, "leave the mask out, or tag the column");
}

static void report_second(Checking *checking, const Masking *masking, const Mask *mask, const Column *origin, const Use *first) {
    Report *report = diag_report(checking->diag, CODE_G0417, masking->node.span, "`%s.%s` has another partial mask already",
                                 origin->relation->full_name->text, origin->name->text);
    report_says(checking->diag, report, "this shows a part of it by `%s`", mask->name->text);
    report_label(checking->diag, report, first->span, "and this another part, by `%s`", first->mask->name->text);
    report_note(checking->diag, report, "two parts put together give the value back");
    report_help(checking->diag, report, "use one partial mask for it in the whole project: `mask %s with %s`", masking->column.name->text, first->mask->name->text);
}

static void use_partly(Uses *uses, const Masking *masking, const Mask *mask, const PlainCopy *copy) {
    for (uint32_t i = 0; i < copy->origins.count; i++) {
        const Column *origin = copy->origins.items[i];
        Use *use = map_get(&uses->by_column, origin);
        if (use && use->mask != mask) {
            report_second(uses->checking, masking, mask, origin, use);
            return;
        }
        if (use) continue;
        use = arena_new(uses->checking->arena, Use);
        *use = (Use){mask, masking->node.span};
        map_put(&uses->by_column, origin, use);
    }
}

static void check_use(Uses *uses, const Relation *relation, const Masking *masking, const Mask *mask) {
    Checking *checking = uses->checking;
    const Column *column = has_rows(relation) ? rows_find(relation->rows, masking->column.name) : NULL;
    const RelationFacts *facts = column ? facts_of(checking->facts, relation) : NULL;
    Kept kept = mask && mask->level != LEVEL_NONE ? mask_keeps(mask) : (Kept){0};
    if (!facts || !facts->flow || facts->flow->unknown || kept.level == LEVEL_NONE) return;
    bool tagged = !flow_label_is_none(facts->flow->columns[column->index].d);
    if (!tagged && kept.keyed) report_untagged(checking, masking, column);
    if (!tagged || mask->level == LEVEL_RAW) return;
    PlainCopy copy = plain_copy_of(checking->facts, checking->arena, column);
    bool of_tagged = !copy.why && !flow_label_is_none(label_of_origins(checking->facts, &copy));
    if (copy.why) report_computed(checking, masking, column, &copy);
    else if (!of_tagged && kept.keyed) report_untagged(checking, masking, column);
    else if (kept.level == LEVEL_PARTIAL) use_partly(uses, masking, mask, &copy);
}

/* The same words for a role before. */
static bool is_looked_at(const Program *program, uint32_t index, const Relation *relation) {
    const Decl *decl = program->grants.items[index]->decl;
    for (uint32_t i = index; i-- > 0 && program->grants.items[i]->decl == decl;)
        for (uint32_t k = 0; k < program->grants.items[i]->relations.count; k++)
            if (program->grants.items[i]->relations.items[k] == relation) return true;
    return false;
}

static void check_grant(Uses *uses, uint32_t index) {
    const Program *program = uses->checking->program;
    const Grant *grant = program->grants.items[index];
    for (uint32_t m = 0; m < grant->maskings.count; m++)
        for (uint32_t k = 0; k < grant->relations.count; k++)
            if (!is_looked_at(program, index, grant->relations.items[k]))
                check_use(uses, grant->relations.items[k], grant->maskings.items[m], grant->masks.items[m]);
}

void check_masks(Checking *checking) {
    const Program *program = checking->program;
    Uses uses = {.checking = checking};
    map_open(&uses.by_column, checking->arena);
    for (uint32_t i = 0; i < program->masks.count; i++) {
        const Expansion *before = program_enter(checking->program, program->masks.items[i]->decl);
        check_body(checking, program->masks.items[i]);
        checking->diag->expansion = before;
    }
    for (uint32_t i = 0; i < program->grants.count; i++) {
        const Expansion *before = program_enter(checking->program, program->grants.items[i]->decl);
        check_grant(&uses, i);
        checking->diag->expansion = before;
    }
}
