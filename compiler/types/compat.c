/* Which types go into which: implicitly, by CAST, and together. */
#include "compiler/types/internal.h"

bool type_is_number(const Type *type) {
    return type->kind >= TYPE_INT2 && type->kind <= TYPE_FLOAT8;
}

static bool is_integer(const Type *type) {
    return type->kind >= TYPE_INT2 && type->kind <= TYPE_INT8;
}

static bool fields_fit(const Type *from, const Type *to) {
    if (from->field_count != to->field_count) return false;
    for (uint32_t i = 0; i < from->field_count; i++)
        if (from->fields[i].name != to->fields[i].name || !type_fits(from->fields[i].type, to->fields[i].type)) return false;
    return true;
}

static bool number_fits(const Type *from, const Type *to) {
    if (from->kind == TYPE_DECIMAL && to->kind == TYPE_DECIMAL) return !to->precision || to->scale >= from->scale;
    if (from->kind == TYPE_FLOAT4 || from->kind == TYPE_FLOAT8) return to->kind >= from->kind;
    return to->kind >= from->kind && type_is_number(to) && !(from->kind == TYPE_DECIMAL && to->kind == TYPE_FLOAT4);
}

bool type_fits(const Type *from, const Type *to) {
    if (!from || !to || from == to || from->kind == TYPE_UNKNOWN || to->kind == TYPE_UNKNOWN) return true;
    if (from->kind == TYPE_NULL) return true;
    if (type_is_number(from) && type_is_number(to)) return number_fits(from, to);
    if (from->kind == TYPE_DATE) return to->kind == TYPE_TIMESTAMP;
    if (from->kind != to->kind) return false;
    if (from->kind == TYPE_ARRAY) return type_fits(from->element, to->element);
    if (from->kind == TYPE_MAP) return type_fits(from->element, to->element) && type_fits(from->value, to->value);
    return from->kind == TYPE_STRUCT && fields_fit(from, to);
}

static bool is_moment(TypeKind kind) {
    return kind == TYPE_DATE || kind == TYPE_TIMESTAMP || kind == TYPE_TIMESTAMPTZ;
}

/* Text that other engines would write otherwise is refused: doubles, intervals; json's text is its own. */
static bool text_casts(TypeKind from) {
    return from != TYPE_FLOAT4 && from != TYPE_FLOAT8 && from != TYPE_JSON && from != TYPE_INTERVAL &&
           from != TYPE_ARRAY && from != TYPE_STRUCT && from != TYPE_MAP && from != TYPE_BYTES;
}

bool type_casts(const Type *from, const Type *to) {
    TypeKind a = from->kind, b = to->kind;
    if (type_fits(from, to) || a == TYPE_NULL) return true;
    if (type_is_number(from) && type_is_number(to)) return true;
    if (b == TYPE_TEXT) return text_casts(a);
    if (a == TYPE_TEXT) return b != TYPE_ARRAY && b != TYPE_STRUCT && b != TYPE_MAP;
    if (a == TYPE_JSON) return type_is_number(to) || b == TYPE_BOOL;
    if (is_moment(a) && is_moment(b)) return true;
    if (is_moment(a) && a != TYPE_DATE && b == TYPE_TIME) return true;
    if ((a == TYPE_BOOL && is_integer(to)) || (is_integer(from) && b == TYPE_BOOL)) return true;
    if (a == TYPE_ARRAY && b == TYPE_ARRAY) return type_casts(from->element, to->element);
    if (a == TYPE_STRUCT && b == TYPE_STRUCT && from->field_count == to->field_count) {
        for (uint32_t i = 0; i < from->field_count; i++)
            if (!type_casts(from->fields[i].type, to->fields[i].type)) return false;
        return true;
    }
    return b == TYPE_JSON && (a == TYPE_ARRAY || a == TYPE_STRUCT || a == TYPE_MAP);
}

const Type *decimal_of(TypeTable *types, const Type *number) {
    if (number->kind == TYPE_INT2) return type_decimal(types, 5, 0);
    if (number->kind == TYPE_INT4) return type_decimal(types, 10, 0);
    if (number->kind == TYPE_INT8) return type_decimal(types, 19, 0);
    return number;
}

