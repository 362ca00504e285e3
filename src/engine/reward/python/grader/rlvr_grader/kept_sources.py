"""The modules of a project, loaded with the texts that the engine has read."""

import importlib.abc
import importlib.machinery
import importlib.util
import os
import sys

from .encoding import describe
from .errors import Mistake


class KeptSources(importlib.abc.MetaPathFinder):
    """Finds the project's modules under their own paths, with the texts that the engine has read: unsaved ones, or of a run's start."""

    def __init__(self, sources):
        self.sources = sources

    def find_spec(self, fullname, path=None, target=None):
        name = fullname.rpartition(".")[2]
        for folder in sys.path if path is None else path:
            package = os.path.join(folder, name)
            init = os.path.join(package, "__init__.py")
            if init in self.sources:
                loader = KeptLoader(fullname, init, self.sources[init])
                return importlib.util.spec_from_file_location(
                    fullname, init, loader=loader, submodule_search_locations=[package]
                )
            file = package + ".py"
            if file in self.sources:
                return importlib.util.spec_from_file_location(
                    fullname, file, loader=KeptLoader(fullname, file, self.sources[file])
                )
        return None


class KeptLoader(importlib.machinery.SourceFileLoader):
    def __init__(self, fullname, path, text):
        super().__init__(fullname, path)
        # What compiles bytes would pass over the mark by itself.
        self.text = text.removeprefix("\ufeff")

    def get_code(self, fullname):
        return compile(self.text, self.path, "exec", dont_inherit=True)

    def get_source(self, fullname):
        return self.text


def function_of(reward, sources):
    """The function of a reward; its module is loaded once, and finds what lies beside it."""
    path = reward["module"]
    module = next((each for each in list(sys.modules.values()) if getattr(each, "__file__", None) == path), None)
    if module is None:
        folder, file = os.path.split(path)
        if folder not in sys.path:
            sys.path.insert(0, folder)
        stem = os.path.splitext(file)[0].replace(".", "_")
        name = f"reward_{stem}" if stem in sys.modules else stem
        spec = importlib.util.spec_from_file_location(name, path, loader=KeptLoader(name, path, sources[path]))
        module = importlib.util.module_from_spec(spec)
        sys.modules[name] = module
        spec.loader.exec_module(module)
    function = getattr(module, reward["function"], None)
    if not callable(function):
        raise Mistake(f'"{reward["function"]}" is not a function but {describe(function)}')
    return function
