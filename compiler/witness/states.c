#include "compiler/witness/internal.h"

#include <string.h>

enum { TRIES = 20 };                    /* for a row whose keys are there already */

static const char **cell(const WitnessTable *table, int state, uint32_t row, uint32_t column) {
    return &table->cells[state][row * table->source->rows->columns.count + column];
}

/* ---------------------------------------------------------------- promises */

/* The table and column that a column's values must be found in; null: it refers to nothing. */
static const WitnessTable *referenced(const Witness *witness, const WitnessTable *table, const Column *column, uint32_t *ret_column) {
    for (uint32_t i = 0; i < table->source->tests.count; i++) {
        const Test *test = table->source->tests.items[i];
        if (test->kind != TEST_REFERENCES || test->columns.count != 1 || test->columns.items[0] != column) continue;
        const Column *key = flow_domain(column); /* the last of a chain: its values are in all before it */
        for (uint32_t k = 0; k < witness->tables.count; k++) {
            if (witness->tables.items[k].source != key->relation || key == column) continue;
            *ret_column = key->index;
            return &witness->tables.items[k];
        }
    }
    return NULL;
}

/* Columns that refer to others beside one another: their row must be there, unless one of them is null. */
static bool is_together(const Test *test) {
    return test->kind == TEST_REFERENCES && test->columns.count > 1 && test->columns.count == test->column_names.count &&
           test_referenced(test, test->columns.count - 1) && test->referenced != test->relation;
}

static const WitnessTable *table_of(const Witness *witness, const Relation *source) {
    for (uint32_t i = 0; i < witness->tables.count; i++)
        if (witness->tables.items[i].source == source) return &witness->tables.items[i];
    return NULL;
}

static bool is_row_of(const WitnessTable *table, const WitnessTable *parent, const Test *test, int state, uint32_t row, uint32_t theirs) {
    for (uint32_t i = 0; i < test->columns.count; i++)
        if (strcmp(*cell(table, state, row, test->columns.items[i]->index), *cell(parent, state, theirs, test_referenced(test, i)->index))) return false;
    return true;
}

static bool is_found(const Witness *witness, const WitnessTable *table, const Test *test, int state, uint32_t row) {
    const WitnessTable *parent = table_of(witness, test->referenced);
    for (uint32_t i = 0; i < test->columns.count; i++)
        if (!strcmp(*cell(table, state, row, test->columns.items[i]->index), "null")) return true;
    for (uint32_t i = 0; parent && i < parent->row_count; i++)
        if (is_row_of(table, parent, test, state, row, i)) return true;
    return !parent;
}

static bool all_found(const Witness *witness, const WitnessTable *table, int state, uint32_t row) {
    for (uint32_t i = 0; i < table->source->tests.count; i++)
        if (is_together(table->source->tests.items[i]) && !is_found(witness, table, table->source->tests.items[i], state, row)) return false;
    return true;
}

/* Takes the values of columns that refer to others together from one row there. */
static void draw_together(const Witness *witness, const WitnessTable *table, uint32_t row, uint64_t *seed) {
    for (uint32_t i = 0; i < table->source->tests.count; i++) {
        const Test *test = table->source->tests.items[i];
        const WitnessTable *parent = is_together(test) ? table_of(witness, test->referenced) : NULL;
        if (!parent || !parent->row_count) continue;
        uint32_t theirs = (uint32_t)(random_next(seed) % parent->row_count);
        for (uint32_t k = 0; k < test->columns.count; k++)
            *cell(table, 0, row, test->columns.items[k]->index) = *cell(parent, 0, theirs, test_referenced(test, k)->index);
    }
}

typedef struct About { const Name *column; bool other; uint32_t count; } About;

static void look(void *context, Node **place) {
    About *about = context;
    const Ref *ref = (*place)->kind == NODE_REF ? (const Ref *)*place : NULL;
    if (ref && ref->column) about->count++;
    if (ref && ref->column && ref->column->name != about->column) about->other = true;
    node_kids(*place, look, about);
}

/* Whether a test asks something of the column alone, row by row. */
static bool is_about(const Test *test, const Column *column) {
    About about = {.column = column->name};
    Node *check = test->check;
    if (check) look(&about, &check);
    return about.count && !about.other;
}

/* Literals of `in (…)` beside the column, which alone would be right. */
static const Nodes *list_of(const WitnessTable *table, const Column *column) {
    for (uint32_t i = 0; i < table->source->tests.count; i++) {
        const Test *test = table->source->tests.items[i];
        const In *in = test->kind == TEST_IN && test->check && test->check->kind == NODE_IN ? (const In *)test->check : NULL;
        if (in && in->list.count && is_about(test, column)) return &in->list;
    }
    return NULL;
}

