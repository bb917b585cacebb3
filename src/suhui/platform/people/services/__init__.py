"""Every change to the organisation. Other rooms import this package, not its modules."""

from suhui.platform.people.services.absences import begin_absence, end_absence, turn_absences
from suhui.platform.people.services.organisation import (
    add_department,
    change_branch,
    close_branch,
    move_branch,
    open_branch,
    remove_department,
    rename_department,
    reopen_branch,
)
from suhui.platform.people.services.persons import (
    add_person,
    change_own_password,
    change_person,
    deactivate,
    pinyin_of,
    reactivate,
    replace_first_password,
    set_first_password,
    set_posts,
)
from suhui.platform.people.services.presence import (
    add_busy_reason,
    let_go_the_unseen,
    remove_busy_reason,
    seen,
    set_presence,
)
from suhui.platform.people.services.roles import add_role, change_role, remove_role, reset_role, set_permission

__all__ = [
    "add_busy_reason",
    "add_department",
    "add_person",
    "add_role",
    "begin_absence",
    "change_branch",
    "change_own_password",
    "change_person",
    "change_role",
    "close_branch",
    "deactivate",
    "end_absence",
    "let_go_the_unseen",
    "move_branch",
    "open_branch",
    "pinyin_of",
    "reactivate",
    "remove_busy_reason",
    "remove_department",
    "remove_role",
    "rename_department",
    "reopen_branch",
    "replace_first_password",
    "reset_role",
    "seen",
    "set_first_password",
    "set_permission",
    "set_posts",
    "set_presence",
    "turn_absences",
]
