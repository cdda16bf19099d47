/* From a type or unit as written to what it means. */
#include "compiler/types/internal.h"

#include <stdlib.h>
#include <string.h>

static const struct { const char *word; TypeKind kind; } WORDS[] = {
    {"bool", TYPE_BOOL}, {"boolean", TYPE_BOOL},
    {"int2", TYPE_INT2}, {"smallint", TYPE_INT2},
    {"int4", TYPE_INT4}, {"int", TYPE_INT4}, {"integer", TYPE_INT4},
    {"int8", TYPE_INT8}, {"bigint", TYPE_INT8}, {"long", TYPE_INT8},
    {"decimal", TYPE_DECIMAL}, {"numeric", TYPE_DECIMAL}, {"dec", TYPE_DECIMAL},
    {"float4", TYPE_FLOAT4}, {"real", TYPE_FLOAT4},
    {"float8", TYPE_FLOAT8}, {"double", TYPE_FLOAT8}, {"double precision", TYPE_FLOAT8}, {"float", TYPE_FLOAT8},
    {"text", TYPE_TEXT}, {"varchar", TYPE_TEXT}, {"char", TYPE_TEXT}, {"character", TYPE_TEXT},
    {"character varying", TYPE_TEXT}, {"char varying", TYPE_TEXT}, {"string", TYPE_TEXT}, {"bpchar", TYPE_TEXT},
    {"nvarchar", TYPE_TEXT}, {"nchar", TYPE_TEXT}, {"clob", TYPE_TEXT},
    {"tinyint", TYPE_INT2}, {"int16", TYPE_INT2}, {"int32", TYPE_INT4}, {"int64", TYPE_INT8}, {"number", TYPE_DECIMAL},
    {"float32", TYPE_FLOAT4}, {"float64", TYPE_FLOAT8}, {"timestamp_ntz", TYPE_TIMESTAMP}, {"timestamp_tz", TYPE_TIMESTAMPTZ},
    {"bytes", TYPE_BYTES}, {"bytea", TYPE_BYTES}, {"blob", TYPE_BYTES}, {"varbinary", TYPE_BYTES},
    {"date", TYPE_DATE}, {"time", TYPE_TIME}, {"timestamp", TYPE_TIMESTAMP}, {"datetime", TYPE_TIMESTAMP},
    {"timestamptz", TYPE_TIMESTAMPTZ}, {"interval", TYPE_INTERVAL}, {"uuid", TYPE_UUID},
    {"json", TYPE_JSON}, {"jsonb", TYPE_JSON},
    {"array", TYPE_ARRAY}, {"map", TYPE_MAP}, {"struct", TYPE_STRUCT}, {"row", TYPE_STRUCT},
    {"any", TYPE_VARIABLE}, {"any2", TYPE_VARIABLE}, {"any3", TYPE_VARIABLE}, {"anything", TYPE_VARIABLE},
};

enum { WORD_COUNT = sizeof WORDS / sizeof *WORDS, DEFAULT_PRECISION = 18, DEFAULT_SCALE = 3 };

/* Index + 1 into WORDS of a type's name, by pointer; filled at first use. */
static uint32_t word_of(TypeTable *types, const Name *name) {
    if (!types->words.count) {
        map_open(&types->words, types->arena);
        for (uintptr_t i = 0; i < WORD_COUNT; i++)
            map_put(&types->words, name_of(types->names, WORDS[i].word), (void *)(i + 1));
    }
    return (uint32_t)(uintptr_t)map_get(&types->words, name);
}

const Type *type_builtin(TypeTable *types, const Name *name) {
    uint32_t index = name ? word_of(types, name) : 0;
    return index ? type_simple(types, WORDS[index - 1].kind) : NULL;
}

static NamedType *named_type(const Program *program, const Name *name) {
    for (uint32_t i = 0; i < program->named_types.count; i++)
        if (program->named_types.items[i]->name == name) return program->named_types.items[i];
    return NULL;
}

static const Type *unknown_type(Program *program, const TypeName *name) {
    Report *report = diag_report(program->diag, CODE_G0206, name->name.span, "unknown type `%s`",
                                 name->name.name ? name->name.name->text : "");
    VEC(const char *) candidates = {0};
    for (uint32_t i = 0; i < program->named_types.count; i++)
        vec_push(program->arena, &candidates, (const char *)program->named_types.items[i]->name->text);
    for (uint32_t i = 0; i < WORD_COUNT; i++) vec_push(program->arena, &candidates, WORDS[i].word);
    if (name->name.name)
        report_near(program->diag, report, name->name.span, name->name.name->text, candidates.items, candidates.count);
    return type_simple(program->types, TYPE_UNKNOWN);
}

static long argument_of(const TypeName *name, uint32_t index) {
    const Node *node = name->args.items[index];
    if (node->kind != NODE_LITERAL) return -1;
    const Literal *literal = (const Literal *)node;
    return literal->of == LITERAL_INTEGER && literal->text.length < 4 ? atol(literal->text.at) : -1;
}

