/* Interval arithmetic (Moore, Interval Analysis, 1966), rounded outwards. */
#include "compiler/check/value.h"

#include <math.h>

Range range_all(void) {
    return (Range){-INFINITY, INFINITY, false, false};
}

Range range_point(double value) {
    return (Range){value, value, false, false};
}

Range range_between(double low, double high) {
    return (Range){low, high, false, false};
}

/* Whole numbers stay where they are, however decimals are rounded; others are moved by more than half a last digit. */
static double outwards(double bound, int direction) {
    if (isnan(bound)) return direction * INFINITY;
    if (!isfinite(bound) || (bound == floor(bound) && fabs(bound) < 9007199254740992.0)) return bound;
    return bound + direction * (fabs(bound) * 1e-12 + 1e-6);
}

static Range widened(Range a) {
    return (Range){outwards(a.low, -1), outwards(a.high, 1), false, false};
}

Range range_rounded(Range a) {
    return (Range){floor(a.low), ceil(a.high), false, false};
}

Range range_union(Range a, Range b) {
    Range all = a;
    if (b.low < a.low || (b.low == a.low && !b.low_open)) all.low = b.low, all.low_open = b.low_open;
    if (b.high > a.high || (b.high == a.high && !b.high_open)) all.high = b.high, all.high_open = b.high_open;
    return all;
}

Range range_both(Range a, Range b) {
    Range both = a;
    if (b.low > a.low || (b.low == a.low && b.low_open)) both.low = b.low, both.low_open = b.low_open;
    if (b.high < a.high || (b.high == a.high && b.high_open)) both.high = b.high, both.high_open = b.high_open;
    return both;
}

Range range_negated(Range a) {
    return (Range){-a.high, -a.low, a.high_open, a.low_open};
}

Range range_absolute(Range a) {
    if (a.low >= 0) return a;
    if (a.high <= 0) return range_negated(a);
    return range_between(0, fmax(-a.low, a.high));
}

/* 0 × ∞ is 0 here: the bound is never reached. */
static double product(double a, double b) {
    return a == 0 || b == 0 ? 0 : a * b;
}

static Range multiplied(Range a, Range b) {
    double corners[] = {product(a.low, b.low), product(a.low, b.high), product(a.high, b.low), product(a.high, b.high)};
    Range all = range_point(corners[0]);
    for (int i = 1; i < 4; i++) all = range_union(all, range_point(corners[i]));
    return widened(all);
}

/* By zero it is null: what is near zero makes it as large as one likes. */
static Range divided(Range a, Range b) {
    if (b.low < 0 && b.high > 0) return range_all();
    if (b.high <= 0) return divided(range_negated(a), range_negated(b));
    double corners[] = {b.low > 0 ? a.low / b.low : a.low < 0 ? -INFINITY : 0, isfinite(b.high) ? a.low / b.high : 0,
                        b.low > 0 ? a.high / b.low : a.high > 0 ? INFINITY : 0, isfinite(b.high) ? a.high / b.high : 0};
    Range all = range_point(isnan(corners[0]) ? -INFINITY : corners[0]);
    for (int i = 1; i < 4; i++) all = range_union(all, range_point(isnan(corners[i]) ? (i < 2 ? -INFINITY : INFINITY) : corners[i]));
    return widened(all);
}

Range range_arithmetic(Operator of, Range a, Range b) {
    bool whole = a.low == floor(a.low) && b.low == floor(b.low) && a.high == floor(a.high) && b.high == floor(b.high);
    if (of == OP_ADD) {
        Range sum = {outwards(a.low + b.low, -1), outwards(a.high + b.high, 1), a.low_open || b.low_open, a.high_open || b.high_open};
        if (!whole) sum.low_open = sum.high_open = false;
        return sum;
    }
    if (of == OP_SUB) return range_arithmetic(OP_ADD, a, range_negated(b));
    if (of == OP_MUL) return multiplied(a, b);
    if (of == OP_DIV) return divided(a, b);
    double most = fmax(fabs(b.low), fabs(b.high));
    if (of == OP_MOD) return (Range){a.low >= 0 ? 0 : -most, a.high <= 0 ? 0 : most, false, false};
    return range_all();
}

Operator operator_turned(Operator of) {
    return of == OP_LT ? OP_GT : of == OP_LE ? OP_GE : of == OP_GT ? OP_LT : of == OP_GE ? OP_LE : of;
}

Operator operator_negated(Operator of) {
    return of == OP_LT ? OP_GE : of == OP_LE ? OP_GT : of == OP_GT ? OP_LE : of == OP_GE ? OP_LT : of == OP_EQ ? OP_NE : of == OP_NE ? OP_EQ : of;
}

Range range_compared(Operator of, Range other) {
    Range all = range_all();
    if (of == OP_EQ) return other;
    if (of == OP_GT || of == OP_GE) return (Range){other.low, INFINITY, of == OP_GT || other.low_open, false};
    if (of == OP_LT || of == OP_LE) return (Range){-INFINITY, other.high, false, of == OP_LT || other.high_open};
    return all;
}

bool range_always(Operator of, Range a, Range b) {
    switch (of) {
    case OP_GE: return a.low >= b.high && isfinite(b.high);
    case OP_GT: return isfinite(b.high) && (a.low > b.high || (a.low == b.high && (a.low_open || b.high_open)));
    case OP_LE: return range_always(OP_GE, b, a);
    case OP_LT: return range_always(OP_GT, b, a);
    case OP_EQ: return a.low == a.high && b.low == b.high && a.low == b.low && isfinite(a.low);
    case OP_NE: return range_always(OP_LT, a, b) || range_always(OP_GT, a, b);
    default: return false;
    }
}

bool range_never(Operator of, Range a, Range b) {
    if (of == OP_EQ) return range_always(OP_NE, a, b);
    return operator_negated(of) != of && range_always(operator_negated(of), a, b);
}
