"""What people write, as HTML: Markdown without images and links, and what comes out of it let through a
whitelist. A link in a room could lead to the very thing nobody should open by accident, so it stays text."""

import nh3
from django import template
from django.utils.safestring import SafeString, mark_safe
from markdown_it import MarkdownIt

register = template.Library()

_markdown = MarkdownIt("commonmark", {"html": False, "breaks": True}).enable(["table", "strikethrough"])
_markdown.disable(["image", "link", "autolink", "html_inline", "html_block", "reference"])
TAGS = {
    "p", "br", "strong", "em", "s", "code", "pre", "blockquote", "ul", "ol", "li", "hr",
    "h3", "h4", "h5", "h6", "table", "thead", "tbody", "tr", "th", "td",
}  # fmt: skip


@register.filter
def markdown(text: str) -> SafeString:
    """Safe HTML; headings begin at the third level, where a screen's own end."""
    html = _markdown.render(text)
    for level in (2, 1):
        html = html.replace(f"<h{level}>", "<h3>").replace(f"</h{level}>", "</h3>")
    return mark_safe(nh3.clean(html, tags=TAGS, attributes={"ol": {"start"}}))  # noqa: S308  cleaned just now
