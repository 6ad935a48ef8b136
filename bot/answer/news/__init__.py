"""News sense: who says a thing, which day "Friday" was, where reports differ, how many sources there are."""
