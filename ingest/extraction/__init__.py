"""The body of a web page: its blocks, marked by what they are and where they stand, weighed by a small model.

`body.find` is the way in; `bench/fit_extraction.py` fits the model.
"""
