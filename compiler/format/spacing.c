/* Whether a blank stands between two tokens. */
#include "compiler/format/internal.h"

bool piece_is_comment(const Piece *piece) {
    return piece->token.class == TOKEN_COMMENT || piece->token.class == TOKEN_DOC;
}

bool piece_is(const Piece *piece, int kind) {
    return piece->token.kind == kind && !(piece->marks & MARK_NAME);
}

bool piece_opens(const Piece *piece) {
    return piece->token.kind == '(' || piece->token.kind == '[' || piece->token.kind == '{' || piece_is(piece, T_CASE);
}

bool piece_closes(const Piece *piece) {
    return piece->token.kind == ')' || piece->token.kind == ']' || piece->token.kind == '}' || piece_is(piece, T_END);
}

/* Whether an operand may end with it, so that what follows is no sign of one. */
static bool ends_operand(const Piece *piece) {
    if (piece->marks & MARK_NAME) return true;
    if (piece->token.class == TOKEN_WORD)
        return piece_is(piece, T_END) || piece_is(piece, T_NULL) || piece_is(piece, T_TRUE) ||
               piece_is(piece, T_FALSE) || piece_is(piece, T_ARRAY);
    return piece->token.class != TOKEN_SYMBOL || piece->token.kind == ')' || piece->token.kind == ']' ||
           piece->token.kind == '}';
}

static bool close_before_bracket(const Piece *before, const Piece *bracket) {
    if (bracket->token.kind == '[') return ends_operand(before);
    if (bracket->token.kind != '(') return false;
    return before->marks & MARK_CALLED || piece_is(before, T_CAST) || piece_is(before, T_TRY_CAST);
}

static bool is_close(const Layout *layout, uint32_t at) {
    const Piece *pieces = layout->pieces, *before = &pieces[at - 1], *piece = &pieces[at];
    int first = before->token.kind, second = piece->token.kind;
    if (piece_is_comment(piece) || piece_is_comment(before)) return false;
    if (first == '-' && second == '-') return false; /* two of them together would begin a comment */
    if (before->marks & MARK_CLOSE) return true;
    if (second == ',' || second == ';' || second == ')' || second == ']' || second == '}') return true;
    if (first == '(' || first == '[' || first == '{') return true;
    if (second == '.') return ends_operand(before);
    if (first == '.' || first == T_CAST2 || second == T_CAST2) return true;
    if (second == ':') return true;
    if (first == ':') return piece->spaces == 0;
    return close_before_bracket(before, piece);
}

void format_space(Layout *layout) {
    for (uint32_t i = 1; i < layout->count; i++) layout->pieces[i].gap = is_close(layout, i) ? 0 : 1;
}
