"""Many things at once, in sizes that fit the build under test."""
import os
import threading

IS_SANITIZED = os.environ.get("LINEBOOK_PRESET", "release") in ("asan-ubsan", "tsan")


def scaled(full, sanitized):
    """Sanitizer builds are many times slower: the same test, less of it."""
    return sanitized if IS_SANITIZED else full


def at_once(*tasks, timeout=240) -> list:
    """Runs every task on a thread of its own, all let go at the same moment; answers what they returned."""
    gate = threading.Barrier(len(tasks))
    results = [None] * len(tasks)
    failures = []

    def run(place, task):
        try:
            gate.wait(60)
            results[place] = task()
        except BaseException as failure:
            failures.append(failure)

    threads = [threading.Thread(target=run, args=(place, task), daemon=True) for place, task in enumerate(tasks)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout)
    if failures:
        raise failures[0]
    assert not any(thread.is_alive() for thread in threads), "a task did not come to an end"
    return results
