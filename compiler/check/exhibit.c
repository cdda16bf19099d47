/* Values for the rows that break a test. Columns that are equal in each row are one variable; of a few values by type, and of
 * those that conditions and contracts speak of, the first are taken with which all of these are true. */
#include "compiler/check/datum.h"
#include "compiler/check/refute.h"
#include "compiler/check/value.h"

#include <stdlib.h>
#include <string.h>

enum { MOST_TRIES = 2000, MOST_SHOWN = 40, STEPS = 4000, PATTERNS = 3 };

typedef VEC(Datum) Datums;

typedef struct Variable {
    VEC(Column *) columns;         /* of tables in FROM, equal in each row */
    bool shared;                   /* the two rows agree in it */
    bool set;
    bool may_be_null;
    Datums candidates;
    Datum value[2];
} Variable;

/* Where the columns of a condition stand. */
typedef enum { LAW_QUERY, LAW_TABLE, LAW_PARENT } LawOf;

typedef struct Law {
    LawOf of;
    Node *condition;
    const TableRef *table;         /* TABLE: a contract of it, or of the source that it copies */
    const Column *parent;          /* PARENT: a contract of the column that the variable refers to */
    const Variable *variable;
} Law;

typedef struct Exhibit {
    const Witness *witness;
    Arena *arena;
    Prover prover;
    Map shown;                     /* Column of a table in FROM → its Variable */
    VEC(Variable *) variables;
    VEC(Law) laws;
    Datums pool;                   /* of the literals that laws are written with */
    uint32_t tries;
} Exhibit;

typedef struct Place { const Exhibit *exhibit; const Law *law; int row; } Place;

/* ------------------------------------------------------------------- columns */

static void show(Exhibit *exhibit, Column *column) {
    if (!map_get(&exhibit->shown, column)) map_put(&exhibit->shown, column, column);
}

/* What is tested, compared, equal or different, and the keys. */
static void show_all(Exhibit *exhibit) {
    const Witness *witness = exhibit->witness;
    for (uint32_t i = 0; i < witness->tested.count; i++) show(exhibit, witness->tested.items[i]);
    for (uint32_t i = 0; i < witness->compared.count; i++) show(exhibit, witness->compared.items[i]);
    for (uint32_t i = 0; i < witness->equal.count; i++) show(exhibit, witness->equal.items[i].a), show(exhibit, witness->equal.items[i].b);
    for (uint32_t t = 0; t < witness->tables.count; t++) {
        const Rows *rows = witness->tables.items[t]->rowset.rows;
        const Test *key = relation_key(witness->tables.items[t]->relation);
        for (uint32_t i = 0; i < rows->columns.count; i++) {
            bool of_key = false;
            for (uint32_t k = 0; key && k < key->columns.count; k++) of_key |= rows->columns.items[i]->copied == key->columns.items[k];
            if (of_key || !agrees(witness, rows->columns.items[i])) show(exhibit, rows->columns.items[i]);
        }
    }
}

/* Whether a column of a table in FROM is what a contract calls so: the relation's column, or the source's that it copies. */
static bool is_called(const Column *column, const Column *own) {
    return column->copied && column->copied->relation && (column->copied == own || source_column(column->copied) == own);
}

typedef struct Relating { Exhibit *exhibit; const Rows *rows; bool showing, speaks; } Relating;

static void relate(void *context, Node **place) {
    Relating *relating = context;
    const Column *own = (*place)->kind == NODE_REF ? ((const Ref *)*place)->column : NULL;
    for (uint32_t i = 0; own && i < relating->rows->columns.count; i++) {
        Column *column = relating->rows->columns.items[i];
        if (!is_called(column, own)) continue;
        relating->speaks |= map_get(&relating->exhibit->shown, column) != NULL;
        if (relating->showing) show(relating->exhibit, column);
    }
    node_kids(*place, relate, context);
}

/* What a contract compares with what is shown is shown too. */
static void show_related(Exhibit *exhibit, const TableRef *table, const Relation *relation) {
    for (uint32_t i = 0; i < relation->tests.count; i++) {
        Node *check = relation->tests.items[i]->columns.count ? NULL : relation->tests.items[i]->check;
        Relating relating = {.exhibit = exhibit, .rows = table->rowset.rows};
        if (!check || relation->tests.items[i]->warn) continue;
        relate(&relating, &check);
        relating.showing = true;
        if (relating.speaks) relate(&relating, &check);
    }
}

