/* Interned types and units: equal ones are the same pointer. */
#include "compiler/types/internal.h"

#include <string.h>

TypeTable *types_open(Arena *arena, Names *names) {
    TypeTable *types = arena_new(arena, TypeTable);
    types->arena = arena;
    types->names = names;
    for (int kind = 0; kind <= TYPE_VARIABLE; kind++) types->simple[kind].kind = (TypeKind)kind;
    for (int nth = 0; nth <= ANYTHING; nth++)
        types->variables[nth] = (Type){.kind = TYPE_VARIABLE, .precision = (uint8_t)nth};
    map_open(&types->arrays, arena);
    map_open(&types->texts, arena);
    return types;
}

const Type *type_simple(TypeTable *types, TypeKind kind) {
    return &types->simple[kind];
}

const Type *type_variable(TypeTable *types, int nth) {
    return &types->variables[nth];
}

const Type *type_decimal(TypeTable *types, int precision, int scale) {
    const Type **place = &types->decimals[precision][scale];
    if (!*place) {
        Type *type = arena_new(types->arena, Type);
        *type = (Type){.kind = TYPE_DECIMAL, .precision = (uint8_t)precision, .scale = (uint8_t)scale};
        *place = type;
    }
    return *place;
}

const Type *type_array(TypeTable *types, const Type *element) {
    Type *type = map_get(&types->arrays, element);
    if (type) return type;
    type = arena_new(types->arena, Type);
    *type = (Type){.kind = TYPE_ARRAY, .element = element};
    map_put(&types->arrays, element, type);
    return type;
}

static bool same_fields(const Type *type, const TypeField *fields, uint32_t count) {
    if (type->field_count != count) return false;
    for (uint32_t i = 0; i < count; i++)
        if (type->fields[i].name != fields[i].name || type->fields[i].type != fields[i].type) return false;
    return true;
}

/* Maps and structs: few in a program, so that a list does. */
static const Type *compound(TypeTable *types, Type wanted) {
    for (uint32_t i = 0; i < types->compounds.count; i++) {
        const Type *type = types->compounds.items[i];
        if (type->kind == wanted.kind && type->element == wanted.element && type->value == wanted.value &&
            same_fields(type, wanted.fields, wanted.field_count))
            return type;
    }
    Type *type = arena_new(types->arena, Type);
    *type = wanted;
    if (wanted.field_count) {
        TypeField *fields = arena_alloc(types->arena, wanted.field_count * sizeof *fields);
        memcpy(fields, wanted.fields, wanted.field_count * sizeof *fields);
        type->fields = fields;
    }
    vec_push(types->arena, &types->compounds, type);
    return type;
}

const Type *type_map(TypeTable *types, const Type *key, const Type *value) {
    return compound(types, (Type){.kind = TYPE_MAP, .element = key, .value = value});
}

const Type *type_struct(TypeTable *types, const TypeField *fields, uint32_t count) {
    return compound(types, (Type){.kind = TYPE_STRUCT, .fields = fields, .field_count = count});
}

static void add_type(TypeTable *types, Buffer *out, const Type *type) {
    static const char *const WORDS[] = {
        [TYPE_UNKNOWN] = "unknown", [TYPE_NULL] = "null", [TYPE_BOOL] = "bool", [TYPE_INT2] = "int2",
        [TYPE_INT4] = "int4", [TYPE_INT8] = "int8", [TYPE_DECIMAL] = "decimal", [TYPE_FLOAT4] = "float4",
        [TYPE_FLOAT8] = "double", [TYPE_TEXT] = "text", [TYPE_BYTES] = "bytes", [TYPE_DATE] = "date",
        [TYPE_TIME] = "time", [TYPE_TIMESTAMP] = "timestamp", [TYPE_TIMESTAMPTZ] = "timestamptz",
        [TYPE_INTERVAL] = "interval", [TYPE_UUID] = "uuid", [TYPE_JSON] = "json", [TYPE_ARRAY] = "array<",
        [TYPE_STRUCT] = "struct<", [TYPE_MAP] = "map<", [TYPE_VARIABLE] = "any",
    };
    buffer_text(out, WORDS[type->kind]);
    if (type->kind == TYPE_DECIMAL && type->precision) buffer_format(out, "(%d,%d)", type->precision, type->scale);
    if (type->kind == TYPE_VARIABLE && type->precision == ANYTHING) buffer_text(out, "thing");
    else if (type->kind == TYPE_VARIABLE && type->precision) buffer_format(out, "%d", type->precision + 1);
    if (type->element) add_type(types, out, type->element);
    if (type->value) buffer_text(out, ", "), add_type(types, out, type->value);
    for (uint32_t i = 0; i < type->field_count; i++) {
        buffer_format(out, "%s%s ", i ? ", " : "", type->fields[i].name->text);
        add_type(types, out, type->fields[i].type);
    }
    if (type->kind == TYPE_ARRAY || type->kind == TYPE_STRUCT || type->kind == TYPE_MAP) buffer_char(out, '>');
}

