"""Documents as one HTML file that loads nothing and runs nothing."""

import html

from warroom.console.domain.text import clean
from warroom.console.reports.blocks import Block, Gap, Items, Report, Table, Text, Verbatim, stamp

_POLICY = "default-src 'none'; style-src 'unsafe-inline'"
_STYLE = (
    "body{font:16px/1.5 system-ui,sans-serif;max-width:72rem;margin:2rem auto;padding:0 1rem}"
    "table{border-collapse:collapse;margin:1rem 0}td,th{border:1px solid #999;padding:.2rem .5rem;text-align:left;"
    "vertical-align:top}pre{border:1px solid #999;padding:.5rem;white-space:pre-wrap}"
    ".gap{border:2px dashed #999;padding:1rem}"
)


def _plain(text: str) -> str:
    return html.escape(clean(text), quote=True)


def page(report: Report) -> str:
    """The whole document."""
    title = _plain(f"{report.title}: {report.incident} {report.subject}")
    drill = "<p><strong>DRILL</strong>: this was practice, no user was hurt.</p>\n" if report.drill else ""
    parts = "\n".join(
        f"<h2>{_plain(part.title)}</h2>\n" + "\n".join(_block(block) for block in part.blocks) for part in report.parts
    )
    return (
        '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">\n'
        f"<title>{title}</title>\n<style>{_STYLE}</style>\n</head>\n<body>\n<h1>{title}</h1>\n{drill}"
        f"<p>As of {stamp(report.as_of)}. All times are UTC.</p>\n{parts}\n</body>\n</html>\n"
    )


def _block(block: Block) -> str:
    match block:
        case Text(text=text):
            return f"<p>{_plain(text)}</p>"
        case Items(items=items):
            return "<ul>\n" + "".join(f"<li>{_plain(item)}</li>\n" for item in items) + "</ul>"
        case Table(head=head, rows=rows):
            lines = [_row(head, "th"), *(_row(row, "td") for row in rows)]
            return "<table>\n" + "\n".join(lines) + "\n</table>"
        case Verbatim(title=title, text=text):
            return f"<p>{_plain(title)}</p>\n<pre>{html.escape(clean(text, keep_newlines=True), quote=True)}</pre>"
        case Gap(prompt=prompt):
            return f'<p class="gap"><strong>To be written:</strong> {_plain(prompt)}</p>'


def _row(cells: tuple[str, ...], tag: str) -> str:
    return "<tr>" + "".join(f"<{tag}>{_plain(cell)}</{tag}>" for cell in cells) + "</tr>"
