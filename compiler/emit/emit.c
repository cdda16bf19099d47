/* The interface of emit/: sets an emitter up, lets it write marked text, lays that out. */
#include "compiler/emit/emit.h"

#include "compiler/emit/internal.h"
#include "compiler/facts/target_names.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#define DIALECT(name) extern const Dialect dialect_##name;
#include "compiler/emit/dialects.def"
#undef DIALECT

static const Dialect *const dialects[] = {
#define DIALECT(name) &dialect_##name,
#include "compiler/emit/dialects.def"
#undef DIALECT
};

#define DIALECT_COUNT (sizeof dialects / sizeof dialects[0])

const Dialect *dialect_find(const char *engine) {
    for (size_t i = 0; i < DIALECT_COUNT; i++)
        if (strcmp(dialects[i]->name, engine) == 0) return dialects[i];
    return NULL;
}

const char *dialect_names(void) {
#define DIALECT(name) ", " #name
    static const char names[] =
#include "compiler/emit/dialects.def"
        ;
#undef DIALECT
    return names + 2;
}

const char *dialect_name(const Dialect *dialect) {
    return dialect->name;
}

/* ------------------------------------------------------- names and literals */

static bool is_plain_name(const char *name) {
    if (!islower((unsigned char)name[0]) && name[0] != '_') return false;
    for (const char *at = name; *at; at++)
        if (!islower((unsigned char)*at) && !isdigit((unsigned char)*at) && *at != '_') return false;
    return true;
}

const char *emit_fitted(Arena *arena, const Dialect *dialect, const char *name) {
    return name_fitted(arena, dialect->name, name);
}

void emit_name(const Dialect *dialect, const char *name, Buffer *out) {
    name = emit_fitted(out->arena, dialect, name);
    if (is_plain_name(name) && !dialect->is_reserved(name)) {
        buffer_text(out, name);
        return;
    }
    buffer_char(out, '"');
    for (const char *at = name; *at; at++) {
        if (*at == '"') buffer_char(out, '"');
        buffer_char(out, *at);
    }
    buffer_char(out, '"');
}

void emit_string(const Dialect *dialect, Text text, Buffer *out) {
    (void)dialect;
    buffer_char(out, '\'');
    for (uint32_t i = 0; i < text.length; i++) {
        if (text.at[i] == '\'') buffer_char(out, '\'');
        buffer_char(out, text.at[i]);
    }
    buffer_char(out, '\'');
}

void emit_type(const Dialect *dialect, const Type *type, Buffer *out) {
    dialect->type(type, false, out);
}

void emit_cast(const Dialect *dialect, const Type *type, Buffer *out) {
    buffer_text(out, "::");
    dialect->type(type, true, out);
}

const char *emit_schema(Arena *arena, const char *pattern, const Layer *layer) {
    static const char mark[] = "{layer}";
    const char *at = pattern ? strstr(pattern, mark) : NULL;
    if (!at) return pattern ? pattern : layer->name->text;
    return arena_format(arena, "%.*s%s%s", (int)(at - pattern), pattern, layer->name->text, at + sizeof mark - 1);
}

const char *emit_published(Arena *arena, const Dialect *dialect, const char *pattern, const Relation *relation,
                           const char *suffix) {
    Buffer buffer;
    buffer_open(&buffer, arena);
    emit_name(dialect, emit_schema(arena, pattern, relation->layer), &buffer);
    buffer_char(&buffer, '.');
    emit_name(dialect, *suffix ? arena_format(arena, "%s%s", relation->name->text, suffix) : relation->name->text,
              &buffer);
    return buffer_string(&buffer);
}

/* ------------------------------------------------------------ inline models */

static void find_inlined(void *context, Node **place);

static bool is_inlined(const Emitter *emitter, const Relation *relation) {
    const EmitOptions *options = emitter->options;
    return relation && relation->stored == STORED_INLINE && relation->query &&
           (!options->relation || !options->relation(options->context, relation));
}

static bool is_found(const Emitter *emitter, const Relation *relation) {
    for (uint32_t i = 0; i < emitter->inlined.count; i++)
        if (emitter->inlined.items[i] == relation) return true;
    return false;
}

/* Collects the inline models that are read below, each behind those that it reads itself. */
static void find_inlined(void *context, Node **place) {
    Emitter *emitter = context;
    if ((*place)->kind == NODE_TABLE_REF) {
        const TableRef *table = NODE_AS(TableRef, TABLE_REF, *place);
        const Relation *relation = table->as_of || emitter->as_of ? NULL : table->relation; /* of another moment: where it is read */
        if (is_inlined(emitter, relation) && !is_found(emitter, relation)) {
            node_kids(&relation->query->rowset.node, find_inlined, emitter);
            vec_push(emitter->arena, &emitter->inlined, relation);
        }
    }
    node_kids(*place, find_inlined, emitter);
}

/* ---------------------------------------------------------------- interface */

static const EmitOptions no_options;

static void head_comment(Emitter *emitter, const Relation *relation, Buffer *out) {
    Location at = source_locate(emitter->program->sources, relation->decl->node.span.begin);
    buffer_format(out, "-- %s", relation->full_name->text);
    if (at.source) buffer_format(out, " (%s)", at.source->path);
    buffer_char(out, '\n');
}

static Emitter open_emitter(Program *program, const Dialect *dialect, const EmitOptions *options, Buffer *marked) {
    buffer_open(marked, program->arena);
    return (Emitter){.program = program,
                     .arena = program->arena,
                     .dialect = dialect,
                     .out = marked,
                     .options = options ? options : &no_options,
                     .as_of = options ? options->as_of : NULL,
                     .spread = true};
}

bool emit_query(Program *program, const Query *query, const Dialect *dialect, const EmitOptions *options, Buffer *out) {
    Buffer marked;
    Emitter emitter = open_emitter(program, dialect, options, &marked);
    node_kids((Node *)&query->rowset.node, find_inlined, &emitter);
    find_hidden_tables(&emitter, query);
    if (emitter.options->head) head_comment(&emitter, emitter.options->head, out);
    emit_query_node(&emitter, query, emitter.options->columns ? emitter.options->columns : query->rowset.rows);
    layout_write(program->arena, buffer_string(&marked), 0, out);
    return !emitter.failed;
}

bool emit_expr(Program *program, const Expr *expr, const Dialect *dialect, const EmitOptions *options, Buffer *out) {
    Buffer marked;
    Emitter emitter = open_emitter(program, dialect, options, &marked);
    emitter.begun = true;
    emitter.spread = false;
    emit_node(&emitter, expr, BINDS_NOT_AT_ALL);
    layout_write(program->arena, buffer_string(&marked), 0, out);
    return !emitter.failed;
}

bool emit_model(Program *program, const Relation *model, const Dialect *dialect, const EmitOptions *options,
                Buffer *out) {
    EmitOptions own = options ? *options : no_options;
    own.columns = model->rows;
    return emit_query(program, model->query, dialect, &own, out);
}

static int compare_words(const void *name, const void *word) {
    return strcmp(name, *(const char *const *)word);
}

bool listed_word(const char *name, const char *const *words, size_t count) {
    return bsearch(name, words, count, sizeof *words, compare_words) != NULL;
}