/* SQL Server, "Precision, scale, and length": if the digits do not fit, the fraction gives way, but six of it. */
const Type *decimal_capped(TypeTable *types, int precision, int scale) {
    int whole = precision - scale;
    if (precision > MAX_PRECISION) {
        int least = scale < 6 ? scale : 6;
        scale = MAX_PRECISION - whole > least ? MAX_PRECISION - whole : least;
        precision = MAX_PRECISION;
    }
    return type_decimal(types, precision < 1 ? 1 : precision, scale);
}

static int most(int a, int b) {
    return a > b ? a : b;
}

static const Type *common_number(TypeTable *types, const Type *a, const Type *b) {
    if (a->kind == TYPE_FLOAT8 || b->kind == TYPE_FLOAT8) return type_simple(types, TYPE_FLOAT8);
    if (a->kind == TYPE_FLOAT4 || b->kind == TYPE_FLOAT4)
        return type_simple(types, a->kind == b->kind ? TYPE_FLOAT4 : TYPE_FLOAT8);
    if (is_integer(a) && is_integer(b)) return a->kind > b->kind ? a : b;
    a = decimal_of(types, a);
    b = decimal_of(types, b);
    if (!a->precision || !b->precision) return type_decimal(types, 0, 0);
    int scale = most(a->scale, b->scale), whole = most(a->precision - a->scale, b->precision - b->scale);
    return decimal_capped(types, whole + scale, scale);
}

static const Type *common_struct(TypeTable *types, const Type *a, const Type *b) {
    if (a->field_count != b->field_count) return NULL;
    TypeField *fields = arena_alloc(types->arena, (a->field_count + 1) * sizeof *fields);
    for (uint32_t i = 0; i < a->field_count; i++) {
        fields[i] = (TypeField){a->fields[i].name, type_common(types, a->fields[i].type, b->fields[i].type)};
        if (a->fields[i].name != b->fields[i].name || !fields[i].type) return NULL;
    }
    return type_struct(types, fields, a->field_count);
}

const Type *type_common(TypeTable *types, const Type *a, const Type *b) {
    if (a == b || b->kind == TYPE_NULL || a->kind == TYPE_UNKNOWN) return a;
    if (a->kind == TYPE_NULL || b->kind == TYPE_UNKNOWN) return b;
    if (type_is_number(a) && type_is_number(b)) return common_number(types, a, b);
    if (a->kind == TYPE_ARRAY && b->kind == TYPE_ARRAY) {
        const Type *element = type_common(types, a->element, b->element);
        return element ? type_array(types, element) : NULL;
    }
    if (a->kind == TYPE_STRUCT && b->kind == TYPE_STRUCT) return common_struct(types, a, b);
    if (type_fits(a, b)) return b;
    return type_fits(b, a) ? a : NULL;
}

/* + and - need the wider fraction and one digit more; * adds digits; quotients are exact to twelve places at least. */
const Type *arithmetic_type(TypeTable *types, Operator of, const Type *left, const Type *right) {
    if (left->kind == TYPE_FLOAT4 || left->kind == TYPE_FLOAT8 || right->kind == TYPE_FLOAT4 || right->kind == TYPE_FLOAT8)
        return common_number(types, left, right);
    if (of == OP_POW) return type_simple(types, TYPE_FLOAT8);
    if (is_integer(left) && is_integer(right) && of != OP_DIV) return left->kind > right->kind ? left : right;
    left = decimal_of(types, left);
    right = decimal_of(types, right);
    int scale = most(left->scale, right->scale), whole_left = left->precision - left->scale;
    int whole_right = right->precision - right->scale;
    if (of == OP_MUL) return decimal_capped(types, left->precision + right->precision + 1, left->scale + right->scale);
    if (of == OP_DIV) {
        scale = most(scale, 12);
        int precision = whole_left + right->scale + scale;
        return type_decimal(types, precision < MAX_PRECISION ? precision : MAX_PRECISION, scale);
    }
    if (of == OP_MOD || of == OP_INTDIV) {
        int whole = of == OP_MOD ? (whole_left < whole_right ? whole_left : whole_right) : whole_left + right->scale;
        return decimal_capped(types, of == OP_MOD ? whole + scale : whole, of == OP_MOD ? scale : 0);
    }
    return decimal_capped(types, most(whole_left, whole_right) + 1 + scale, scale);
}
