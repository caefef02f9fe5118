"""Loaded by each Python program that has this folder in PYTHONPATH. Makes `requests` trust REQUESTS_CA_BUNDLE in every case.

`requests` reads the variable in `Session.request`. A program that prepares its requests and calls `Session.send`, such as
those built on Airbyte's CDK, gets the bundle of certifi instead.
"""

import os

import certifi

certifi.where = lambda: os.environ["REQUESTS_CA_BUNDLE"]