static void show_compared(Exhibit *exhibit) {
    for (uint32_t t = 0; t < exhibit->witness->tables.count; t++) {
        const TableRef *table = exhibit->witness->tables.items[t];
        show_related(exhibit, table, table->relation);
        for (uint32_t i = 0; i < table->rowset.rows->columns.count; i++) {
            const Column *own = table->rowset.rows->columns.items[i]->copied, *source = own && own->relation ? source_column(own) : NULL;
            if (!source || source->relation == table->relation) continue;
            show_related(exhibit, table, source->relation);
            break;
        }
    }
}

static Variable *variable_of(const Exhibit *exhibit, const Column *column) {
    for (uint32_t i = 0; i < exhibit->variables.count; i++)
        for (uint32_t k = 0; k < exhibit->variables.items[i]->columns.count; k++)
            if (exhibit->variables.items[i]->columns.items[k] == column) return exhibit->variables.items[i];
    return NULL;
}

/* Adds to a variable all that is equal to one of its columns. */
static void spread(Exhibit *exhibit, Variable *variable, Column *column) {
    if (variable_of(exhibit, column)) return;
    vec_push(exhibit->arena, &variable->columns, column);
    for (uint32_t i = 0; i < exhibit->witness->equal.count; i++) {
        const Equal *pair = &exhibit->witness->equal.items[i];
        if (pair->a == column) spread(exhibit, variable, pair->b);
        if (pair->b == column) spread(exhibit, variable, pair->a);
    }
}

static void make_variables(Exhibit *exhibit) {
    for (uint32_t i = 0; i < exhibit->shown.count; i++) {
        Column *column = exhibit->shown.values[i];
        if (variable_of(exhibit, column)) continue;
        Variable *variable = arena_new(exhibit->arena, Variable);
        *variable = (Variable){.shared = agrees(exhibit->witness, column)};
        vec_push(exhibit->arena, &exhibit->variables, variable);
        spread(exhibit, variable, column);
    }
}

/* ---------------------------------------------------------------------- laws */

static Datum value_at(void *context, const Ref *ref) {
    const Place *place = context;
    const Exhibit *exhibit = place->exhibit;
    const Law *law = place->law;
    const Variable *variable = law->of == LAW_PARENT && ref->column == law->parent ? law->variable : NULL;
    if (law->of == LAW_QUERY) variable = ref->column ? variable_of(exhibit, ref->column) : NULL;
    for (uint32_t i = 0; law->of == LAW_TABLE && !variable && i < law->table->rowset.rows->columns.count; i++) {
        const Column *column = law->table->rowset.rows->columns.items[i];
        if (is_called(column, ref->column)) variable = variable_of(exhibit, column);
    }
    return variable && variable->set ? variable->value[place->row] : (Datum){.kind = DATUM_UNKNOWN};
}

typedef struct Gathering { Exhibit *exhibit; const Law *law; bool speaks; } Gathering;

static void add_number(Exhibit *exhibit, double number) {
    for (int near = 0; near < 3; near++)
        vec_push(exhibit->arena, &exhibit->pool, ((Datum){.kind = DATUM_NUMBER, .number = number + (near == 2 ? -1 : near)}));
}

/* Literals are worth trying; columns tell whether a law speaks of any that is shown. */
static void gather(void *context, Node **place) {
    Gathering *gathering = context;
    Exhibit *exhibit = gathering->exhibit;
    const Node *node = *place;
    bool literal = node->kind == NODE_LITERAL || node->kind == NODE_TYPED_LITERAL;
    Datum value = literal ? datum_of(exhibit->arena, node, value_at, &(Place){exhibit, gathering->law, 0}) : (Datum){0};
    if (value.kind == DATUM_NUMBER) add_number(exhibit, value.number);
    if (value.kind == DATUM_TEXT) vec_push(exhibit->arena, &exhibit->pool, value);
    const Law *law = gathering->law;
    const Column *column = node->kind == NODE_REF ? ((const Ref *)node)->column : NULL;
    gathering->speaks |= column && law->of == LAW_PARENT && column == law->parent;
    for (uint32_t i = 0; column && law->of == LAW_TABLE && i < law->table->rowset.rows->columns.count; i++)
        gathering->speaks |= is_called(law->table->rowset.rows->columns.items[i], column) && variable_of(exhibit, law->table->rowset.rows->columns.items[i]);
    node_kids(*place, gather, gathering);
}

static void add_law(Exhibit *exhibit, Law law) {
    Gathering gathering = {exhibit, &law, law.of == LAW_QUERY};
    Node *condition = law.condition;
    gather(&gathering, &condition);
    if (gathering.speaks) vec_push(exhibit->arena, &exhibit->laws, law);
}

