"""Names that would act as markup, or break a layout."""

HOSTILE = (
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(2)>',
    "$x$ {{ 7*7 }} {% raw %}",
    "שלום עולם \u202etxt.exe",
    "long-" + "name" * 60,
    "🐈‍⬛ emoji 👩‍🔬",
    "</script><script>alert(3)</script>",
)
