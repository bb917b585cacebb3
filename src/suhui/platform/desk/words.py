"""The sentences that scripts say: given to the page as data in the reader's language, so that no script holds words."""

from django.utils.translation import gettext as _


def for_scripts() -> dict[str, str]:
    """Placeholders look like {name} and are filled in by the script."""
    return {
        "left": _("%(span)s left") % {"span": "{span}"},
        "late": _("%(span)s late") % {"span": "{span}"},
        "days": _("%(days)s d %(hours)s h") % {"days": "{days}", "hours": "{hours}"},
        "hours": _("%(hours)s h %(minutes)s min") % {"hours": "{hours}", "minutes": "{minutes}"},
        "minutes": _("%(minutes)s min") % {"minutes": "{minutes}"},
        "undo": _("Undo"),
        "close": _("Close"),
        "copied": _("Copied"),
        "saved": _("Saved {time}"),
        "saving": _("Saving"),
        "not_saved": _("Not saved yet; kept on this page"),
        "restored": _("Your draft of {time} is back"),
        "offline": _("No connection. What you typed is kept on this page."),
        "behind": _("This page is behind. It catches up as soon as the connection is back."),
        "failed": _("That did not work. What you typed is kept; please try again."),
        "new_version": _("A newer version is here. Reload when it suits you."),
        "try_again": _("Try again"),
        "picked": _("{count} picked"),
        "none_found": _("Nothing found"),
        "no_keys": _("This page has no keys of its own."),
        "columns": _("Columns"),
        "also_here": _("Also here: {names}"),
        "remove": _("Remove {name}"),
        "last_contact": _("Last contact {time}"),
        "recognised": _("Recognised: {what}"),
        # Translators: sizes and their names, as many as the language has: "10000:万 100000000:亿" in Chinese.
        "count_units": _("1000:k 1000000:m"),
    }