/* A pattern of a contract: values are made by it. */
static void add_pattern(Exhibit *exhibit, const Node *check, Variable *variable) {
    const Like *like = check->kind == NODE_LIKE ? (const Like *)check : NULL;
    const Literal *pattern = like && like->of == LIKE_MATCHES && like->pattern->kind == NODE_LITERAL ? (const Literal *)like->pattern : NULL;
    uint64_t seed = 7;
    for (int i = 0; pattern && !like->negated && i < PATTERNS; i++) {
        const char *text = pattern_value(exhibit->arena, pattern->text, &seed);
        Datum made = {.kind = DATUM_TEXT, .text = text, .pattern = text_copy(exhibit->arena, pattern->text)};
        if (text) vec_push(exhibit->arena, &variable->candidates, made);
    }
}

/* The contract of a relation, of which this is a column or what it is a copy of. */
static void add_contract(Exhibit *exhibit, const TableRef *table, const Column *of, Variable *variable, bool parent) {
    const Relation *relation = of->relation;
    for (uint32_t i = 0; i < relation->tests.count; i++) {
        const Test *test = relation->tests.items[i];
        if (test->warn || !test->check) continue;
        bool alone = test->columns.count == 1 && test->columns.items[0] == of;
        if (parent ? !alone : !alone && test->columns.count) continue; /* a check of the row has no columns */
        if (alone) add_pattern(exhibit, test->check, variable);
        add_law(exhibit, parent ? (Law){LAW_PARENT, test->check, NULL, of, variable} : (Law){LAW_TABLE, test->check, table, NULL, variable});
    }
}

static void add_parents(Exhibit *exhibit, const Column *column, Variable *variable, int depth) {
    for (uint32_t i = 0; depth < 4 && i < column->relation->tests.count; i++) {
        const Test *test = column->relation->tests.items[i];
        const Column *parent = test->kind == TEST_REFERENCES && !test->warn ? test_referenced_by(test, column) : NULL;
        if (!parent || parent == column) continue;
        add_contract(exhibit, NULL, parent, variable, true);
        add_parents(exhibit, parent, variable, depth + 1);
    }
}

static void add_laws(Exhibit *exhibit) {
    const Witness *witness = exhibit->witness;
    for (uint32_t i = 0; i < witness->conditions.count; i++) add_law(exhibit, (Law){.of = LAW_QUERY, .condition = witness->conditions.items[i]});
    for (uint32_t t = 0; t < witness->tables.count; t++) {
        const TableRef *table = witness->tables.items[t];
        for (uint32_t i = 0; i < table->rowset.rows->columns.count; i++) {
            const Column *column = table->rowset.rows->columns.items[i], *own = column->copied;
            Variable *variable = variable_of(exhibit, column);
            const Column *source = variable && own && own->relation ? source_column(own) : NULL;
            if (!variable || !own || !own->relation) continue;
            add_contract(exhibit, table, own, variable, false);
            add_parents(exhibit, own, variable, 0);
            if (!source || source == own) continue;
            add_contract(exhibit, table, source, variable, false);
            add_parents(exhibit, source, variable, 0);
        }
    }
}

/* -------------------------------------------------------------------- values */

static bool is_listed(const Exhibit *exhibit, const Value *value, Datum datum) {
    for (uint32_t i = 0; i < value->items.count; i++)
        if (datum_equal(datum_of(exhibit->arena, &value->items.items[i]->expr.node, NULL, NULL), datum)) return true;
    return !value->listed;
}

/* Whether it is a value that each column of the variable can have, by its type and by what is known of it. */
static bool is_possible(Exhibit *exhibit, const Variable *variable, Datum datum) {
    for (uint32_t i = 0; i < variable->columns.count; i++) {
        const Column *column = variable->columns.items[i];
        if (!datum_fits(datum, column->type)) return false;
        if (!column->copied || datum.kind == DATUM_NULL) continue;
        Value value = value_of_column(&exhibit->prover, column->copied);
        if (!is_listed(exhibit, &value, datum)) return false;
        bool bounded = datum.kind == DATUM_NUMBER;
        if (bounded && (datum.number < value.range.low || datum.number > value.range.high)) return false;
    }
    return true;
}

static void try_value(Exhibit *exhibit, Variable *variable, Datum datum) {
    for (uint32_t i = 0; i < variable->candidates.count; i++)
        if (datum_equal(variable->candidates.items[i], datum)) return;
    vec_push(exhibit->arena, &variable->candidates, datum);
}

