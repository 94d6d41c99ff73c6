"""A problem as a program or as a person reads it."""

from fastapi import Request
from starlette.responses import RedirectResponse, Response

from goodword.server import problems, words
from goodword.server.console.render import render, who_of


def answer(request: Request, problem: problems.Problem) -> Response:
    """problem+json for programs, a page for persons; who is not signed in is led to the sign-in page."""
    if problems.for_programs(request):
        return problems.as_json(request, problem)
    if problem.status == 401 and request.method == "GET":
        return RedirectResponse(f"/sign-in?next={words.quoted(request.url.path)}", status_code=303)
    where = words.of(request).place(problem.where) if problem.where else ""
    return render(request, who_of(request), "problem.html", status=problem.status, problem=problem, where=where)
