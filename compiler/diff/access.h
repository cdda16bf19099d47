/* What a change of the project opens and closes: two matrices of access, cell by cell. */
#ifndef GOV_DIFF_ACCESS_H
#define GOV_DIFF_ACCESS_H

#include "compiler/facts/matrix.h"

/* OPENS: the role reads more: a column that it did not read, or only masked, or more than some rows. CLOSES: less.
 * CHANGES: other rows, another mask, or values that tell something else. */
typedef enum { ACCESS_OPENS, ACCESS_CLOSES, ACCESS_CHANGES } AccessChangeKind;

/* `before` and `after` are cells of the two matrices; null where there was no such role, relation or column. */
typedef struct AccessChange {
    AccessChangeKind kind;
    const AccessCell *before, *after;
} AccessChange;

typedef struct AccessChanges { AccessChange *items; uint32_t count, capacity; } AccessChanges;

/* The cells that differ between two matrices of columns, in order of role, relation and column as texts. Neither matrix
 * may be changed while the result is used: it points into them. Owned by the arena. */
AccessChanges access_changes(Arena *arena, const AccessCells *before, const AccessCells *after);
/* "opens", "closes", "changes". */
const char *access_change_word(AccessChangeKind kind);
/* What a cell lets a role read, in words: `masked with pseudonym (personal pseudonym), rows where state = 'SP'`; null: `none`. */
const char *access_cell_words(Arena *arena, const AccessCell *cell);

#endif