static void try_usual(Exhibit *exhibit, Variable *variable) {
    static const char *const texts[] = {"a", "b", "c"}, *const days[] = {"2026-01-01", "2026-01-02", "2000-01-01", "2000-01-02", "2100-01-01", "2100-01-02"};
    static const char *const moments[] = {"2026-01-01 00:00:00", "2026-01-02 00:00:00", "2000-01-01 00:00:00", "2000-01-02 00:00:00",
                                          "2100-01-01 00:00:00", "2100-01-02 00:00:00"};
    static const char *const ids[] = {"00000000-0000-4000-8000-000000000001", "00000000-0000-4000-8000-000000000002"};
    TypeKind kind = variable->columns.items[0]->type->kind;
    for (int i = 0; kind == TYPE_TEXT && i < 3; i++) try_value(exhibit, variable, (Datum){.kind = DATUM_TEXT, .text = texts[i]});
    for (int i = 0; kind == TYPE_DATE && i < 6; i++) try_value(exhibit, variable, (Datum){.kind = DATUM_TEXT, .text = days[i]});
    for (int i = 0; (kind == TYPE_TIMESTAMP || kind == TYPE_TIMESTAMPTZ) && i < 6; i++) try_value(exhibit, variable, (Datum){.kind = DATUM_TEXT, .text = moments[i]});
    for (int i = 0; kind == TYPE_UUID && i < 2; i++) try_value(exhibit, variable, (Datum){.kind = DATUM_TEXT, .text = ids[i]});
    static const double numbers[] = {1, 2, 3, 0, -1, 10, 100, 1000};
    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++) try_value(exhibit, variable, (Datum){.kind = DATUM_NUMBER, .number = numbers[i]});
}

static void add_candidates(Exhibit *exhibit, Variable *variable) {
    for (uint32_t i = 0; i < variable->columns.count; i++) {
        const Column *own = variable->columns.items[i]->copied;
        Value value = own && own->relation ? value_of_column(&exhibit->prover, own) : (Value){0};
        for (uint32_t k = 0; value.listed && k < value.items.count; k++)
            try_value(exhibit, variable, datum_of(exhibit->arena, &value.items.items[k]->expr.node, NULL, NULL));
    }
    try_usual(exhibit, variable);
    for (uint32_t i = 0; i < exhibit->pool.count; i++) try_value(exhibit, variable, exhibit->pool.items[i]);
    if (variable->may_be_null) try_value(exhibit, variable, (Datum){.kind = DATUM_NULL});
    uint32_t kept = 0;
    for (uint32_t i = 0; i < variable->candidates.count; i++)
        if (is_possible(exhibit, variable, variable->candidates.items[i])) variable->candidates.items[kept++] = variable->candidates.items[i];
    variable->candidates.count = kept;
}

/* A null is worth trying where a condition may ask for it: in a column that nothing is equal to, and that is not tested. */
static void allow_nulls(Exhibit *exhibit) {
    const Witness *witness = exhibit->witness;
    for (uint32_t i = 0; i < witness->compared.count; i++) {
        Variable *variable = variable_of(exhibit, witness->compared.items[i]);
        variable->may_be_null = variable->columns.count == 1 && variable->columns.items[0]->nullable;
    }
    for (uint32_t i = 0; i < witness->tested.count; i++) variable_of(exhibit, witness->tested.items[i])->may_be_null = false;
}

/* -------------------------------------------------------------------- search */

/* Conditions must be true, contracts not false; until all is set, what is not known may come. */
static bool law_holds(const Exhibit *exhibit, const Law *law, bool whole) {
    for (int row = 0; row < 2; row++) {
        Place place = {exhibit, law, row};
        Truth truth = datum_truth(exhibit->arena, law->condition, value_at, &place);
        if (truth == TRUTH_FALSE || (truth == TRUTH_NULL && law->of == LAW_QUERY) || (truth == TRUTH_UNKNOWN && whole)) return false;
    }
    return true;
}

static bool laws_hold(const Exhibit *exhibit, bool whole) {
    for (uint32_t i = 0; i < exhibit->laws.count; i++)
        if (!law_holds(exhibit, &exhibit->laws.items[i], whole)) return false;
    return true;
}

