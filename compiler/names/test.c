/* Tests: those that stand beside columns, `test`, and `unit test`. */
#include "compiler/names/internal.h"

#include <ctype.h>
#include <string.h>

static const char *span_text(Binder *binder, Span span) {
    return text_copy(binder->arena, source_text(binder->program->sources, span));
}

static Test *new_test(Binder *binder, Relation *relation, TestKind kind, Span span) {
    Test *test = arena_new(binder->arena, Test);
    *test = (Test){.kind = kind, .relation = relation, .span = span};
    if (relation) test->owner = relation->owner;
    if (relation) vec_push(binder->arena, &relation->tests, test);
    return test;
}

/* --------------------------------------------------------------- predicates */

static Node *ref_to(Binder *binder, Name *name, Span span) {
    Ref *ref = (Ref *)node_new(binder->arena, NODE_REF, span);
    vec_push(binder->arena, &ref->name, ((Part){name, span}));
    return &ref->expr.node;
}

typedef struct Renaming { Binder *binder; Part column; } Renaming;

/* `value` of a type's check becomes the column. */
static void rename_value(void *context, Node **place) {
    Renaming *renaming = context;
    const Ref *ref = (*place)->kind == NODE_REF ? (const Ref *)*place : NULL;
    if (ref && ref->name.count == 1 && ref->name.items[0].name == renaming->binder->value)
        *place = ref_to(renaming->binder, renaming->column.name, (*place)->span);
    else
        node_kids(*place, rename_value, renaming);
}

static Node *predicate_of(Binder *binder, const Constraint *constraint, Part column) {
    if (constraint->of == CONSTRAINT_CHECK) {
        if (!constraint->expr) return NULL;
        Node *check = node_clone(binder->arena, constraint->expr);
        Renaming renaming = {binder, column};
        if (column.name) rename_value(&renaming, &check);
        return check;
    }
    if (constraint->of == CONSTRAINT_IN) {
        In *in = (In *)node_new(binder->arena, NODE_IN, constraint->node.span);
        in->operand = ref_to(binder, column.name, column.span);
        if (constraint->name.count) in->list_name = constraint->name.items[0];
        for (uint32_t i = 0; i < constraint->kids.count; i++) vec_push(binder->arena, &in->list, node_clone(binder->arena, constraint->kids.items[i]));
        return &in->expr.node;
    }
    Like *like = (Like *)node_new(binder->arena, NODE_LIKE, constraint->node.span);
    Literal *pattern = (Literal *)node_new(binder->arena, NODE_LITERAL, constraint->node.span);
    like->of = LIKE_MATCHES;
    like->operand = ref_to(binder, column.name, column.span);
    pattern->of = LITERAL_STRING;
    pattern->text = constraint->text;
    like->pattern = &pattern->expr.node;
    return &like->expr.node;
}

/* ------------------------------------------------------- tests of constraints */

static const char *joined(Binder *binder, const Test *test) {
    Buffer out;
    buffer_open(&out, binder->arena);
    for (uint32_t i = 0; i < test->column_names.count; i++) buffer_format(&out, "%s%s", i ? ", " : "", test->column_names.items[i]->text);
    return buffer_string(&out);
}

/* A test of one column, or of those that its list item names. */
typedef struct Tested {
    Binder *binder;
    Relation *relation;
    ColumnFacts *facts;       /* null: a constraint of the list */
    bool of_type;             /* the constraint stands at the column's named type */
} Tested;

static Test *constraint_test(const Tested *tested, const Constraint *constraint, TestKind kind) {
    Binder *binder = tested->binder;
    Test *test = new_test(binder, tested->relation, kind, constraint->node.span);
    test->warn = only_warns(tested->relation);
    test->constraint = (Constraint *)constraint;
    if (tested->facts) {
        vec_push(binder->arena, &test->column_names, tested->facts->name);
        test->doc = tested->facts->decl->doc;
    }
    for (uint32_t i = 0; !tested->facts && i < constraint->names.count; i++)
        vec_push(binder->arena, &test->column_names, constraint->names.items[i].name);
    if (tested->of_type) test->span = tested->facts->decl->name.span;
    return test;
}

static bool has_placeholder(const char *text) {
    while ((text = strchr(text, '{')))
        if (isalpha((unsigned char)*++text) || *text == '_') return true;
    return false;
}