static const char *of_list(const Witness *witness, const Nodes *list, const Type *type, uint64_t random) {
    const Literal *literal = (const Literal *)list->items[random % list->count];
    Buffer out;
    if (literal->expr.node.kind != NODE_LITERAL) return NULL;
    buffer_open(&out, witness->arena);
    if (literal->of == LITERAL_STRING) emit_string(witness->pools->dialect, literal->text, &out);
    else buffer_format(&out, "%.*s", TEXT_ARGS(literal->text));
    if (type->kind != TYPE_TEXT) emit_cast(witness->pools->dialect, type, &out);
    return buffer_string(&out);
}

/* A value that `matches '…'` beside the column lets pass; null: there is none, or it is beyond us. */
static const char *of_pattern(const Witness *witness, const WitnessTable *table, const Column *column, uint64_t *seed) {
    for (uint32_t i = 0; i < table->source->tests.count; i++) {
        const Test *test = table->source->tests.items[i];
        const Like *like = test->check && test->check->kind == NODE_LIKE ? (const Like *)test->check : NULL;
        if (!like || like->of != LIKE_MATCHES || like->negated || like->pattern->kind != NODE_LITERAL || !is_about(test, column)) continue;
        const char *value = pattern_value(witness->arena, ((const Literal *)like->pattern)->text, seed);
        Buffer out;
        buffer_open(&out, witness->arena);
        if (value) emit_string(witness->pools->dialect, text_of(value), &out);
        return value ? buffer_string(&out) : NULL;
    }
    return NULL;
}

static const WitnessColumn *asked_column(const Witness *witness, const WitnessTable *table, const Column *column) {
    for (uint32_t i = 0; i < witness->columns.count; i++) {
        const WitnessColumn *one = &witness->columns.items[i];
        if (&witness->tables.items[one->table] == table && one->column == column->index && one->passing_count) return one;
    }
    return NULL;
}

/* By what the contract says of the column alone. */
static const char *draw_promised(const Witness *witness, const WitnessTable *table, const Column *column, uint64_t *seed) {
    const Nodes *list = list_of(table, column);
    const char *value = NULL;
    if (column->type->kind == TYPE_TEXT) value = of_pattern(witness, table, column, seed);
    if (list) value = of_list(witness, list, column->type, random_next(seed));
    return value ? value : pools_value(witness->pools, witness->arena, column->type, random_next(seed));
}

static const char *draw_value(const Witness *witness, const WitnessTable *table, int state, const Column *column, uint64_t *seed) {
    uint32_t theirs;
    const WitnessColumn *asked = asked_column(witness, table, column);
    const WitnessTable *other = referenced(witness, table, column, &theirs);
    if (column->nullable && random_next(seed) % 6 == 0) return "null";
    if (other && !other->row_count) return column->nullable ? "null" : NULL;
    if (other) return *cell(other, state, (uint32_t)(random_next(seed) % other->row_count), theirs);
    if (asked) return asked->candidates[asked->passing[random_next(seed) % asked->passing_count]];
    return draw_promised(witness, table, column, seed);
}

static bool same_key(const WitnessTable *table, int state, const Test *test, uint32_t a, uint32_t b) {
    for (uint32_t i = 0; i < test->columns.count; i++) {
        const char *one = *cell(table, state, a, test->columns.items[i]->index), *other = *cell(table, state, b, test->columns.items[i]->index);
        if (strcmp(one, other) || !strcmp(one, "null")) return false;
    }
    return true;
}

/* Whether a row has no key or unique columns of a row before it (and, in a state that is whole, behind it). */
static bool is_alone(const WitnessTable *table, int state, uint32_t row, uint32_t count) {
    for (uint32_t i = 0; i < table->source->tests.count; i++) {
        const Test *test = table->source->tests.items[i];
        bool unique = (test->kind == TEST_KEY || test->kind == TEST_UNIQUE) && test->columns.count;
        for (uint32_t k = 0; unique && k < count; k++)
            if (k != row && same_key(table, state, test, row, k)) return false;
    }
    return true;
}

/* -------------------------------------------------------------- candidates */

static bool put_question(const Witness *witness, Program *program, const WitnessTable *table, const Column *column, WitnessColumn *out) {
    EmitOptions options = {.without_run = true};
    Buffer sql;
    buffer_open(&sql, witness->arena);
    buffer_text(&sql, "select candidate from (values ");
    for (uint32_t i = 0; i < out->candidate_count; i++) buffer_format(&sql, "%s(%u, %s)", i ? ", " : "", i, out->candidates[i]);
    buffer_text(&sql, ") as candidates (candidate, ");
    emit_name(witness->pools->dialect, column->name->text, &sql);
    buffer_text(&sql, ") where true");
    for (uint32_t i = 0; i < table->source->tests.count; i++) {
        if (!is_about(table->source->tests.items[i], column)) continue;
        buffer_text(&sql, " and (");
        if (!emit_expr(program, (const Expr *)table->source->tests.items[i]->check, witness->pools->dialect, &options, &sql)) return false;
        buffer_char(&sql, ')');
    }
    out->query = buffer_string(&sql);
    return true;
}