static bool search(Exhibit *exhibit, uint32_t index) {
    bool whole = index == exhibit->variables.count;
    if (exhibit->tries++ > MOST_TRIES || !laws_hold(exhibit, whole)) return false;
    if (whole) return true;
    Variable *variable = exhibit->variables.items[index];
    variable->set = true;
    for (uint32_t a = 0; a < variable->candidates.count; a++)
        for (uint32_t b = variable->shared ? a : 0; b < (variable->shared ? a + 1 : variable->candidates.count); b++) {
            if (!variable->shared && a == b) continue;
            variable->value[0] = variable->candidates.items[a];
            variable->value[1] = variable->candidates.items[b];
            if (search(exhibit, index + 1)) return true;
        }
    variable->set = false;
    return false;
}

/* --------------------------------------------------------------------- tables */

/* In characters: UTF-8. */
static size_t width_of(const char *text) {
    size_t width = 0;
    for (; *text; text++) width += (*text & 0xC0) != 0x80;
    return width;
}

static void write_row(const Exhibit *exhibit, const Rows *rows, int row, const size_t *widths, Buffer *out) {
    const char *blank = "\n    ";
    for (uint32_t i = 0; i < rows->columns.count; i++) {
        const Column *column = rows->columns.items[i];
        const Variable *variable = variable_of(exhibit, column);
        if (!variable) continue;
        const char *text = row < 0 ? column->name->text : datum_text(exhibit->arena, variable->value[row], column->type);
        buffer_format(out, "%s%s", blank, text);
        blank = arena_format(exhibit->arena, "%*s", (int)(widths[i] - width_of(text) + 2), "");
    }
}

static void write_table(const Exhibit *exhibit, const TableRef *table, Buffer *out) {
    const Rows *rows = table->rowset.rows;
    size_t *widths = arena_alloc(exhibit->arena, (rows->columns.count + 1) * sizeof *widths);
    bool two = false;
    for (uint32_t i = 0; i < rows->columns.count; i++) {
        const Variable *variable = variable_of(exhibit, rows->columns.items[i]);
        widths[i] = width_of(rows->columns.items[i]->name->text);
        for (int row = 0; variable && row < 2; row++) {
            size_t length = width_of(datum_text(exhibit->arena, variable->value[row], rows->columns.items[i]->type));
            if (length > widths[i]) widths[i] = length;
        }
        two |= variable && !variable->shared;
    }
    buffer_format(out, "\n  %s", table->relation->full_name->text);
    for (int row = -1; row < (two ? 2 : 1); row++) write_row(exhibit, rows, row, widths, out);
}

/* ------------------------------------------------------------------ interface */

/* A test that is a query may ask anything; of a relation that is read twice each place would have the other's rows too. */
static bool is_asked_more(const Witness *witness) {
    for (uint32_t t = 0; t < witness->tables.count; t++) {
        const Relation *relation = witness->tables.items[t]->relation;
        for (uint32_t i = 0; i < relation->tests.count; i++)
            if (relation->tests.items[i]->kind == TEST_QUERY && !relation->tests.items[i]->warn) return true;
        for (uint32_t i = 0; i < t; i++)
            if (witness->tables.items[i]->relation == relation) return true;
    }
    return false;
}

/* What a condition asks for must be what the column can have: it is copied from a source, or its values are listed. */
static bool is_free(Exhibit *exhibit, const Column *column) {
    const Column *own = column->copied;
    return own && own->relation && (source_column(own) || value_of_column(&exhibit->prover, own).listed);
}

static bool are_free(Exhibit *exhibit) {
    for (uint32_t i = 0; i < exhibit->witness->compared.count; i++)
        if (!is_free(exhibit, exhibit->witness->compared.items[i])) return false;
    return true;
}

bool witness_rows(const Witness *witness, Buffer *out) {
    Arena *arena = arena_scratch(witness->checking->arena);
    Exhibit exhibit = {.witness = witness, .arena = arena, .prover = {.checking = witness->checking, .arena = arena, .steps = STEPS}};
    map_open(&exhibit.shown, arena);
    show_all(&exhibit);
    show_compared(&exhibit);
    if (is_asked_more(witness) || exhibit.shown.count > MOST_SHOWN || !are_free(&exhibit)) return false;
    make_variables(&exhibit);
    allow_nulls(&exhibit);
    add_laws(&exhibit);
    for (uint32_t i = 0; i < exhibit.variables.count; i++) add_candidates(&exhibit, exhibit.variables.items[i]);
    if (!search(&exhibit, 0)) return false;
    for (uint32_t t = 0; t < witness->tables.count; t++) write_table(&exhibit, witness->tables.items[t], out);
    return true;
}