static void predicate_test(const Tested *tested, const Constraint *constraint, TestKind kind, const char *word) {
    Binder *binder = tested->binder;
    Test *test = constraint_test(tested, constraint, kind);
    const Expansion *before = binder->diag->expansion;
    test->check = predicate_of(binder, constraint, tested->facts ? tested->facts->decl->name : (Part){0});
    if (tested->of_type)
        expand(binder, NULL, tested->facts->decl->name.span, "in column `%s` of type `%s`", tested->facts->name->text,
               tested->facts->named->name->text);
    Walk walk = {.binder = binder};
    walk_node(&walk, &test->check);
    if (tested->of_type) map_put(&binder->program->expansions, test->check, (void *)binder->diag->expansion);
    binder->diag->expansion = before;
    /* what was written is a template's or a `for`'s text where it has a placeholder */
    const char *written = constraint->expr ? span_text(binder, constraint->expr->span) : "";
    if (kind != TEST_CHECK || has_placeholder(written)) test->name = arena_format(binder->arena, "%s %s", word, joined(binder, test));
    else test->name = arena_format(binder->arena, "check (%s)%s%s", written, tested->of_type ? " of " : "", tested->of_type ? tested->facts->name->text : "");
}

static void reference_test(const Tested *tested, const Constraint *constraint) {
    Binder *binder = tested->binder;
    Test *test = constraint_test(tested, constraint, TEST_REFERENCES);
    test->referenced = need_relation(binder, constraint->name);
    for (uint32_t i = 0; i < constraint->referenced.count; i++) vec_push(binder->arena, &test->referenced_names, constraint->referenced.items[i].name);
    test->name = arena_format(binder->arena, "references %s by %s", parts_text(binder->arena, constraint->name), joined(binder, test));
}

/* `traces only to a.b.c`: relation and column. */
static void traces_test(const Tested *tested, const Constraint *constraint) {
    Binder *binder = tested->binder;
    Test *test = constraint_test(tested, constraint, TEST_TRACES);
    for (uint32_t i = 0; i < constraint->kids.count; i++) {
        if (constraint->kids.items[i]->kind != NODE_DOTTED) continue;
        Parts name = ((Dotted *)constraint->kids.items[i])->name;
        if (!name.count) continue;
        Name *column = name.items[--name.count].name;
        Relation *relation = need_relation(binder, name);
        if (!test->referenced) test->referenced = relation;
        vec_push(binder->arena, &test->referenced_names, column);
    }
    test->name = arena_format(binder->arena, "traces %s", joined(binder, test));
}

static void determines_test(const Tested *tested, const Constraint *constraint) {
    Test *test = constraint_test(tested, constraint, TEST_DETERMINES);
    Buffer out;
    buffer_open(&out, tested->binder->arena);
    buffer_format(&out, "%s determines ", joined(tested->binder, test));
    for (uint32_t i = 0; i < constraint->kids.count; i++)
        if (constraint->kids.items[i]->kind == NODE_DOTTED)
            buffer_format(&out, "%s%s", i ? ", " : "", parts_text(tested->binder->arena, ((Dotted *)constraint->kids.items[i])->name));
    test->name = buffer_string(&out);
}

static void named_test(const Tested *tested, const Constraint *constraint, TestKind kind, const char *word) {
    Test *test = constraint_test(tested, constraint, kind);
    test->name = arena_format(tested->binder->arena, "%s %s", word, joined(tested->binder, test));
}

static void soften(const Tested *tested, const Constraint *constraint, uint32_t first) {
    Relation *relation = tested->relation;
    if (relation->tests.count > first) {
        Test *last = relation->tests.items[relation->tests.count - 1];
        last->warn = true;
        last->warn_above = constraint->number;
        return;
    }
    Report *report = diag_report(tested->binder->diag, CODE_G0608, constraint->node.span, "`warn` has nothing to soften");
    report_says(tested->binder->diag, report, "it stands behind a test");
    report_help(tested->binder->diag, report, "write it after `check (…)`, `in (…)`, `references …` and the like");
}

