"""Asks the Hugging Face Hub, within a time limit, for the commit of a data set before anything is downloaded."""

from concurrent.futures import Future
from threading import Thread

import datasets
import huggingface_hub
from huggingface_hub import errors

from bench.datasets.catalogue import NO_NETWORK_HINT, SHORT_NAMES
from bench.errors import UsageError
from methods.registry import unknown_name

REQUEST_SECONDS = 8.0
"""Time limit of each step of the request."""
DEADLINE_SECONDS = 20.0
"""Time limit of the whole request and its name resolution, which has no limit of its own; must be well under 30."""

_HTTP_ERRORS = tuple(base for base in errors.HfHubHTTPError.__bases__ if issubclass(base, Exception))
NETWORK_ERRORS: tuple[type[Exception], ...] = (OSError, *_HTTP_ERRORS)
"""The errors of a failed request: OSError, and the base error of the HTTP library, which differs between versions of
huggingface_hub."""


class UnreachableError(UsageError):
    """The Hub cannot be reached. A data set that was downloaded before can still be used."""


def commit_of(hub_id: str, revision: str | None) -> str | None:
    """Full commit hash of `revision`, or of the newest revision if `revision` is None.

    Raises UsageError, after 20 seconds at the latest, if the data set or the revision does not exist, or if the user
    may not read it; and UnreachableError if the Hub cannot be reached, or is not asked in offline mode
    (HF_HUB_OFFLINE=1 or HF_DATASETS_OFFLINE=1).
    """
    if datasets.config.HF_HUB_OFFLINE:
        raise UnreachableError(unreachable(hub_id, "offline mode: HF_HUB_OFFLINE or HF_DATASETS_OFFLINE is set"))
    answer: Future[str | None] = Future()
    Thread(target=_request_commit, args=(hub_id, revision, answer), daemon=True).start()
    try:
        return answer.result(timeout=DEADLINE_SECONDS)
    except errors.OfflineModeIsEnabled as error:
        raise UnreachableError(unreachable(hub_id, one_line(error))) from error
    except errors.RevisionNotFoundError as error:
        raise UsageError(f"data set '{hub_id}' has no revision '{revision}' on the Hub") from error
    except errors.GatedRepoError as error:
        raise UsageError(gated(hub_id)) from error
    except errors.RepositoryNotFoundError as error:
        known = [short.hub_id for short in SHORT_NAMES.values()]
        hint = (
            "; no folder and no public data set on the Hub has this name; if it is private, log in with `hf auth login`"
        )
        raise UsageError(unknown_name("data set", hub_id, known) + hint) from error
    except errors.HFValidationError as error:
        raise UsageError(f"'{hub_id}' is not a valid Hub id ({one_line(error)}); expected owner/name") from error
    except errors.HfHubHTTPError as error:
        raise UsageError(f"the Hub refused data set '{hub_id}' ({one_line(error)})") from error
    except NETWORK_ERRORS as error:
        reason = one_line(error) or f"no answer within {DEADLINE_SECONDS:g} s"
        raise UnreachableError(unreachable(hub_id, reason)) from error


def gated(hub_id: str) -> str:
    """Message for a data set that only users with permission can read."""
    page = f"https://huggingface.co/datasets/{hub_id}"
    return f"data set '{hub_id}' is gated: ask for access at {page}, then log in with `hf auth login`"


def unreachable(hub_id: str, reason: str) -> str:
    """Message for a data set that was not downloaded before, if the Hub cannot be reached for `reason`."""
    problem = f"cannot reach the Hugging Face Hub for data set '{hub_id}' ({reason}), and there is no such folder here"
    return f"no network: {problem}; {NO_NETWORK_HINT}"


def one_line(error: BaseException) -> str:
    """The messages of the error and of its cause, on one line of at most about 300 characters."""
    parts = [" ".join(str(each).split()) for each in (error, error.__cause__) if each is not None]
    text = ": ".join(part for part in dict.fromkeys(parts) if part)
    return text if len(text) <= 300 else text[:300] + " …"


def reason(error: BaseException) -> str:
    """The messages of the error on one line, or its type if it has none."""
    return one_line(error) or type(error).__name__


def _request_commit(hub_id: str, revision: str | None, answer: Future[str | None]) -> None:
    try:
        info = huggingface_hub.HfApi().dataset_info(hub_id, revision=revision, timeout=REQUEST_SECONDS)
        answer.set_result(info.sha)
    except BaseException as error:  # the waiting thread raises it
        answer.set_exception(error)
