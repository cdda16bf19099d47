/* Where the data of one person are. A column that is tagged so tells people apart; a plain copy of it does too; and what hangs
 * on such rows by a key belongs to the same people. What is only computed from them is listed without a query. */
#include "compiler/audit/audit.h"

#include <ctype.h>
#include <string.h>

typedef struct Found {
    bool by_value;                 /* some of its columns hold the value */
    const Relation *through;       /* a column of it is among those of this relation's rows */
    const Column *own, *theirs;
} Found;

typedef struct Searching {
    const Facts *facts;
    Arena *arena;
    const Tag *tag;
    const char *value;
    Found *found;                  /* beside the program's relations */
    Map index;                     /* Relation → its Found */
} Searching;

/* ------------------------------------------------------------------ values */

static bool is_number(const char *text) {
    text += *text == '-';
    size_t digits = strspn(text, "0123456789");
    const char *rest = text + digits;
    if (*rest == '.') rest += 1 + strspn(rest + 1, "0123456789");
    return digits && !*rest;
}

static bool is_day(const char *text) {
    static const char shape[] = "9999-99-99";
    for (size_t i = 0; i < sizeof shape; i++)
        if (shape[i] == '9' ? !isdigit((unsigned char)text[i]) : text[i] != shape[i]) return false;
    return true;
}

static const char *quoted(Arena *arena, const char *type, const char *text) {
    Buffer out;
    buffer_open(&out, arena);
    buffer_format(&out, "%s'", type);
    for (; *text; text++) {
        if (*text == '\'') buffer_char(&out, '\'');
        buffer_char(&out, *text);
    }
    buffer_char(&out, '\'');
    return buffer_string(&out);
}

/* The value as a literal that a column compares with; null: it can be no value of the column. */
static const char *literal_of(Arena *arena, const Type *type, const char *value) {
    switch (type->kind) {
    case TYPE_TEXT: return quoted(arena, "", value);
    case TYPE_INT2: case TYPE_INT4: case TYPE_INT8: case TYPE_DECIMAL: return is_number(value) ? value : NULL;
    case TYPE_DATE: return is_day(value) ? quoted(arena, "date ", value) : NULL;
    case TYPE_UUID: return quoted(arena, "uuid ", value);
    default: return NULL; /* nobody is known by a time, a flag or a document */
    }
}

static bool names_people(const Column *column, const Tag *tag) {
    const Column *origin = flow_origin(column);
    const ColumnFacts *facts = origin->declared;
    for (uint32_t i = 0; facts && i < facts->tags.count; i++)
        if (facts->tags.items[i] == tag) return true;
    return false;
}

static bool holds_value(const Searching *searching, const Column *column) {
    return names_people(column, searching->tag) && literal_of(searching->arena, column->type, searching->value);
}

/* -------------------------------------------------------------------- links */

static Found *found_of(const Searching *searching, const Relation *relation) {
    return map_get(&searching->index, relation);
}

static bool is_known(const Found *found) {
    return found->by_value || found->through;
}

static bool is_unique(const Searching *searching, const Relation *relation, const Column *column) {
    const RelationFacts *facts = facts_of(searching->facts, relation);
    for (uint32_t i = 0; facts && facts->keys && i < facts->keys->keys.count; i++) {
        const Key *key = facts->keys->keys.items[i];
        if (key->columns.count == 1 && key->columns.items[0] == column) return true;
    }
    return false;
}

static Level level_of_column(const Searching *searching, const Relation *relation, uint32_t column) {
    const RelationFacts *facts = facts_of(searching->facts, relation);
    if (!facts || !facts->flow) return LEVEL_NONE;
    return flow_label_level(facts->flow->columns[column].d, searching->tag->index);
}

static bool carries(const Searching *searching, const Relation *relation) {
    for (uint32_t i = 0; i < relation->rows->columns.count; i++)
        if (level_of_column(searching, relation, i) > LEVEL_NONE) return true;
    return false;
}

