from typing import Any

from fastapi.routing import APIRoute
from starlette.routing import compile_path

OF_THE_SIGNATURE = frozenset({*APIRoute.__annotations__, "app", "form_limits", "name"})


class LateRoute(APIRoute):
    """A route whose signature is read when more is asked of it than where it is and what methods it takes.

    Reading those of all routes would take the framework a tenth of a server's start, and few requests come by them. A
    signature that cannot be read still fails the tests: they read all, as the API's document does.
    """

    def __init__(self, path: str, endpoint: Any, *, methods: list[str], **options: Any) -> None:
        self.path, self.endpoint, self.methods = path, endpoint, {method.upper() for method in methods}
        self.path_regex, self.path_format, self.param_convertors = compile_path(path)
        self._options = options

    def __getattr__(self, name: str) -> Any:
        """Python asks this only for what is not there yet."""
        if name not in OF_THE_SIGNATURE:
            raise AttributeError(name)
        super().__init__(self.path, self.endpoint, methods=self.methods, **self._options)
        return vars(self)[name]
