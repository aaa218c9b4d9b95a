"""The contact book that everything is measured on: the same numbers and people in every run.

Person i // 2 has numbers i and i + 1. Numbers are scattered over all ten-digit numbers from 2000000000 on, each once:
multiplying with a prime that does not divide the range is a permutation. What POST and PATCH send continues the same
sequence far behind the book (wrk/write.lua, bare_book.h).
"""
import csv
import pathlib

FIRST_NUMBER, RANGE, STEP = 2_000_000_000, 8_000_000_000, 7_368_787
FIRST_NAMES = ("Mary James Patricia Robert Jennifer John Linda Michael Elizabeth David Barbara William Susan Richard "
               "Jessica Joseph Sarah Thomas Karen Charles Nancy Christopher Lisa Daniel Betty Matthew").split()
LAST_NAMES = ("Smith Johnson Williams Brown Jones Garcia Miller Davis Rodriguez Martinez Hernandez Lopez Gonzalez "
              "Wilson Anderson Thomas Taylor Moore Jackson Martin Lee Perez Thompson White Harris Sanchez Clark "
              "Ramirez Lewis Robinson Walker Young Allen").split()
COLUMNS = ("number", "phone_type", "patient_id", "first_name", "last_name", "primary", "verified", "do_not_call")


def number(index: int) -> str:
    return str(FIRST_NUMBER + index * STEP % RANGE)


def people(numbers: int) -> int:
    return (numbers + 1) // 2


def row(index: int) -> tuple[str, ...]:
    person = index // 2
    return (number(index), "home" if index % 2 else "cell", f"pat_{person:07d}",
            FIRST_NAMES[person % len(FIRST_NAMES)], LAST_NAMES[person // 7 % len(LAST_NAMES)],
            "false" if index % 2 else "true", "true" if index % 3 == 0 else "false",
            "true" if index % 50 == 0 else "false")


def write_csv(path: pathlib.Path, numbers: int) -> None:
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(COLUMNS)
        writer.writerows(map(row, range(numbers)))