/* Rows of `relation` belong to the person if they refer to a row that does; and the one row that such a row refers to does
 * too, where it carries the category: a customer of an order, but not its product. */
static bool link(const Searching *searching, const Relation *known, const Relation *relation, Found *out) {
    for (uint32_t i = 0; i < known->rows->columns.count; i++)
        for (uint32_t k = 0; k < relation->rows->columns.count; k++) {
            const Column *theirs = known->rows->columns.items[i], *own = relation->rows->columns.items[k];
            if (flow_domain(flow_origin(theirs)) != flow_domain(flow_origin(own))) continue;
            bool down = is_unique(searching, known, theirs), up = is_unique(searching, relation, own) && carries(searching, relation);
            if (!down && !up) continue;
            out->through = known, out->theirs = theirs, out->own = own;
            return true;
        }
    return false;
}

/* Whether a relation knows people by a column that the other has not: so the other is to be asked through it, too. */
static bool knows_more(const Searching *searching, const Relation *relation, const Relation *other) {
    for (uint32_t i = 0; i < relation->rows->columns.count; i++) {
        const Column *column = relation->rows->columns.items[i];
        bool both = false;
        for (uint32_t k = 0; k < other->rows->columns.count; k++) both |= flow_origin(other->rows->columns.items[k]) == flow_origin(column);
        if (!both && holds_value(searching, column)) return true;
    }
    return false;
}

/* Whether what is found of `relation` is found, at last, through `other`. */
static bool leads_to(const Searching *searching, const Relation *relation, const Relation *other) {
    for (const Relation *at = relation; at; at = found_of(searching, at)->through)
        if (at == other) return true;
    return false;
}

static bool wants_link(const Searching *searching, const Relation *known, const Relation *relation) {
    const Found *found = found_of(searching, relation);
    if (!found || found->through || leads_to(searching, known, relation)) return false;
    return !found->by_value || knows_more(searching, known, relation);
}

static bool is_searched(const Relation *relation) {
    return relation->kind != RELATION_SYSTEM && relation->rows && !relation->rows->open;
}

/* Breadth first, so that each relation is reached in the fewest steps. */
static void follow(Searching *searching, Relation **queue, uint32_t count) {
    const Program *program = searching->facts->program;
    for (uint32_t at = 0; at < count; at++)
        for (uint32_t i = 0; i < program->relations.count; i++) {
            Relation *relation = program->relations.items[i];
            if (!wants_link(searching, queue[at], relation)) continue;
            Found *found = found_of(searching, relation);
            bool queued = found->by_value;
            if (link(searching, queue[at], relation, found) && !queued) queue[count++] = relation;
        }
}

/* ------------------------------------------------------------------ queries */

static void put_condition(const Searching *searching, const Relation *relation, Buffer *out) {
    const Found *found = found_of(searching, relation);
    const char *before = "";
    for (uint32_t i = 0; i < relation->rows->columns.count; i++) {
        const Column *column = relation->rows->columns.items[i];
        if (!holds_value(searching, column)) continue;
        buffer_format(out, "%s%s = %s", before, column->name->text, literal_of(searching->arena, column->type, searching->value));
        before = " or ";
    }
    if (!found->through) return;
    buffer_format(out, "%s%s in (select %s from %s where ", before, found->own->name->text, found->theirs->name->text, found->through->full_name->text);
    put_condition(searching, found->through, out);
    buffer_char(out, ')');
}

static const char *query_of(const Searching *searching, const Relation *relation) {
    Buffer out;
    buffer_open(&out, searching->arena);
    buffer_format(&out, "select * from %s where ", relation->full_name->text);
    put_condition(searching, relation, &out);
    return buffer_string(&out);
}

static const char *columns_of(const Searching *searching, const Relation *relation) {
    Buffer out;
    const char *before = "";
    buffer_open(&out, searching->arena);
    for (uint32_t i = 0; i < relation->rows->columns.count; i++) {
        Level level = level_of_column(searching, relation, i);
        if (level == LEVEL_NONE) continue;
        buffer_format(&out, "%s%s %s", before, relation->rows->columns.items[i]->name->text, level_word(level));
        before = ", ";
    }
    return buffer_string(&out);
}

