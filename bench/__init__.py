"""Speed against a floor: what we do, and the least that the same result could take, in turn and in one run.

A measure is a module with `measures(environment)`, listed in `bench.__main__.MODULES`.
"""