static const Type *decimal_type(Program *program, const TypeName *name) {
    const Source *source = source_of(program->sources, name->node.span.begin);
    if (!name->args.count && source && source->builtin) return type_decimal(program->types, 0, 0);
    if (!name->args.count) return type_decimal(program->types, DEFAULT_PRECISION, DEFAULT_SCALE);
    long precision = argument_of(name, 0), scale = name->args.count > 1 ? argument_of(name, 1) : 0;
    if (precision >= 1 && precision <= 38 && scale >= 0 && scale <= precision)
        return type_decimal(program->types, (int)precision, (int)scale);
    Report *report = diag_report(program->diag, CODE_G0345, name->node.span, "a decimal that no engine can hold");
    report_says(program->diag, report, "precision is 1 to 38 digits, scale at most the precision");
    return type_simple(program->types, TYPE_UNKNOWN);
}

static const Type *struct_type(Program *program, const TypeName *name) {
    TypeField *fields = arena_alloc(program->arena, (name->fields.count + 1) * sizeof *fields);
    for (uint32_t i = 0; i < name->fields.count; i++) {
        const Param *field = NODE_AS(Param, PARAM, name->fields.items[i]);
        fields[i].name = field->name.name;
        fields[i].type = type_resolve(program, (const TypeName *)field->type, NULL);
    }
    return type_struct(program->types, fields, name->fields.count);
}

/* any, any2, any3, anything. */
static int variable_of(const char *word) {
    return !strcmp(word, "anything") ? ANYTHING : word[3] ? word[3] - '1' : 0;
}

static const Type *of_word(Program *program, const TypeName *name, uint32_t index) {
    TypeTable *types = program->types;
    const TypeName *element = (const TypeName *)name->element, *value = (const TypeName *)name->value;
    TypeKind kind = WORDS[index].kind;
    switch (kind) {
    case TYPE_DECIMAL: return decimal_type(program, name);
    case TYPE_ARRAY: return element ? type_array(types, type_resolve(program, element, NULL)) : unknown_type(program, name);
    case TYPE_STRUCT: return struct_type(program, name);
    case TYPE_MAP:
        if (!element || !value) return unknown_type(program, name);
        return type_map(types, type_resolve(program, element, NULL), type_resolve(program, value, NULL));
    case TYPE_VARIABLE: return type_variable(types, variable_of(WORDS[index].word));
    case TYPE_TIMESTAMP: return type_simple(types, name->with_time_zone ? TYPE_TIMESTAMPTZ : kind);
    case TYPE_UNKNOWN: case TYPE_NULL: case TYPE_BOOL: case TYPE_INT2: case TYPE_INT4: case TYPE_INT8: case TYPE_FLOAT4:
    case TYPE_FLOAT8: case TYPE_TEXT: case TYPE_BYTES: case TYPE_DATE: case TYPE_TIME: case TYPE_TIMESTAMPTZ:
    case TYPE_INTERVAL: case TYPE_UUID: case TYPE_JSON: break;
    }
    return type_simple(types, kind);
}

const Type *type_resolve(Program *program, const TypeName *name, NamedType **ret_named) {
    if (ret_named) *ret_named = NULL;
    if (!name || name->node.kind != NODE_TYPE_NAME) return type_simple(program->types, TYPE_UNKNOWN);
    if (!name->name.name) {
        if (name->value && name->element) return of_word(program, name, word_of(program->types, name_of(program->names, "map")) - 1);
        if (name->element) return type_array(program->types, type_resolve(program, (const TypeName *)name->element, NULL));
        return name->fields.count ? struct_type(program, name) : type_simple(program->types, TYPE_UNKNOWN);
    }
    NamedType *named = named_type(program, name->name.name);
    if (named && named->type) {
        if (ret_named) *ret_named = named;
        return named->type;
    }
    uint32_t index = word_of(program->types, name->name.name);
    return index ? of_word(program, name, index - 1) : unknown_type(program, name);
}

/* ------------------------------------------------------------------ units */

static UnitDecl *unit_decl(const Program *program, const Name *name) {
    for (uint32_t i = 0; i < program->units.count; i++)
        if (program->units.items[i]->name == name) return program->units.items[i];
    return NULL;
}

/* A unit is shown as its declaration spells it, `BRL`, though names are folded to small letters. */
static Name *unit_spelling(Program *program, const UnitDecl *unit) {
    Text text = source_text(program->sources, unit->decl->name.items[0].span);
    return text.length == unit->name->length ? names_intern(program->names, text.at, text.length) : unit->name;
}

static const Unit *unit_ref(Program *program, const Ref *ref) {
    Part part = ref->name.items[0];
    const UnitDecl *unit = unit_decl(program, part.name);
    if (unit) return unit_of(program->types, &(UnitFactor){unit_spelling(program, unit), 1}, 1);
    Report *report = diag_report(program->diag, CODE_G0207, part.span, "unknown unit `%s`", part.name->text);
    VEC(const char *) candidates = {0};
    for (uint32_t i = 0; i < program->units.count; i++)
        vec_push(program->arena, &candidates, (const char *)program->units.items[i]->name->text);
    if (!report_near(program->diag, report, part.span, part.name->text, candidates.items, candidates.count))
        report_help(program->diag, report, "declare it: `unit %s;`", part.name->text);
    return NULL;
}

const Unit *unit_resolve(Program *program, const Node *expr) {
    if (!expr) return NULL;
    if (expr->kind == NODE_REF && ((const Ref *)expr)->name.count) return unit_ref(program, (const Ref *)expr);
    if (expr->kind != NODE_BINARY) return NULL;
    const Binary *binary = (const Binary *)expr;
    const Unit *left = unit_resolve(program, binary->left), *right = unit_resolve(program, binary->right);
    return unit_multiply(program->types, left, right, binary->of == OP_DIV ? -1 : 1);
}