/* The key of single columns is one test of all of them: add_key_test. */
static void add_test(const Tested *tested, const Constraint *constraint, uint32_t first) {
    switch (constraint->of) {
    case CONSTRAINT_KEY: if (!tested->facts) named_test(tested, constraint, TEST_KEY, "key"); break;
    case CONSTRAINT_UNIQUE: named_test(tested, constraint, TEST_UNIQUE, "unique"); break;
    case CONSTRAINT_NOT_NULL: named_test(tested, constraint, TEST_NOT_NULL, "not null"); break;
    case CONSTRAINT_IN: predicate_test(tested, constraint, TEST_IN, "in"); break;
    case CONSTRAINT_MATCHES: predicate_test(tested, constraint, TEST_MATCHES, "matches"); break;
    case CONSTRAINT_CHECK: predicate_test(tested, constraint, TEST_CHECK, "check"); break;
    case CONSTRAINT_REFERENCES: reference_test(tested, constraint); break;
    case CONSTRAINT_TRACES: traces_test(tested, constraint); break;
    case CONSTRAINT_DETERMINES: determines_test(tested, constraint); break;
    case CONSTRAINT_WARN: soften(tested, constraint, first); break;
    case CONSTRAINT_NULLABLE: case CONSTRAINT_FORMAT: case CONSTRAINT_PATH: case CONSTRAINT_FROM_PATH:
    case CONSTRAINT_FROM_REQUEST: case CONSTRAINT_UNIT: case CONSTRAINT_TAG: case CONSTRAINT_TAG_AS_KEY: case CONSTRAINT_PUBLIC:
    case CONSTRAINT_RENAMED: case CONSTRAINT_DEPRECATED: break;
    }
}

static void add_tests(const Tested *tested, const Nodes *constraints) {
    uint32_t first = tested->relation->tests.count;
    for (uint32_t i = 0; i < constraints->count; i++) {
        const Constraint *constraint = (const Constraint *)constraints->items[i];
        if (tested->facts && constraint->of == CONSTRAINT_KEY && i + 1 < constraints->count) {
            i += ((const Constraint *)constraints->items[i + 1])->of == CONSTRAINT_WARN; /* soften_key() took it */
            continue;
        }
        if (constraint->node.kind == NODE_CONSTRAINT) add_test(tested, constraint, first);
    }
}

/* `key warn` beside any of the columns softens the whole. */
static void soften_key(Test *test, const Nodes *constraints, uint32_t next) {
    const Constraint *warn = next < constraints->count ? (const Constraint *)constraints->items[next] : NULL;
    if (!warn || warn->of != CONSTRAINT_WARN) return;
    test->warn = true;
    test->warn_above = warn->number;
}

/* `key` beside several columns is one key of all of them. */
static void add_key_test(Binder *binder, Relation *relation) {
    Test *test = NULL;
    for (uint32_t i = 0; i < relation->facts.count; i++) {
        ColumnFacts *facts = relation->facts.items[i];
        for (uint32_t k = 0; k < facts->decl->constraints.count; k++) {
            Constraint *constraint = (Constraint *)facts->decl->constraints.items[k];
            if (constraint->node.kind != NODE_CONSTRAINT || constraint->of != CONSTRAINT_KEY) continue;
            if (!test) {
                test = new_test(binder, relation, TEST_KEY, constraint->node.span);
                test->constraint = constraint;
                test->warn = only_warns(relation);
            }
            vec_push(binder->arena, &test->column_names, facts->name);
            soften_key(test, &facts->decl->constraints, k + 1);
            break;
        }
    }
    if (test) test->name = arena_format(binder->arena, "key %s", joined(binder, test));
}

void add_column_tests(Binder *binder, Relation *relation) {
    add_key_test(binder, relation);
    for (uint32_t i = 0; i < relation->decl->columns.count; i++) {
        ColumnDecl *column = (ColumnDecl *)relation->decl->columns.items[i];
        const Expansion *before = program_enter(binder->program, column);
        if (column->node.kind == NODE_COLUMN && column->of == COLUMN_ITEM_CONSTRAINT)
            add_tests(&(Tested){binder, relation, NULL, false}, &column->constraints);
        for (uint32_t k = 0; k < relation->facts.count; k++) {
            ColumnFacts *facts = relation->facts.items[k];
            if (facts->decl != column) continue;
            if (facts->named) add_tests(&(Tested){binder, relation, facts, true}, &facts->named->constraints);
            add_tests(&(Tested){binder, relation, facts, false}, &column->constraints);
        }
        binder->diag->expansion = before;
    }
}

