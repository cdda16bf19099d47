/* The matrix of access: for each role and relation, or each column of it, what the role reads, in words. */
#ifndef GOV_MATRIX_H
#define GOV_MATRIX_H

#include "compiler/facts/access.h"

/* Of a relation: `column` is empty, `access` is "none", "part" or "whole", `level` what its rows tell. Of a column: `access`
 * is "none", "hidden", "masked" or "whole", `level` what the role learns of its values. `rows`: "all", a condition as it
 * is written, or empty for none; `mask`: its name, or "null"; else empty. All texts live as long as the arena. */
typedef struct AccessCell {
    const char *role, *relation, *column, *access, *mask, *rows, *level;
    Span grant;                    /* of the grant that gives it; empty for none */
} AccessCell;

typedef struct AccessCells { AccessCell *items; uint32_t count, capacity; } AccessCells;

/* Which roles and relations: null for all. `columns`: a cell for each column instead of one for the relation. */
typedef struct MatrixOptions {
    const Role *role;
    const Relation *relation;
    bool columns;
} MatrixOptions;

/* The cells in order of role, relation and column. System tables are left out. Owned by the arena. */
AccessCells access_matrix(const Facts *facts, Arena *arena, const MatrixOptions *options);
/* `personal raw, place influence`: the categories of a label with their levels, in order of declaration. */
const char *flow_label_words(const Program *program, Arena *arena, FlowLabel label);

#endif
