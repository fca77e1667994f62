"""Makes a program that shows a difference small.

What it takes away: declarations, statements (many at once, then fewer), the frames of
blocks, and expressions, in whose place comes a part of the same type or a literal.
Each step stays if the program still shows the difference.
"""
from fluxtypes import simplest
from tree import Expr, all_blocks, all_holders


def reduce(program, fails, limit=600):
    """Changes `program` while `fails(program)` says that it still fails, in at most
    `limit` tries.  Returns how many there were."""
    tries = 0

    def holds():
        nonlocal tries
        tries += 1
        return tries <= limit and fails(program)

    def take_from(items, is_fixed):
        """Takes items of the list away, half of them at first."""
        changed, size = False, max(1, len(items) // 2)
        while size and tries < limit:
            at = len(items) - size
            while at >= 0 and tries < limit:
                removed = items[at:at + size]
                if not any(map(is_fixed, removed)):
                    del items[at:at + size]
                    if holds():
                        changed = True
                    else:
                        items[at:at] = removed
                at -= size
            size //= 2
        return changed

    def unframe():
        """Puts the statements of a block in place of the statement around it."""
        changed = False
        for block in list(all_blocks(program.declarations)):
            at = 0
            while at < len(block.statements) and tries < limit:
                statement = block.statements[at]
                inner = [b for b in statement.blocks() if b.statements]
                if not statement.fixed and inner and not statement.parts[0].startswith("match"):
                    for candidate in inner:
                        block.statements[at:at + 1] = candidate.statements
                        if holds():
                            changed = True
                            break
                        block.statements[at:at + len(candidate.statements)] = [statement]
                at += 1
        return changed

    def shorten():
        changed = False
        for holder, index in list(all_holders(program.declarations)):
            old = holder.parts[index]
            if not isinstance(old, Expr) or len(old.parts) == 1:
                continue
            options = [Expr(old.type, [text]) for text in simplest(old.type)]
            options += [kid for kid in old.kids() if kid.type == old.type]
            for option in options:
                if tries >= limit:
                    return changed
                holder.parts[index] = option
                if holds():
                    changed = True
                    break
                holder.parts[index] = old
        return changed

    while tries < limit:
        changed = take_from(program.declarations, lambda d: d.fixed)
        for block in list(all_blocks(program.declarations)):
            changed |= take_from(block.statements, lambda s: s.fixed)
        changed |= unframe()
        changed |= shorten()
        if not changed:
            break
    return tries