bool witness_add_columns(Witness *witness, Program *program) {
    enum { CANDIDATES = 40 };
    uint64_t seed = 1;
    for (uint32_t t = 0; t < witness->tables.count; t++) {
        const WitnessTable *table = &witness->tables.items[t];
        for (uint32_t i = 0; i < table->source->rows->columns.count; i++) {
            const Column *column = table->source->rows->columns.items[i];
            bool promised = false;
            for (uint32_t k = 0; k < table->source->tests.count; k++) promised |= is_about(table->source->tests.items[k], column);
            if (!promised) continue;
            WitnessColumn asked = {.table = t, .column = i, .candidate_count = CANDIDATES};
            asked.candidates = arena_alloc(witness->arena, CANDIDATES * sizeof *asked.candidates);
            asked.passing = arena_alloc(witness->arena, CANDIDATES * sizeof *asked.passing);
            for (uint32_t k = 0; k < CANDIDATES; k++) asked.candidates[k] = draw_promised(witness, table, column, &seed);
            if (!put_question(witness, program, table, column, &asked)) return false;
            vec_push(witness->arena, &witness->columns, asked);
        }
    }
    return true;
}

/* ------------------------------------------------------------------- first */

static bool draw_row(const Witness *witness, WitnessTable *table, uint32_t row, uint64_t *seed) {
    const Rows *rows = table->source->rows;
    for (int tries = 0; tries < TRIES; tries++) {
        for (uint32_t i = 0; i < rows->columns.count; i++) {
            const char *value = draw_value(witness, table, 0, rows->columns.items[i], seed);
            if (!value) return false;
            *cell(table, 0, row, i) = value;
        }
        draw_together(witness, table, row, seed);
        if (is_alone(table, 0, row, row) && all_found(witness, table, 0, row)) return true;
    }
    return false;
}

static bool draw_table(const Witness *witness, WitnessTable *table, uint64_t *seed) {
    uint32_t wanted = 1 + (uint32_t)(random_next(seed) % WITNESS_ROWS);
    for (table->row_count = 0; table->row_count < wanted; table->row_count++)
        if (!draw_row(witness, table, table->row_count, seed)) return table->row_count > 0;
    return true;
}

/* ------------------------------------------------------------------ second */

/* Another value, or that of another row: permutations find what is learnt by groups. */
static void change_cell(const Witness *witness, WitnessTable *table, uint32_t row, uint32_t column, uint64_t *seed) {
    const char *before = *cell(table, 1, row, column);
    const char *value = random_next(seed) % 4 == 0 ? *cell(table, 0, (uint32_t)(random_next(seed) % table->row_count), column)
                                                    : draw_value(witness, table, 1, table->source->rows->columns.items[column], seed);
    if (value) *cell(table, 1, row, column) = value;
    if (!is_alone(table, 1, row, table->row_count) || !all_found(witness, table, 1, row)) *cell(table, 1, row, column) = before;
}

static bool change_table(const Witness *witness, WitnessTable *table, uint64_t *seed) {
    uint32_t width = table->source->rows->columns.count;
    bool changed = false;
    memcpy(table->cells[1], table->cells[0], table->row_count * width * sizeof *table->cells[0]);
    for (uint32_t row = 0; row < table->row_count; row++)
        for (uint32_t column = 0; column < width; column++) {
            if (!table->secret[column] || random_next(seed) % 2) continue;
            change_cell(witness, table, row, column, seed);
            changed |= strcmp(*cell(table, 0, row, column), *cell(table, 1, row, column)) != 0;
        }
    return changed;
}

bool witness_draw(Witness *witness, uint64_t *seed) {
    bool changed = false;
    for (uint32_t i = 0; i < witness->tables.count; i++)
        if (!draw_table(witness, &witness->tables.items[i], seed)) return false;
    for (uint32_t i = 0; i < witness->tables.count; i++) changed |= change_table(witness, &witness->tables.items[i], seed);
    return changed;
}

void witness_put(const Witness *witness, int state, Buffer *out) {
    for (uint32_t i = 0; i < witness->tables.count; i++) {
        const WitnessTable *table = &witness->tables.items[i];
        uint32_t width = table->source->rows->columns.count;
        buffer_format(out, "delete from %s;\n", table->name);
        for (uint32_t row = 0; row < table->row_count; row++) {
            buffer_format(out, "%s", row ? ", (" : "");
            if (!row) buffer_format(out, "insert into %s values (", table->name);
            for (uint32_t k = 0; k < width; k++) buffer_format(out, "%s%s", k ? ", " : "", *cell(table, state, row, k));
            buffer_format(out, ")%s", row + 1 == table->row_count ? ";\n" : "");
        }
    }
}
