"""A folder of ``.rego`` files as an engine that answers questions. The policy server loads and asks it."""

import json
import re

import regorus

RULE = re.compile(r"\w+(\.\w+)+")


class InvalidRules(Exception):
    """A file does not parse, or rules contradict one another."""


class Bundle:
    """The rules of a folder, for one thread."""

    def __init__(self, folder):
        self.folder = folder
        self.files = {}
        self._engine = None

    @property
    def is_loaded(self):
        return self._engine is not None

    def ensure_fresh(self):
        """Load the folder if it changed and say whether it did. Raises InvalidRules, keeping the rules it had."""
        files = {path.name: path.read_text() for path in sorted(self.folder.glob("*.rego"))}
        if files == self.files:
            return False
        self.files = files
        engine = regorus.Engine()
        try:
            for name, text in files.items():
                engine.add_policy(name, text)
        except RuntimeError as error:
            raise InvalidRules(_message(error)) from error
        self._engine = engine
        return True

    def evaluate(self, rule, question):
        """``{"result": value}``, or ``{}`` when the rule is undefined for this question.

        *rule* is ``package.name``. Raises ValueError when it is not, InvalidRules when the rules cannot be evaluated.
        """
        if not RULE.fullmatch(rule):
            raise ValueError(f"{rule!r} is not the path of a rule")
        self._engine.set_input_json(json.dumps(question))
        try:
            answer = json.loads(self._engine.eval_query_as_json(f"data.{rule}"))
        except RuntimeError as error:
            raise InvalidRules(_message(error)) from error
        results = answer.get("result", [])
        return {"result": results[0]["expressions"][0]["value"]} if results else {}


def _message(error):
    """What the engine says is wrong, without its own stack."""
    return str(error).partition("\nStack backtrace:")[0].strip()