const char *type_text(TypeTable *types, const Type *type) {
    if (!type) return "unknown";
    char *text = map_get(&types->texts, type);
    if (text) return text;
    Buffer out;
    buffer_open(&out, types->arena);
    add_type(types, &out, type);
    map_put(&types->texts, type, (void *)buffer_string(&out));
    return buffer_string(&out);
}

/* ------------------------------------------------------------------ units */

enum { FACTORS = 32 };

static void add_factor(UnitFactor *factors, uint32_t *count, UnitFactor factor) {
    uint32_t at = 0;
    while (at < *count && strcmp(factors[at].name->text, factor.name->text) < 0) at++;
    if (at < *count && factors[at].name == factor.name) {
        factors[at].power += factor.power;
        if (!factors[at].power) memmove(factors + at, factors + at + 1, (--*count - at) * sizeof *factors);
    } else if (*count < FACTORS && factor.power) {
        memmove(factors + at + 1, factors + at, ((*count)++ - at) * sizeof *factors);
        factors[at] = factor;
    }
}

static const Unit *intern_unit(TypeTable *types, const UnitFactor *factors, uint32_t count) {
    if (!count) return NULL;
    for (uint32_t i = 0; i < types->units.count; i++) {
        const Unit *unit = types->units.items[i];
        uint32_t same = 0;
        if (unit->count != count) continue;
        while (same < count && unit->factors[same].name == factors[same].name &&
               unit->factors[same].power == factors[same].power)
            same++;
        if (same == count) return unit;
    }
    Unit *unit = arena_new(types->arena, Unit);
    UnitFactor *copy = arena_alloc(types->arena, count * sizeof *copy);
    memcpy(copy, factors, count * sizeof *copy);
    *unit = (Unit){copy, count};
    vec_push(types->arena, &types->units, unit);
    return unit;
}

const Unit *unit_of(TypeTable *types, const UnitFactor *factors, uint32_t count) {
    UnitFactor merged[FACTORS];
    uint32_t merged_count = 0;
    for (uint32_t i = 0; i < count; i++) add_factor(merged, &merged_count, factors[i]);
    return intern_unit(types, merged, merged_count);
}

const Unit *unit_multiply(TypeTable *types, const Unit *a, const Unit *b, int power_of_b) {
    UnitFactor merged[FACTORS];
    uint32_t count = 0;
    if (!b) return a;
    for (uint32_t i = 0; a && i < a->count; i++) add_factor(merged, &count, a->factors[i]);
    for (uint32_t i = 0; i < b->count; i++)
        add_factor(merged, &count, (UnitFactor){b->factors[i].name, b->factors[i].power * power_of_b});
    return intern_unit(types, merged, count);
}

static void add_powers(Buffer *out, const Unit *unit, int sign, const char *between) {
    bool first = true;
    for (uint32_t i = 0; i < unit->count; i++) {
        int power = unit->factors[i].power * sign;
        for (; power > 0; power--, first = false) buffer_format(out, "%s%s", first ? "" : between, unit->factors[i].name->text);
    }
}

const char *unit_text(TypeTable *types, const Unit *unit) {
    if (!unit) return "";
    Buffer out, below;
    buffer_open(&out, types->arena);
    buffer_open(&below, types->arena);
    add_powers(&out, unit, 1, "*");
    add_powers(&below, unit, -1, "/");
    if (!out.length) buffer_char(&out, '1');
    if (below.length) buffer_format(&out, "/%s", buffer_string(&below));
    return buffer_string(&out);
}
