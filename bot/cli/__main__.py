"""`python -m bot.cli`, where the script `dateline` is not on the path."""

from bot.cli import main

main()