static const char *how_of(const Searching *searching, const Found *found) {
    if (found->by_value) return "holds the value";
    if (found->through) return arena_format(searching->arena, "by %s of %s", found->own->name->text, found->through->full_name->text);
    return "computed from it, told apart by nobody";
}

/* ------------------------------------------------------------------- answer */

static uint32_t holds_of(const Searching *searching, const Relation *relation) {
    uint32_t count = 0;
    for (uint32_t i = 0; i < relation->rows->columns.count; i++) count += holds_value(searching, relation->rows->columns.items[i]);
    return count;
}

/* Those that know people by most columns stand first: others are asked through them. */
static void insert(const Searching *searching, Relation **queue, uint32_t count, Relation *relation) {
    uint32_t holds = holds_of(searching, relation), at = count;
    for (; at && holds_of(searching, queue[at - 1]) < holds; at--) queue[at] = queue[at - 1];
    queue[at] = relation;
}

/* Which relations hold the value; `ret_wrong` gets a column that is tagged so and cannot hold it. */
static uint32_t find_holders(Searching *searching, Relation **queue, const Column **ret_wrong) {
    const Program *program = searching->facts->program;
    uint32_t count = 0;
    for (uint32_t i = 0; i < program->relations.count; i++) {
        Relation *relation = program->relations.items[i];
        if (!is_searched(relation)) continue;
        Found *found = &searching->found[i];
        map_put(&searching->index, relation, found);
        for (uint32_t k = 0; k < relation->rows->columns.count; k++) {
            const Column *column = relation->rows->columns.items[k];
            if (holds_value(searching, column)) found->by_value = true;
            else if (names_people(column, searching->tag)) *ret_wrong = column;
        }
        if (found->by_value) insert(searching, queue, count++, relation);
    }
    return count;
}

/* Rows that a contract refused are kept as they came. */
static void add_quarantine(const Searching *searching, const Relation *relation, AuditTable *table) {
    const Clause *invalid = decl_clause(relation->decl, CLAUSE_ON_INVALID);
    if (relation->kind != RELATION_SOURCE || !invalid || !invalid->word.name || strcmp(invalid->word.name->text, "quarantine")) return;
    const char **row = audit_row(searching->arena, table);
    row[0] = arena_format(searching->arena, "quarantine.%s", relation->name->text);
    row[1] = arena_format(searching->arena, "rows of %s that its contract refused, as they came", relation->full_name->text);
}

AuditTable audit_subject(const Facts *facts, Arena *arena, const Tag *tag, const char *value, const Column **ret_wrong) {
    static const char *const columns[] = {"relation", "found", "columns", "query"};
    const Program *program = facts->program;
    AuditTable table = audit_table(columns, 4);
    Searching searching = {.facts = facts, .arena = arena, .tag = tag, .value = value};
    searching.found = arena_alloc(arena, (program->relations.count + 1) * sizeof *searching.found);
    map_open(&searching.index, arena);
    Relation **queue = arena_alloc(arena, (program->relations.count + 1) * sizeof *queue);
    *ret_wrong = NULL;
    uint32_t count = find_holders(&searching, queue, ret_wrong);
    if (count) *ret_wrong = NULL;
    follow(&searching, queue, count);
    for (uint32_t i = 0; count && i < program->relations.count; i++) {
        const Relation *relation = program->relations.items[i];
        const Found *found = found_of(&searching, relation);
        if (!found || (!is_known(found) && !carries(&searching, relation))) continue;
        const char **row = audit_row(arena, &table);
        row[0] = relation->full_name->text;
        row[1] = how_of(&searching, found);
        row[2] = columns_of(&searching, relation);
        if (is_known(found)) row[3] = query_of(&searching, relation);
        add_quarantine(&searching, relation, &table);
    }
    return table;
}
