"""One bounded question to the Hugging Face Hub before anything is fetched: which commit is meant?"""

from concurrent.futures import Future
from threading import Thread

import huggingface_hub
from huggingface_hub import errors

from bench.datasets.catalogue import NO_NETWORK_HINT, SHORT_NAMES
from bench.errors import UsageError
from methods.registry import unknown_name

REQUEST_SECONDS = 8.0
"""Limit of each step of the request."""
DEADLINE_SECONDS = 20.0
"""Limit of the whole, name resolution included, which has no limit of its own; must stay well under 30."""

_HTTP_ERRORS = tuple(base for base in errors.HfHubHTTPError.__bases__ if issubclass(base, Exception))
NETWORK_ERRORS: tuple[type[Exception], ...] = (OSError, *_HTTP_ERRORS)
"""What a request raises: OSError, or the base error of the HTTP library in use, which differs between hub versions."""


def commit_of(hub_id: str, revision: str | None) -> str | None:
    """Full commit hash of `revision`, of the newest one if None.

    None in offline mode (HF_HUB_OFFLINE=1), where only what was fetched before can be used. Raises UsageError if the
    set or revision does not exist, must not be read, or the Hub is out of reach; at the latest after 20 seconds.
    """
    answer: Future[str | None] = Future()
    Thread(target=_ask, args=(hub_id, revision, answer), daemon=True).start()
    try:
        return answer.result(timeout=DEADLINE_SECONDS)
    except errors.OfflineModeIsEnabled:
        return None
    except errors.RevisionNotFoundError as error:
        raise UsageError(f"data set '{hub_id}' has no revision '{revision}' on the Hub") from error
    except errors.GatedRepoError as error:
        raise UsageError(gated(hub_id)) from error
    except errors.RepositoryNotFoundError as error:
        known = [entry.hub_id for entry in SHORT_NAMES.values()]
        closed = "; neither a folder here nor on the Hub, unless it is private: then log in with `hf auth login`"
        raise UsageError(unknown_name("data set", hub_id, known) + closed) from error
    except errors.HFValidationError as error:
        raise UsageError(f"'{hub_id}' is no valid Hub id ({one_line(error)}); expected owner/name") from error
    except errors.HfHubHTTPError as error:
        raise UsageError(f"the Hub refused data set '{hub_id}' ({one_line(error)})") from error
    except NETWORK_ERRORS as error:
        raise UsageError(out_of_reach(hub_id, error)) from error


def gated(hub_id: str) -> str:
    """Message for a set whose owner grants access."""
    page = f"https://huggingface.co/datasets/{hub_id}"
    return f"data set '{hub_id}' is gated: ask for access at {page}, then log in with `hf auth login`"


def out_of_reach(hub_id: str, error: BaseException) -> str:
    """Message for a set that no network leads to."""
    reason = one_line(error) or f"no answer within {DEADLINE_SECONDS:g} s"
    where = f"cannot reach the Hugging Face Hub for data set '{hub_id}' ({reason}), and here is no such folder"
    return f"no network: {where}; {NO_NETWORK_HINT}"


def one_line(error: BaseException) -> str:
    """The error's message and that of its cause, on one line and not endless."""
    parts = [" ".join(str(each).split()) for each in (error, error.__cause__) if each is not None]
    text = ": ".join(part for part in dict.fromkeys(parts) if part)
    return text if len(text) <= 300 else text[:300] + " …"


def _ask(hub_id: str, revision: str | None, answer: Future[str | None]) -> None:
    try:
        info = huggingface_hub.HfApi().dataset_info(hub_id, revision=revision, timeout=REQUEST_SECONDS)
        answer.set_result(info.sha)
    except BaseException as error:  # handed over to the asking thread, which raises it
        answer.set_exception(error)