/* ------------------------------------------------------------- declarations */

static void declare_test(Binder *binder, Decl *decl) {
    static const char *const severities[] = {"error", "warn"};
    Clause *on = need_clause(binder, decl, CLAUSE_ON), *severity = decl_clause(decl, CLAUSE_SEVERITY);
    Relation *relation = NULL;
    if (on && on->kids.count && on->kids.items[0]->kind == NODE_DOTTED) relation = need_relation(binder, ((Dotted *)on->kids.items[0])->name);
    Test *test = new_test(binder, relation, TEST_QUERY, decl->node.span);
    test->decl = decl;
    test->name = text_copy(binder->arena, decl->title);
    test->doc = decl->doc;
    if (severity) test->warn = word_among(binder, severity->word, "severity", severities, 2) == 1;
    Owner *owner = owner_of(binder, decl);
    if (owner) test->owner = owner;
    if (!relation) vec_push(binder->arena, &binder->program->tests, test);
    decl->entity = test;
    if (!decl->body || decl->body->kind != NODE_QUERY) return;
    Walk walk = walk_open(binder);
    walk_node(&walk, &decl->body);
    test->query = (Query *)decl->body;
    for (uint32_t i = 0; i < walk.reads.count; i++) vec_push(binder->arena, &test->reads, walk.reads.items[i]);
}

void declare_tests(Binder *binder) {
    Program *program = binder->program;
    for (uint32_t i = 0; i < program->relations.count; i++) {
        const Expansion *before = program_enter(program, program->relations.items[i]->decl);
        bool ours = program->relations.items[i]->kind == RELATION_SYSTEM;
        if (!ours && !program->relations.items[i]->decl->broken) add_column_tests(binder, program->relations.items[i]);
        binder->diag->expansion = before;
    }
    for (uint32_t i = 0; i < binder->decls.count; i++) {
        if (binder->decls.items[i]->of != DECL_TEST) continue;
        const Expansion *before = program_enter(program, binder->decls.items[i]);
        declare_test(binder, binder->decls.items[i]);
        binder->diag->expansion = before;
    }
    for (uint32_t i = 0; i < program->relations.count; i++)
        for (uint32_t k = 0; k < program->relations.items[i]->tests.count; k++)
            vec_push(binder->arena, &program->tests, program->relations.items[i]->tests.items[k]);
}

static void walk_rows(Binder *binder, Given *given) {
    Walk walk = {.binder = binder};
    for (uint32_t i = 0; i < given->rows.count; i++) walk_node(&walk, &given->rows.items[i]);
}

static void declare_unit_test(Binder *binder, Decl *decl) {
    Clause *model = need_clause(binder, decl, CLAUSE_FOR_MODEL), *expect = need_clause(binder, decl, CLAUSE_EXPECT);
    UnitTest *test = arena_new(binder->arena, UnitTest);
    test->decl = decl;
    test->name = text_copy(binder->arena, decl->title);
    decl->entity = test;
    if (model && model->kids.count && model->kids.items[0]->kind == NODE_DOTTED)
        test->relation = need_relation(binder, ((Dotted *)model->kids.items[0])->name);
    for (uint32_t i = 0; i < decl->clauses.count; i++) {
        const Clause *clause = (const Clause *)decl->clauses.items[i];
        if (clause->of != CLAUSE_GIVEN || !clause->expr || clause->expr->kind != NODE_GIVEN) continue;
        Given *given = (Given *)clause->expr;
        walk_rows(binder, given);
        vec_push(binder->arena, &test->given, given);
        vec_push(binder->arena, &test->given_relations, need_relation(binder, given->relation));
    }
    if (expect && expect->expr && expect->expr->kind == NODE_GIVEN) {
        test->expected = (Given *)expect->expr;
        walk_rows(binder, test->expected);
    }
    vec_push(binder->arena, &binder->program->unit_tests, test);
}

void declare_unit_tests(Binder *binder) {
    for (uint32_t i = 0; i < binder->decls.count; i++) {
        if (binder->decls.items[i]->of != DECL_UNIT_TEST) continue;
        const Expansion *before = program_enter(binder->program, binder->decls.items[i]);
        declare_unit_test(binder, binder->decls.items[i]);
        binder->diag->expansion = before;
    }
}
