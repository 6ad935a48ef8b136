"""Draft -> what the evidence supports. What it does not carry is not shown.

`split` takes a sentence apart into claims, `checks` holds each to the letter (quotations, numbers, days,
names, denials, speakers), `signals` and `weigh` give the likelihood that its meaning is borne out, `strict`
and `gate` decide what of a language model's wording a reader may see, `repair` cuts out what nothing carries,
and `judge` asks a language model for a second opinion where one is set.
"""

from bot.answer.verify.gate import Supported, support, supported

__all__ = ["Supported", "support", "supported"]
